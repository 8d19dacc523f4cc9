"""The bureau's desk for the annual selection."""
