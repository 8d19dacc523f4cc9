"""Who may set up, run, approve and look into a round."""

from __future__ import annotations

from matchmaker.accounts.permissions import Permission
from matchmaker.actor import RoleName

_CASE = "评选事项由市经信局{who}办理，请联系市经信局。"

#: Setting up and running a round: the officer's daily work.
MANAGE_ROUND = Permission(
    "selection.rounds.manage",
    lambda actor, _: actor.has_role(RoleName.OFFICER),
    _CASE.format(who="经办人员"),
)
#: Publishing and confirming a result, and opening a round: a second person.
APPROVE_ROUND = Permission(
    "selection.rounds.approve",
    lambda actor, _: actor.has_role(RoleName.APPROVER),
    _CASE.format(who="审批人员"),
)
#: Looking into everything of a round, scores included once they are all in.
INSPECT_ROUND = Permission(
    "selection.rounds.inspect",
    lambda actor, _: actor.has_role(RoleName.OFFICER, RoleName.APPROVER, RoleName.AUDITOR),
    _CASE.format(who="经办或审批人员"),
)
