"""Who stands on which side of an answer."""

from __future__ import annotations

from matchmaker.accounts.permissions import Permission
from matchmaker.actor import Actor
from matchmaker.demands.permissions import is_own as owns_listing
from matchmaker.engagement.answers.models import Answer
from matchmaker.engagement.answers.permissions import is_own
from matchmaker.engagement.contacts.rules import Side


def side_of(actor: Actor, answer: Answer) -> Side | None:
    """The side that the actor stands on, None for anybody else (the bureau too)."""
    if is_own(actor, answer):
        return Side.SUPPLIER
    return Side.OWNER if owns_listing(actor, answer.listing) else None


TAKE_PART = Permission(
    "contacts.take_part",
    lambda actor, answer: side_of(actor, answer) is not None,
    "只有需求发布单位和应答企业可以办理。",
)
