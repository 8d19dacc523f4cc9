"""Who answers, who chooses, who counts."""

from __future__ import annotations

from matchmaker.accounts.permissions import Permission
from matchmaker.actor import Actor, RoleName
from matchmaker.demands.models import DemandListing
from matchmaker.demands.permissions import is_own as owns_listing
from matchmaker.engagement.answers.models import Answer

#: The bureau's people who keep the market in order or look over their shoulder.
OVERSEERS = (RoleName.OFFICER, RoleName.APPROVER, RoleName.AUDITOR)


def is_own(actor: Actor, answer: Answer) -> bool:
    """True when the actor works for the firm that answered."""
    return (
        actor.has_role(RoleName.SUPPLIER)
        and actor.organisation_id is not None
        and answer.organisation_id == actor.organisation_id
    )


def _may_answer(actor: Actor, listing: DemandListing) -> bool:
    return (
        actor.has_role(RoleName.SUPPLIER)
        and actor.organisation_id is not None
        and actor.organisation_id != listing.organisation_id
    )


ANSWER = Permission("answers.submit", _may_answer, "只有机器人企业的账号可以应答。")
WITHDRAW = Permission("answers.withdraw", is_own, "只有应答的企业可以撤回。")
CHOOSE = Permission("answers.choose", owns_listing, "只有发布这条需求的单位可以入围和选择。")
COUNT = Permission(
    "answers.count",
    lambda actor, listing: owns_listing(actor, listing) or actor.has_role(*OVERSEERS),
    "应答数量只供发布单位和市经信局查看。",
)
