"""Pages of scene owners."""
