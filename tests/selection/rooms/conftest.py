"""Worlds of the selection rooms."""

from tests.selection.rooms.worlds import ranked_world, scoring_world

__all__ = ["ranked_world", "scoring_world"]
