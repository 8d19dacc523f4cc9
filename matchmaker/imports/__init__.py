"""Tables that were confirmed: stored in the background, row by row, exactly once."""
