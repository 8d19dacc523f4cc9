"""Calls for needs and editions of lists, for the bureau."""
