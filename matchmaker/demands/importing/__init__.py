"""Listings that came in a table: drafts, all of them or none."""
