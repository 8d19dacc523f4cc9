"""Who claims and who approves; nobody approves the claim of their own unit."""

from __future__ import annotations

from matchmaker.accounts.permissions import Permission
from matchmaker.actor import Actor, RoleName
from matchmaker.suppliers.claims.models import ProfileClaim
from matchmaker.suppliers.permissions import is_market_officer


def _is_of_claimant(actor: Actor, claim: ProfileClaim) -> bool:
    return claim.organisation_id == actor.organisation_id or (
        claim.submitted_by is not None and claim.submitted_by == actor.user_id
    )


SUBMIT = Permission(
    "claims.submit",
    lambda actor, _: actor.has_role(RoleName.SUPPLIER) and actor.organisation_id is not None,
    "只有机器人企业的账号可以认领企业资料。",
)
RECALL = Permission(
    "claims.recall",
    lambda actor, claim: (
        actor.organisation_id is not None and claim.organisation_id == actor.organisation_id
    ),
    "只有提出认领的单位可以撤回。",
)
DECIDE = Permission(
    "claims.decide",
    lambda actor, claim: is_market_officer(actor) and not _is_of_claimant(actor, claim),
    "认领由市经信局审核，本单位的认领不能由本人审核。",
)
