"""The world of the years."""

from tests.years.world import year_world

__all__ = ["year_world"]
