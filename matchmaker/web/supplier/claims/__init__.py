"""Claiming a compiled profile."""
