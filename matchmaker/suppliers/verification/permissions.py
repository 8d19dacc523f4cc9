"""Who proves: the firm asks, the bureau or a test centre decides, nobody decides on their own."""

from __future__ import annotations

from matchmaker.accounts.permissions import Permission
from matchmaker.actor import Actor, RoleName
from matchmaker.suppliers.permissions import is_market_officer, is_own
from matchmaker.suppliers.verification.models import Verification


def is_concerned(actor: Actor, verification: Verification) -> bool:
    """The actor works for the firm, or asked for it themselves."""
    return (
        verification.submitted_by is not None and verification.submitted_by == actor.user_id
    ) or (
        actor.organisation_id is not None
        and verification.supplier.organisation_id == actor.organisation_id
    )


def _is_test_centre(actor: Actor, verification: Verification) -> bool:
    return (
        verification.assigned_to is not None and verification.assigned_to == actor.organisation_id
    )


def may_read(actor: Actor, verification: Verification) -> bool:
    """The firm's own people, the bureau's market officers and auditors, the test centre."""
    return (
        is_own(actor, verification.supplier)
        or is_market_officer(actor)
        or actor.has_role(RoleName.AUDITOR)
        or _is_test_centre(actor, verification)
    )


def _may_decide(actor: Actor, verification: Verification) -> bool:
    in_charge = (
        is_market_officer(actor)
        if verification.assigned_to is None
        else _is_test_centre(actor, verification)
    )
    return in_charge and not is_concerned(actor, verification)


ASSIGN = Permission(
    "verifications.assign",
    lambda actor, subject: is_market_officer(actor) and not is_concerned(actor, subject),
    "核验申请由市经信局交办，本单位的申请不能由本人交办。",
)
DECIDE = Permission(
    "verifications.decide",
    _may_decide,
    "只有承办的市经信局人员或检测机构可以作出结论，任何人不得核验本单位的材料。",
)
