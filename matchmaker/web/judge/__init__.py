"""The judge's bench."""
