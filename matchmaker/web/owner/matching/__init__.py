"""Matches of an owner's need: the list, what-if, comparison, feedback."""
