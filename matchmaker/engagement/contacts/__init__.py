"""Contacts of the two sides of an answer: masked until both consent, revocable, reveals audited."""
