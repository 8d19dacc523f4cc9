"""Stored generations of the text index: when one is due, writing it, which one is the newest."""
