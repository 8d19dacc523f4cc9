"""Matching on the database."""
