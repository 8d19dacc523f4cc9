"""Telling: the one way into the inbox and onto the channels.

A notice is made through the receiver's own eyes: whoever may not see the thing is told nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from matchmaker import clock
from matchmaker.accounts.models import User
from matchmaker.accounts.queries import as_actor
from matchmaker.actor import Actor
from matchmaker.db import db
from matchmaker.errors import NotFound
from matchmaker.notifications.channels.models import Delivery
from matchmaker.notifications.channels.queries import has_channel
from matchmaker.notifications.inbox.models import TEXT_MAX, TITLE_MAX, Notification
from matchmaker.notifications.inbox.queries import is_told
from matchmaker.notifications.preferences.queries import read_wishes
from matchmaker.notifications.rules import (
    Channel,
    NotificationKind,
    Pace,
    Wishes,
    clip,
    compute_due,
    mask_contacts,
)
from matchmaker.notifications.subjects import Subject, is_visible
from matchmaker.outbox import ask_for_poke


@dataclass(frozen=True, kw_only=True)
class Note:
    """One thing to tell. ``source`` names what it is told for, so that it is told once.

    ``pace`` (of a saved search) stands above what the person chose for the kind.
    """

    kind: NotificationKind
    title: str
    path: str
    source: str
    subject: Subject
    text: str = ""
    pace: Pace | None = None


#: What a receiver is to be told, as they may see it; None for nothing.
NoteMaker = Callable[[Actor], Note | None]


def source_of(payload: dict[str, Any]) -> str:
    """The source of what a message makes known: the message itself."""
    return f"message:{payload['message_id']}"


def tell(users: Iterable[User], make: NoteMaker) -> int:
    """Tell each of the people what they may see of it; returns how many were told something."""
    return sum(_tell_one(user, make) for user in users)


def tell_same(users: Iterable[User], note: Note) -> int:
    """Tell the people one thing, as far as they may see its subject; returns how many were."""
    return sum(_tell_one(user, lambda _: note) for user in users)


def _tell_one(user: User, make: NoteMaker) -> bool:
    note = _make_visible(user, make)
    if note is None:
        return False
    wishes = read_wishes(user.id, note.kind)
    paces = _list_paces(user, note, wishes)
    if not (wishes.in_inbox or paces) or is_told(user.id, note.kind, note.source):
        return False
    row = Notification(
        user_id=user.id,
        kind=note.kind,
        title=clip(mask_contacts(note.title), TITLE_MAX),
        text=clip(mask_contacts(note.text), TEXT_MAX),
        path=note.path,
        subject_kind=note.subject.kind.value,
        subject_key=note.subject.key,
        source=note.source,
        in_inbox=wishes.in_inbox,
    )
    db.session.add(row)
    db.session.flush()
    _queue_deliveries(row, paces)
    return True


def _make_visible(user: User, make: NoteMaker) -> Note | None:
    """The note for this person; None where they may not see what it is about."""
    if not user.active:
        return None
    actor = as_actor(user)
    try:
        note = make(actor)
    except NotFound:
        return None
    return note if note is not None and is_visible(actor, note.subject) else None


def _queue_deliveries(row: Notification, paces: dict[Channel, Pace]) -> None:
    now = clock.now()
    for channel, pace in paces.items():
        due = compute_due(pace, now)
        db.session.add(
            Delivery(notification_id=row.id, user_id=row.user_id, channel=channel, due_at=due)
        )
        if due <= now:
            ask_for_poke()


def _list_paces(user: User, note: Note, wishes: Wishes) -> dict[Channel, Pace]:
    """The channels that shall tell this person of it, and when."""
    paces = {}
    for channel in Channel:
        chosen = wishes.pace_of(channel)
        if chosen is not Pace.OFF and has_channel(user, channel):
            paces[channel] = note.pace or chosen
    return paces
