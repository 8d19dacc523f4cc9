"""matchmaker: scenario and supply-demand matchmaking for robots in a city."""

__version__ = "0.1.0"
