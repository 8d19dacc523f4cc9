"""Experts, the panel of a round, conflicts of interest, and which judge reads which application."""
