"""Who may build a panel, sign a declaration, decide a conflict."""

from __future__ import annotations

from matchmaker.accounts.permissions import Permission
from matchmaker.actor import RoleName

MANAGE_PANEL = Permission(
    "selection.panels.manage",
    lambda actor, _: actor.has_role(RoleName.OFFICER),
    "专家库和评审组由市经信局经办人员管理。",
)
#: The subject is the conflict: never the person who entered it.
DECIDE_CONFLICT = Permission(
    "selection.panels.decide_conflict",
    lambda actor, conflict: (
        actor.has_role(RoleName.OFFICER, RoleName.APPROVER)
        and actor.user_id != conflict.raised_by_id
    ),
    "回避由市经信局经办或审批人员核定，登记人和核定人不能是同一人。",
)
#: The subject is the panel member.
ACT_AS_MEMBER = Permission(
    "selection.panels.act",
    lambda actor, member: (
        actor.has_role(RoleName.JUDGE)
        and actor.user_id is not None
        and member.expert.user_id == actor.user_id
    ),
    "只有本人可以签署评审承诺和回避声明。",
)
