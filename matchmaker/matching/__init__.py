"""Matching of needs and offers. Names are loaded when they are first asked for.

``from matchmaker.matching import TextMatcher`` therefore brings neither Flask nor SQLAlchemy.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "FieldedText": "matchmaker.matching.weighting",
    "Query": "matchmaker.matching.retrieval",
    "TextMatcher": "matchmaker.matching.scorer",
}

__all__ = ["FieldedText", "Query", "TextMatcher"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
