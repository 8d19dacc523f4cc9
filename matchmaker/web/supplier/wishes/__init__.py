"""Private wishes of the firm."""
