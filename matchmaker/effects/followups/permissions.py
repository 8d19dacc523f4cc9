"""Who reports and who decides; nobody decides on their own unit's report."""

from __future__ import annotations

from typing import Any

from matchmaker.accounts.permissions import Permission
from matchmaker.actor import Actor, RoleName


def is_party(actor: Actor, designation: Any) -> bool:
    """True for people of the consortium's units that the platform knows."""
    if actor.organisation_id is None or not actor.has_role(RoleName.OWNER, RoleName.SUPPLIER):
        return False
    application = designation.application
    units = {member.organisation_id for member in application.members}
    return actor.organisation_id in {application.applicant_organisation_id, *units}


REPORT = Permission(
    "effects.report",
    lambda actor, followup: is_party(actor, followup.designation),
    "跟踪填报由申报联合体的单位办理。",
)
#: Looking into every follow-up.
INSPECT = Permission(
    "effects.inspect",
    lambda actor, _: actor.has_role(RoleName.OFFICER, RoleName.APPROVER, RoleName.AUDITOR),
)
DECIDE = Permission(
    "effects.decide",
    lambda actor, followup: (
        actor.has_role(RoleName.OFFICER) and not is_party(actor, followup.designation)
    ),
    "跟踪填报由市经信局经办人员审核。",
)
#: The finding that may cost the unit money is another person's.
FAIL = Permission(
    "effects.fail",
    lambda actor, followup: (
        actor.has_role(RoleName.APPROVER) and not is_party(actor, followup.designation)
    ),
    "未达到要求由市经信局审批人员认定。",
)
