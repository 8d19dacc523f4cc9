"""Who may ask on a listing and who replies."""

from __future__ import annotations

from matchmaker.accounts.permissions import Permission
from matchmaker.actor import Actor, RoleName
from matchmaker.demands.models import DemandListing
from matchmaker.demands.permissions import is_own
from matchmaker.engagement.questions.models import Question


def may_ask(actor: Actor, listing: DemandListing) -> bool:
    """A firm's people, but not on a listing of their own unit."""
    return (
        actor.has_role(RoleName.SUPPLIER)
        and actor.organisation_id is not None
        and actor.organisation_id != listing.organisation_id
    )


def has_asked(actor: Actor, question: Question) -> bool:
    """True when the actor works for the firm that asked."""
    return (
        actor.has_role(RoleName.SUPPLIER)
        and actor.organisation_id is not None
        and question.organisation_id == actor.organisation_id
    )


ASK = Permission("questions.ask", may_ask, "只有机器人企业的账号可以向业主提问。")
REPLY = Permission(
    "questions.reply",
    lambda actor, question: is_own(actor, question.listing),
    "只有发布这条需求的单位可以答复。",
)
WITHDRAW = Permission("questions.withdraw", has_asked, "只有提问的企业可以撤回。")
