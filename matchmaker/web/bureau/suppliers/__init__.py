"""Claims, verifications and libraries for the bureau."""
