"""The firm's own profile."""
