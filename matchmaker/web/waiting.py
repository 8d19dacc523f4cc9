"""What waits for a person: each room adds its lines to the home page of an area.

A room writes a function ``list_waiting(actor) -> Iterable[WaitingItem]`` in its part of
``web.shared`` and lists it in ``wiring.WAITING``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from flask import current_app

from matchmaker.actor import Actor


@dataclass(frozen=True, kw_only=True)
class WaitingItem:
    """One line of a home page: what waits, how often, until when, and where to do it.

    ``audience`` is the area whose home shows it (owner, supplier, judge, bureau); ``act`` names
    the next step as a button would; a lower ``rank`` stands higher.
    """

    audience: str
    title: str
    url: str
    act: str
    count: int = 1
    note: str = ""
    deadline: date | None = None
    rank: int = 50


Lister = Callable[[Actor], Iterable[WaitingItem]]


def list_waiting(actor: Actor, audience: str) -> list[WaitingItem]:
    """Everything that waits for the actor in an area: by rank, then by deadline."""
    listers: Iterable[Lister] = current_app.extensions["waiting"]
    found = [item for lister in listers for item in lister(actor) if item.audience == audience]
    return sorted(found, key=lambda item: (item.rank, item.deadline or date.max, item.title))
