"""Delivering messages and reading what people were told."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask

from matchmaker.accounts.models import User
from matchmaker.actor import Actor
from matchmaker.db import db, read_tx, write_tx
from matchmaker.matching.runs.operations import without_progress
from matchmaker.notifications.channels.models import Delivery
from matchmaker.notifications.channels.sending import run_sending
from matchmaker.notifications.inbox.models import Notification
from matchmaker.notifications.inbox.telling import Note, tell_same
from matchmaker.notifications.rules import NotificationKind
from matchmaker.notifications.subjects import NOTHING, Subject
from matchmaker.outbox import deliver_outbox, send
from matchmaker.wiring import HANDLERS

#: Words of others that no notice may repeat.
CANARY = "金丝雀八二六一"


def deliver(app: Flask) -> None:
    """Deliver every message that waits."""
    with app.app_context():
        deliver_outbox(HANDLERS)


def send_message(app: Flask, topic: str, **payload: Any) -> None:
    """Queue one message and deliver it."""
    with app.app_context():
        with write_tx():
            send(topic, **payload)
        deliver_outbox(HANDLERS)


def list_told(app: Flask, actor: Actor, kind: NotificationKind | None = None) -> list[str]:
    """Titles of what the person was told, oldest first."""
    with app.app_context(), read_tx():
        query = db.session.query(Notification).filter_by(user_id=actor.user_id)
        rows = query.order_by(Notification.id)
        return [row.title for row in rows if kind in {None, row.kind}]


def list_paths(app: Flask, actor: Actor) -> list[str]:
    with app.app_context(), read_tx():
        rows = db.session.query(Notification).filter_by(user_id=actor.user_id)
        return [row.path for row in rows.order_by(Notification.id)]


def is_leaked(app: Flask, words: str) -> bool:
    """True when the words stand in anybody's notice."""
    with app.app_context(), read_tx():
        rows = db.session.query(Notification).all()
        assert rows
        return any(words in f"{row.title}{row.text}{row.path}" for row in rows)


def tell_actor(
    app: Flask,
    actor: Actor,
    title: str,
    *,
    kind: NotificationKind = NotificationKind.REVIEW_DECIDED,
    subject: Subject = NOTHING,
    text: str = "",
) -> None:
    """Tell a person something made up."""
    note = Note(kind=kind, title=title, path="/account", source=title, subject=subject, text=text)
    with app.app_context(), write_tx() as session:
        tell_same([session.get_one(User, actor.user_id)], note)


def run_sender(app: Flask) -> dict[str, Any]:
    """Run the job that sends; returns its counts."""
    with app.app_context():
        return run_sending({}, without_progress)


def list_deliveries(app: Flask) -> list[tuple[str, str, str, int]]:
    """(title, channel, state, attempts) of all deliveries, oldest first."""
    with app.app_context(), read_tx():
        rows = db.session.query(Delivery).order_by(Delivery.id)
        return [
            (row.notification.title, row.channel.value, row.state.value, row.attempts)
            for row in rows
        ]


@contextmanager
def settings_with(app: Flask, **changes: Any) -> Iterator[None]:
    """The application with some settings changed."""
    before = app.extensions["settings"]
    app.extensions["settings"] = dataclasses.replace(before, **changes)
    try:
        yield
    finally:
        app.extensions["settings"] = before
