"""Who may look at what the night found."""

from __future__ import annotations

from matchmaker.accounts.permissions import Permission
from matchmaker.actor import RoleName

#: Those who run the rounds and the money, who audits them, who keeps the installation.
CHECK_ROLES = (RoleName.OFFICER, RoleName.APPROVER, RoleName.AUDITOR, RoleName.SYSADMIN)

INSPECT_CHECKS = Permission(
    "reporting.inspect_checks",
    lambda actor, _: actor.has_role(*CHECK_ROLES),
    "每夜数据核对的结果由市经信局经办、审批、审计人员和系统管理员查看。",
)
