"""What pages of several audiences show of a room."""
