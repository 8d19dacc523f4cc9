"""The administrator's desk: people and their accounts."""
