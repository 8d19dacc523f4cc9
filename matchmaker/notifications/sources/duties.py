"""What the bureau and test centres have to do: late steps, contradictions in the data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

from matchmaker.accounts.queries import list_people_of, list_users_with_role
from matchmaker.actor import VISITOR, Actor, RoleName
from matchmaker.db import read_tx
from matchmaker.notifications.inbox.telling import Note, source_of, tell, tell_same
from matchmaker.notifications.rules import LAST_DAYS, NotificationKind
from matchmaker.notifications.subjects import Subject, SubjectKind
from matchmaker.selection.objections import queries as objections
from matchmaker.selection.objections.rules import ObjectionState
from matchmaker.selection.results import queries as results
from matchmaker.selection.rounds import queries as rounds
from matchmaker.suppliers.verification import queries as verifications
from matchmaker.suppliers.verification.rules import OPEN_STATES

#: What an objection waits for, by its state, and who does it.
_STEPS = {
    ObjectionState.FILED: ("受理", RoleName.OFFICER),
    ObjectionState.ACCEPTED: ("核查", RoleName.OFFICER),
    ObjectionState.ENQUIRED: ("答复", RoleName.APPROVER),
}


def plan_objections(today: date) -> list[Callable[[], object]]:
    """One reminder a night for each round and step that is late or ends by tomorrow."""
    counts: Counter[tuple[int, ObjectionState, bool]] = Counter()
    with read_tx():
        for row in objections.list_open():
            left = (row.deadline - today).days if row.deadline else LAST_DAYS + 1
            if left <= LAST_DAYS:
                round_id = results.get_result(VISITOR, row.result_id).round_id
                counts[round_id, row.state, left < 0] += 1
    return [
        _objection_act(round_id, state, is_late=is_late, count=count, today=today)
        for (round_id, state, is_late), count in sorted(counts.items())
    ]


def _objection_act(
    round_id: int, state: ObjectionState, *, is_late: bool, count: int, today: date
) -> Callable[[], object]:
    step, role = _STEPS[state]
    urgency = "late" if is_late else "soon"

    def make(actor: Actor) -> Note | None:
        row = rounds.get_round_by_id(actor, round_id)
        left = "期限已过，请立即办理" if is_late else "期限今明两天届满"
        return Note(
            kind=NotificationKind.DUTY,
            title=f"“{row.title}”有 {count} 件异议{step}{left}",
            path=f"/bureau/selection/{row.code}/objections",
            source=f"objections:{round_id}:{state.value}:{urgency}:{today.isoformat()}",
            subject=Subject(SubjectKind.DUTY, role.value),
        )

    return lambda: tell(list_users_with_role(role), make)


def tell_verification_overdue(payload: dict[str, Any]) -> None:
    """A verification is past its day: the officers, or the test centre that it was given to."""
    verification_id = payload["verification_id"]

    def make(actor: Actor) -> Note | None:
        row = verifications.get_verification(actor, verification_id)
        if row.state not in OPEN_STATES:
            return None
        area = "bureau/suppliers" if actor.is_bureau else "judge"
        return Note(
            kind=NotificationKind.DUTY,
            title=f"核验“{row.fact_label}”已超过办理期限",
            path=f"/{area}/verifications/{verification_id}",
            source=source_of(payload),
            subject=Subject(SubjectKind.VERIFICATION, str(verification_id)),
        )

    centre = verifications.find_assigned_unit(verification_id)
    tell(list_users_with_role(RoleName.OFFICER), make)
    if centre is not None:
        tell(list_people_of(centre, RoleName.JUDGE), make)


def tell_invariants_broken(payload: dict[str, Any]) -> None:
    """The night's check found contradictions: administrators and auditors, how many only."""
    for role in (RoleName.SYSADMIN, RoleName.AUDITOR):
        note = Note(
            kind=NotificationKind.DUTY,
            title=f"每夜数据核对发现 {payload['count']} 处不一致",
            path="/bureau/checks",
            source=source_of(payload),
            subject=Subject(SubjectKind.DUTY, role.value),
            text="请查看明细，核对所列事项，并报告负责人。",
        )
        tell_same(list_users_with_role(role), note)
