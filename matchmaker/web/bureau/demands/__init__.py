"""Reviewing listings: the queue, one submission, the decision."""
