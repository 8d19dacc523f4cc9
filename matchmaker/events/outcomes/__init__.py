"""What came of a meeting, written by each side, read by the two sides and the bureau."""
