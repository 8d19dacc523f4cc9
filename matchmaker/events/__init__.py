"""Matchmaking events (对接会): the schedule of one-to-one meetings and what surrounds it."""
