"""What owners say of the matches they were shown."""
