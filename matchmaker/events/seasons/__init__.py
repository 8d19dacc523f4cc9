"""The events of a year against what the year asks for."""
