"""Choosing; everybody for themselves only."""

from __future__ import annotations

from collections.abc import Mapping

from matchmaker.accounts import operations as accounts
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db
from matchmaker.notifications.permissions import RECEIVE
from matchmaker.notifications.preferences.models import NotificationChoice
from matchmaker.notifications.preferences.queries import MAIL_WANTED, read_wishes
from matchmaker.notifications.rules import NotificationKind, Pace, Wishes


def choose_wishes(actor: Actor, wishes: Mapping[NotificationKind, Wishes]) -> None:
    """Store what the actor wants of some kinds; other kinds stay as they were."""
    require(actor, RECEIVE)
    for kind, wanted in wishes.items():
        db.session.merge(
            NotificationChoice(
                user_id=actor.user_id,
                kind=kind,
                in_inbox=wanted.in_inbox,
                email=wanted.email,
                webhook=wanted.webhook,
            )
        )
    db.session.flush()
    record(actor, "notifications.choose", "user", actor.user_id or 0, kinds=sorted(wishes))


def stop_mail(actor: Actor) -> None:
    """No mail of any kind from now on; the inbox goes on."""
    require(actor, RECEIVE)
    accounts.set_preference(actor, MAIL_WANTED, value=False)


def resume_mail(actor: Actor) -> None:
    """Mails again, of the kinds that the actor chose."""
    require(actor, RECEIVE)
    accounts.set_preference(actor, MAIL_WANTED, value=True)


def stop_mail_of(actor: Actor, kind: NotificationKind) -> None:
    """No mail of one kind from now on."""
    before = read_wishes(actor.user_id or 0, kind)
    choose_wishes(actor, {kind: Wishes(before.in_inbox, Pace.OFF, before.webhook)})
