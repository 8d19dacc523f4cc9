"""The exposure report is read by the bureau's officers and auditors."""

from __future__ import annotations

from matchmaker.accounts.permissions import Permission
from matchmaker.actor import RoleName

SEE_EXPOSURE = Permission(
    "matching.see_exposure",
    lambda actor, _: actor.has_role(RoleName.OFFICER, RoleName.APPROVER, RoleName.AUDITOR),
    "曝光报告由市经信局工作人员和审计人员查看。",
)
