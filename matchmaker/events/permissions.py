"""Who runs events and who looks over their shoulder."""

from __future__ import annotations

from matchmaker.accounts.permissions import Permission
from matchmaker.actor import RoleName

#: Who may read everything of an event.
OVERSEERS = (RoleName.OFFICER, RoleName.APPROVER, RoleName.AUDITOR)

MANAGE = Permission(
    "events.manage",
    lambda actor, _: actor.has_role(RoleName.OFFICER, RoleName.APPROVER),
    "对接会由市经信局经办和审批人员办理，请联系市经信局。",
)
OVERSEE = Permission(
    "events.oversee",
    lambda actor, _: actor.has_role(*OVERSEERS),
    "对接会的参会单位和议程由市经信局办理，请联系市经信局。",
)
