"""Payees, the finance bureau's answer, transfers and claw-back."""
