"""Reads of what people want."""

from __future__ import annotations

from sqlalchemy import select

from matchmaker.accounts.models import User
from matchmaker.db import db
from matchmaker.notifications.preferences.models import NotificationChoice
from matchmaker.notifications.rules import NotificationKind, Wishes, default_wishes

#: Name of the person's preference that stops every mail; absent means on.
MAIL_WANTED = "mail_notices"


def read_wishes(user_id: int, kind: NotificationKind) -> Wishes:
    """What the person wants of one kind."""
    row = db.session.get(NotificationChoice, (user_id, kind))
    return default_wishes(kind) if row is None else _wishes(row)


def map_wishes(user_id: int) -> dict[NotificationKind, Wishes]:
    """What the person wants of every kind."""
    query = select(NotificationChoice).where(NotificationChoice.user_id == user_id)
    chosen = {row.kind: _wishes(row) for row in db.session.scalars(query)}
    return {kind: chosen.get(kind, default_wishes(kind)) for kind in NotificationKind}


def _wishes(row: NotificationChoice) -> Wishes:
    return Wishes(in_inbox=row.in_inbox, email=row.email, webhook=row.webhook)


def wants_mail(user: User) -> bool:
    """False for a person who has stopped every mail."""
    return bool(user.preferences.get(MAIL_WANTED, True))
