"""Who may record something about the law."""

from __future__ import annotations

from matchmaker.accounts.permissions import Permission
from matchmaker.actor import RoleName

RECORD_ADOPTION = Permission(
    "policy.record_adoption",
    lambda actor, _: actor.has_role(RoleName.APPROVER),
    "文件正式印发由市经信局审批人员登记。",
)
RECORD_HOLIDAYS = Permission(
    "policy.record_holidays",
    lambda actor, _: actor.has_role(RoleName.APPROVER),
    "节假日安排由市经信局审批人员登记。",
)
