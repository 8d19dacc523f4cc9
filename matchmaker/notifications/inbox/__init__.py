"""The in-app inbox: what a person was told, read or unread."""
