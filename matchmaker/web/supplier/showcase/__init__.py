"""Cases and solutions of the firm."""
