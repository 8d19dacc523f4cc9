"""Scenes put forward to the province and the nation, with the result, against the target."""
