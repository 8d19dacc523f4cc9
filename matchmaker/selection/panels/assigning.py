"""Which judge reads which application: by hand, and by the solver with expertise from texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from matchmaker import outbox
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db
from matchmaker.errors import Conflict, IllegalTransition, InvalidInput, NotFound
from matchmaker.selection.applications import queries as applications
from matchmaker.selection.applications.models import (
    Application,
)
from matchmaker.selection.applications.rules import ApplicationState
from matchmaker.selection.panels import opening, queries, rules
from matchmaker.selection.panels.models import Assignment, PanelMember
from matchmaker.selection.panels.permissions import MANAGE_PANEL
from matchmaker.selection.panels.rules import MemberRole
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.rules import RoundState, Stage

#: States of a round in which work for a stage is given out.
GIVING_STATES: Mapping[Stage, frozenset[RoundState]] = {
    Stage.CALIBRATION: frozenset({RoundState.REVIEW, RoundState.PRELIMINARY}),
    Stage.PRELIMINARY: frozenset({RoundState.REVIEW, RoundState.PRELIMINARY}),
    Stage.FINAL: frozenset({RoundState.REVIEW, RoundState.SHORTLIST, RoundState.FINAL}),
}


@dataclass(frozen=True)
class StagePlan:
    """What there is to assign in a stage."""

    applications: tuple[Application, ...]
    members: tuple[PanelMember, ...]
    barred: frozenset[tuple[int, int]]
    existing: frozenset[tuple[int, int]]


def read_plan(round_: SelectionRound, stage: Stage) -> StagePlan:
    """Applications of the stage, judges (reserves left out), bars, and what is assigned."""
    wanted = _states(round_, stage)
    rows = tuple(applications.list_in_states(round_.id, wanted))
    members = tuple(
        member
        for member in queries.list_members(round_.id)
        if member.role is not MemberRole.RESERVE
    )
    existing = {
        (item.application_id, item.member_id) for item in queries.list_assignments(round_.id, stage)
    }
    barred = set(queries.list_barred_pairs(round_.id))
    lifted = {
        (item.application_id, item.member_id)
        for item in queries.list_conflicts(round_.id)
        if item.state is rules.ConflictState.REJECTED
    }
    for member in members:
        units = queries.read_affiliations(member.expert)
        barred |= {
            (row.id, member.id)
            for row in rows
            if rules.find_conflict(units, queries.read_parties(row)) is not None
            and (row.id, member.id) not in lifted
        }
    return StagePlan(rows, members, frozenset(barred), frozenset(existing))


def _states(round_: SelectionRound, stage: Stage) -> tuple[ApplicationState, ...]:
    if stage is Stage.FINAL and round_.stages == 2:
        return (ApplicationState.SHORTLISTED,)
    return (ApplicationState.QUALIFIED,)


def assign_pairs(
    actor: Actor, round_: SelectionRound, stage: Stage, pairs: Iterable[tuple[int, int]]
) -> int:
    """Give out (application id, member id) pairs; known ones stay. Returns how many are new."""
    require(actor, MANAGE_PANEL)
    opening.check_sealed(round_, stage)
    return _give_out(actor, round_, stage, pairs)


def _give_out(
    actor: Actor,
    round_: SelectionRound,
    stage: Stage,
    pairs: Iterable[tuple[int, int]],
    **data: str,
) -> int:
    if round_.state not in GIVING_STATES[stage]:
        raise IllegalTransition("assign_closed", "当前阶段不能指派评审任务。")
    plan = read_plan(round_, stage)
    rows = {row.id: row for row in plan.applications}
    calibration = applications.find_calibration(round_.id)
    if stage is Stage.CALIBRATION and calibration is not None:
        rows = {calibration.id: calibration}
    member_ids = {member.id for member in queries.list_members(round_.id)}
    added: list[Assignment] = []
    for application_id, member_id in dict.fromkeys(pairs):
        if (application_id, member_id) in plan.barred:
            raise Conflict("assign_conflict", "评委与该申报存在利害关系，不能指派。")
        if application_id not in rows or member_id not in member_ids:
            raise InvalidInput("assign_unknown", "申报或评委不在本阶段评审范围内。")
        if (application_id, member_id) in plan.existing:
            continue
        added.append(_make(round_, stage, rows[application_id], member_id))
    db.session.add_all(added)
    db.session.flush()
    record(
        actor,
        "selection.assign",
        "selection_round",
        round_.id,
        stage=stage.value,
        pairs=[[item.application_id, item.member_id] for item in added],
        **data,
    )
    if added:
        outbox.send(
            "selection.assigned",
            round_id=round_.id,
            stage=stage.value,
            member_ids=sorted({item.member_id for item in added}),
            assignment_ids=[item.id for item in added],
        )
    return len(added)


def _make(round_: SelectionRound, stage: Stage, row: Application, member_id: int) -> Assignment:
    return Assignment(
        round_id=round_.id,
        application_id=row.id,
        member_id=member_id,
        stage=stage,
        revision_number=row.revisions[-1].number if row.revisions else 1,
    )


def assign_whole_panel(actor: Actor, round_: SelectionRound, stage: Stage = Stage.FINAL) -> int:
    """Give every application of the stage to every judge without a conflict."""
    plan = read_plan(round_, stage)
    pairs = [
        (row.id, member.id)
        for row in plan.applications
        for member in plan.members
        if (row.id, member.id) not in plan.barred
    ]
    return assign_pairs(actor, round_, stage, pairs)


def release_pairs(
    actor: Actor,
    round_: SelectionRound,
    stage: Stage,
    pairs: Sequence[tuple[int, int]],
    *,
    reason: str = "",
) -> int:
    """Take back pairs on which no work has begun; returns how many.

    Once the stage is judged that needs a ``reason``, and it is too late when scores are open.
    """
    require(actor, MANAGE_PANEL)
    opening.check_sealed(round_, stage)
    if opening.is_judging(round_, stage):
        reason = rules.check_reason(reason)
    started = list_started(round_, stage)
    if set(pairs) & started:
        raise Conflict("work_started", "评委已经开始评审的任务不能收回。")
    released = []
    for item in queries.list_assignments(round_.id, stage):
        pair = (item.application_id, item.member_id)
        if pair in pairs:
            db.session.delete(item)
            released.append(pair)
    if not released:
        raise NotFound("assignment_missing", "没有这项评审任务，不需收回。")
    db.session.flush()
    record(
        actor,
        opening.RELEASE,
        "selection_round",
        round_.id,
        stage=stage.value,
        pairs=sorted(released),
        reason=reason,
    )
    return len(released)


def list_started(round_: SelectionRound, stage: Stage) -> frozenset[tuple[int, int]]:
    """Pairs on which the judge has begun: they stay as they are."""
    return frozenset(
        (item.application_id, item.member_id)
        for item in queries.list_assignments(round_.id, stage)
        if item.started_at is not None
    )


def apply_assignment(
    actor: Actor,
    round_: SelectionRound,
    stage: Stage,
    pairs: frozenset[tuple[int, int]],
    *,
    reason: str = "",
) -> tuple[int, int]:
    """Make the stage's work equal to ``pairs``; begun work stays. Returns (added, released)."""
    plan = read_plan(round_, stage)
    outdated = plan.existing - pairs - list_started(round_, stage)
    released = 0
    if outdated:
        released = release_pairs(actor, round_, stage, sorted(outdated), reason=reason)
    return assign_pairs(actor, round_, stage, sorted(pairs)), released


def count_shortages(round_: SelectionRound, stage: Stage) -> dict[int, int]:
    """How many judges each application below the quorum lacks, by its id."""
    quorum = round_.quorum_final if stage is Stage.FINAL else round_.quorum_preliminary
    barred = queries.list_barred_pairs(round_.id)
    working = Counter(
        item.application_id
        for item in queries.list_assignments(round_.id, stage)
        if (item.application_id, item.member_id) not in barred
    )
    rows = applications.list_in_states(round_.id, _states(round_, stage))
    return {row.id: quorum - working[row.id] for row in rows if working[row.id] < quorum}


def call_reserves(actor: Actor, round_: SelectionRound, stage: Stage, *, reason: str = "") -> int:
    """Give applications below the quorum to reserve judges without a conflict; how many pairs.

    The one way in which work is given out after the scores are open, with a ``reason``.
    """
    require(actor, MANAGE_PANEL)
    data = {}
    if opening.is_judging(round_, stage):
        data["reason"] = rules.check_reason(reason)
    barred = queries.list_barred_pairs(round_.id)
    plan = read_plan(round_, stage)
    lacking = count_shortages(round_, stage)
    reserves = [
        member for member in queries.list_members(round_.id) if member.role is MemberRole.RESERVE
    ]
    pairs: list[tuple[int, int]] = []
    for row in plan.applications:
        working = {m for a, m in plan.existing - barred if a == row.id}
        parties = queries.read_parties(row)
        free = [
            member.id
            for member in reserves
            if member.id not in working
            and (row.id, member.id) not in barred
            and rules.find_conflict(queries.read_affiliations(member.expert), parties) is None
        ]
        pairs += [(row.id, key) for key in free[: lacking.get(row.id, 0)]]
    if not pairs:
        raise Conflict("no_reserve", "没有需要补足的申报，或没有可用的候补评委。")
    return _give_out(actor, round_, stage, pairs, **data)
