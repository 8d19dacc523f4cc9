"""Who may do what with claims; nobody decides on their own act."""

from __future__ import annotations

from typing import Any

from matchmaker.accounts.permissions import Permission
from matchmaker.actor import Actor, RoleName
from matchmaker.rewards.rules import EDITABLE


def is_own(actor: Actor, claim: Any) -> bool:
    """True for people of the unit that claims."""
    return (
        actor.organisation_id is not None
        and actor.organisation_id == claim.organisation_id
        and actor.has_role(RoleName.OWNER, RoleName.SUPPLIER)
    )


CREATE = Permission(
    "rewards.create",
    lambda actor, _: (
        actor.organisation_id is not None and actor.has_role(RoleName.OWNER, RoleName.SUPPLIER)
    ),
    "奖补由场景业主或机器人企业申领。",
)
EDIT = Permission(
    "rewards.edit",
    lambda actor, claim: is_own(actor, claim) and claim.status in EDITABLE,
    "申领已经提交或不属于本单位，不能修改。",
)
WITHDRAW = Permission("rewards.withdraw", is_own, "申领只能由申领单位撤回。")
#: The bureau's side of a claim; drafts never handed in are nobody else's business.
INSPECT = Permission(
    "rewards.inspect",
    lambda actor, _: actor.has_role(RoleName.OFFICER, RoleName.APPROVER, RoleName.AUDITOR),
)
PROCESS = Permission(
    "rewards.process",
    lambda actor, claim: (
        actor.has_role(RoleName.OFFICER) and actor.organisation_id != claim.organisation_id
    ),
    "申领由市经信局经办人员办理。",
)
APPROVE = Permission(
    "rewards.approve",
    lambda actor, determination: (
        actor.has_role(RoleName.APPROVER)
        and actor.user_id != determination.proposed_by
        and actor.organisation_id != determination.claim.organisation_id
    ),
    "核定须由另一名审批人员批准，本人拟定的不能由本人批准。",
)
DECIDE_CLAWBACK = Permission(
    "rewards.decide_clawback",
    lambda actor, case: (
        actor.has_role(RoleName.APPROVER)
        and actor.user_id != case.proposed_by
        and actor.organisation_id != case.determination.claim.organisation_id
    ),
    "追回由市经信局另一名审批人员决定，本人提出的不能由本人批准。",
)
SET_BUDGET = Permission(
    "rewards.set_budget",
    lambda actor, _: actor.has_role(RoleName.APPROVER),
    "预算由市经信局审批人员登记。",
)
READ_BUDGET = Permission(
    "rewards.read_budget",
    lambda actor, _: actor.has_role(RoleName.OFFICER, RoleName.APPROVER, RoleName.AUDITOR),
)
#: Whole account numbers: who draws up the request to the finance bureau.
READ_ACCOUNTS = Permission(
    "rewards.read_accounts", lambda actor, _: actor.has_role(RoleName.OFFICER)
)
