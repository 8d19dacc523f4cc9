"""Engines for PDF and Excel. They know no domain: rooms hand them a template's name and data."""
