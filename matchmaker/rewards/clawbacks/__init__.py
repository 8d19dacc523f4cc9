"""Money asked back: proposed with a reason, approved by another person, returned."""
