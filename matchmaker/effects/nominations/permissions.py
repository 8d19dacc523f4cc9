"""Who records nominations."""

from __future__ import annotations

from matchmaker.accounts.permissions import Permission
from matchmaker.actor import RoleName

RECORD_NOMINATION = Permission(
    "effects.record_nomination",
    lambda actor, _: actor.has_role(RoleName.OFFICER),
    "推荐上报由市经信局经办人员登记。",
)
READ_NOMINATIONS = Permission(
    "effects.read_nominations",
    lambda actor, _: actor.has_role(RoleName.OFFICER, RoleName.APPROVER, RoleName.AUDITOR),
)
