"""Programmes and their yearly rounds: notice, criteria, gates, dates, and the state of a round."""
