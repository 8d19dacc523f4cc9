"""Matches that were computed ahead and kept, with what made them."""
