"""Firms and products for everybody: lists, pages, the published lists of supply."""
