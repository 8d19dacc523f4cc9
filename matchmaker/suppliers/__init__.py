"""Supplier: robot firms, their products, capabilities with evidence, and certificates."""
