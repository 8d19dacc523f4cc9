"""Organisations, people, roles, log-in, and the evaluation of permissions."""
