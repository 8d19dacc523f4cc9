"""Who may make and take an archive."""

from __future__ import annotations

from matchmaker.accounts.permissions import Permission
from matchmaker.actor import RoleName

ARCHIVE_ROUND = Permission(
    "reporting.archive_round",
    lambda actor, _: actor.has_role(RoleName.OFFICER, RoleName.APPROVER, RoleName.AUDITOR),
    "年度评选归档由市经信局经办、审批和审计人员办理。",
)
