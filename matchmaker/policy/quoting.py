"""Somebody else's text inside our messages."""

from __future__ import annotations

_SHOWN_LENGTH = 60


def shown(text: str) -> str:
    """Somebody's text, safe and short enough for a message."""
    visible = "".join(char if char.isprintable() else "�" for char in text[:_SHOWN_LENGTH])
    return visible + "…" if len(text) > _SHOWN_LENGTH else visible
