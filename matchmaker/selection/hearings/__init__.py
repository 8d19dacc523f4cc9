"""Hearings (答辩): slots and their order, the agenda as PDF, questions and answers."""
