"""Who may write and publish notices."""

from __future__ import annotations

from matchmaker.accounts.permissions import Permission
from matchmaker.actor import RoleName

WRITE_NOTICE = Permission(
    "publishing.write",
    lambda actor, _: actor.has_role(RoleName.OFFICER, RoleName.APPROVER),
    "通知公告由市经信局经办和审批人员发布，请联系市经信局。",
)
READ_DRAFTS = Permission(
    "publishing.read_drafts",
    lambda actor, _: actor.has_role(RoleName.OFFICER, RoleName.APPROVER, RoleName.AUDITOR),
)
