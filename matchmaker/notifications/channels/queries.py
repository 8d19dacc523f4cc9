"""Reads of channels and deliveries; the log is one's own only."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app
from sqlalchemy import Select, false, func, select
from sqlalchemy.orm import joinedload

from matchmaker.accounts.models import User
from matchmaker.actor import Actor
from matchmaker.config import Settings
from matchmaker.db import db
from matchmaker.errors import NotFound
from matchmaker.notifications.channels.models import Delivery, Webhook
from matchmaker.notifications.preferences.queries import wants_mail
from matchmaker.notifications.rules import Channel


def read_settings() -> Settings:
    """The settings of this installation."""
    settings: Settings = current_app.extensions["settings"]
    return settings


def is_mail_configured() -> bool:
    """True when this installation can send mail."""
    return bool(read_settings().smtp_host)


def find_webhook(user_id: int | None) -> Webhook | None:
    """The group robot of a person, or None."""
    return None if user_id is None else db.session.get(Webhook, user_id)


def has_channel(user: User, channel: Channel) -> bool:
    """True when the person can be reached by the channel and has not stopped it."""
    if channel is Channel.EMAIL:
        return is_mail_configured() and wants_mail(user)
    return find_webhook(user.id) is not None


def visible_to(actor: Actor) -> Select[Delivery]:
    """The deliveries to the actor."""
    query = select(Delivery)
    if not actor.is_signed_in:
        return query.where(false())
    return query.where(Delivery.user_id == actor.user_id)


def list_log(actor: Actor, *, page: int, per_page: int) -> tuple[Sequence[Delivery], int]:
    """One page of the actor's log, newest first, and how many lines there are."""
    query = visible_to(actor)
    total = db.session.scalar(query.with_only_columns(func.count())) or 0
    rows = query.options(joinedload(Delivery.notification)).order_by(Delivery.id.desc())
    rows = rows.limit(per_page).offset((page - 1) * per_page)
    return db.session.scalars(rows).all(), total


def get_own(actor: Actor, delivery_id: int) -> Delivery:
    """One line of the actor's log; raises ``NotFound`` for anybody else's."""
    found = db.session.scalar(visible_to(actor).where(Delivery.id == delivery_id))
    if found is None:
        raise NotFound("delivery_missing", "没有这条发送记录。")
    return found
