"""Certificates, tests and verifications of the firm."""
