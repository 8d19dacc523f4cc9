"""Milestones of an open challenge (揭榜挂帅): days, evidence handed in, acceptance by the owner."""
