"""The archive of a round: one zip that ``verify_result.py`` checks without the platform."""
