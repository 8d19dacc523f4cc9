"""Proving what a profile says: certificates, tests in five areas, the verification route."""
