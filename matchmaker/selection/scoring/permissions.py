"""Who may score, ask for a re-opening, and decide about one."""

from __future__ import annotations

from matchmaker.accounts.permissions import Permission
from matchmaker.actor import RoleName

#: The subject is the assignment.
SCORE = Permission(
    "selection.scoring.score",
    lambda actor, assignment: (
        actor.has_role(RoleName.JUDGE)
        and actor.user_id is not None
        and assignment.member.expert.user_id == actor.user_id
    ),
    "只有承担这项评审任务的评委本人可以打分。",
)
#: The subject is the re-opening request: never the person who asked.
DECIDE_REOPENING = Permission(
    "selection.scoring.decide_reopening",
    lambda actor, request: (
        actor.has_role(RoleName.OFFICER, RoleName.APPROVER)
        and actor.user_id != request.requested_by_id
    ),
    "更正评分须由市经信局另一人核准。",
)
ASK_QUESTION = Permission(
    "selection.scoring.ask",
    lambda actor, _: actor.has_role(RoleName.OFFICER),
    "向评委询问理由由市经信局经办人员办理。",
)
