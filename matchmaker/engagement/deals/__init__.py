"""Deals that were struck without an answer on the platform, and where their robots went to work."""
