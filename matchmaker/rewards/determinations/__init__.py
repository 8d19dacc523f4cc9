"""Facts gathered, an award computed with its receipt, decided by another person."""
