"""Announcements, notices and publicity pages (公示). Knows its own rows only."""
