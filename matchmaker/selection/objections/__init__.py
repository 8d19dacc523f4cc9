"""Objections (异议) to a published list: receipt number, acceptance, answer, deadlines."""
