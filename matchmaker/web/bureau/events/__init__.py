"""Matchmaking events in the bureau."""
