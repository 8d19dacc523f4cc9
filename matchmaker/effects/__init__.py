"""What became of the designated scenes: follow-up, nomination upward, showrooms (S14, S22, S23)."""
