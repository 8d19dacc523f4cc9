"""Payees, the finance bureau's answer, transfers."""
