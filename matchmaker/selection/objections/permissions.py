"""Who may handle and answer an objection."""

from __future__ import annotations

from matchmaker.accounts.permissions import Permission
from matchmaker.actor import RoleName

READ_OBJECTIONS = Permission(
    "selection.objections.read",
    lambda actor, _: actor.has_role(RoleName.OFFICER, RoleName.APPROVER, RoleName.AUDITOR),
)
#: Accepting or declining, the enquiry.
HANDLE_OBJECTION = Permission(
    "selection.objections.handle",
    lambda actor, _: actor.has_role(RoleName.OFFICER),
    "异议由市经信局经办人员受理。",
)
#: The answer decides about the list: another person than those who took it in and enquired.
ANSWER_OBJECTION = Permission(
    "selection.objections.answer",
    lambda actor, objection: (
        actor.has_role(RoleName.APPROVER)
        and actor.user_id not in (objection.handled_by_id, objection.enquired_by_id)
    ),
    "异议由市经信局审批人员答复，受理人、核查人与答复人不能是同一人。",
)
