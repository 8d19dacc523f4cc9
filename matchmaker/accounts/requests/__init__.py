"""Asking for an account: anybody, for a unit that has none or for a colleague."""
