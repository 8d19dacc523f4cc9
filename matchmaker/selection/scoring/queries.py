"""Reads of score sheets. A judge gets their own only; the bureau gets none before all are in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from matchmaker.actor import Actor
from matchmaker.db import db
from matchmaker.errors import NotFound
from matchmaker.selection.applications.models import Application
from matchmaker.selection.applications.rules import JUDGED_STATES
from matchmaker.selection.panels import queries as panels
from matchmaker.selection.panels.models import Assignment, Conflict, Expert, PanelMember
from matchmaker.selection.panels.rules import BARRING
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.rules import Stage
from matchmaker.selection.scoring.models import ReopenRequest, ScoreQuestion, ScoreSheet
from matchmaker.selection.scoring.rules import ReopenState, SheetState, compute_total

LIVE = (SheetState.DRAFT, SheetState.SUBMITTED)


def own_sheets(actor: Actor) -> Select[ScoreSheet]:
    """Sheets of the judge for applications that they may still read."""
    readable = panels.readable_by(actor).with_only_columns(Assignment.id)
    return select(ScoreSheet).where(ScoreSheet.assignment_id.in_(readable))


def find_sheet(assignment: Assignment) -> ScoreSheet | None:
    """The judge's present sheet: the draft if there is one, else the submitted one."""
    query = select(ScoreSheet).where(
        ScoreSheet.assignment_id == assignment.id, ScoreSheet.state.in_(LIVE)
    )
    loaded = query.options(selectinload(ScoreSheet.lines)).order_by(ScoreSheet.version.desc())
    return db.session.scalars(loaded).first()


def map_own_sheets(actor: Actor, assignments: Sequence[Assignment]) -> dict[int, ScoreSheet]:
    """The judge's present sheets by assignment."""
    ids = [assignment.id for assignment in assignments]
    query = own_sheets(actor).where(ScoreSheet.assignment_id.in_(ids), ScoreSheet.state.in_(LIVE))
    rows = db.session.scalars(query.order_by(ScoreSheet.version))
    return {row.assignment_id: row for row in rows}


def get_own_sheet(actor: Actor, sheet_id: int) -> ScoreSheet:
    """One of the judge's own sheets; raises ``NotFound`` for any other."""
    query = own_sheets(actor).where(ScoreSheet.id == sheet_id)
    found = db.session.scalar(query.options(selectinload(ScoreSheet.lines)))
    if found is None:
        raise NotFound("sheet_missing", "没有找到这份评分表。")
    return found


@dataclass(frozen=True)
class ValidSheet:
    """A sheet that counts, with its exact total (hundredths) by the round's full weights."""

    sheet_id: int
    application_id: int
    application_code: str
    member_id: int
    judge_key: str
    judge_name: str
    scores: Mapping[str, int]
    total: Fraction
    note: str
    submitted_at: datetime | None


def list_valid_sheets(round_: SelectionRound, stage: Stage) -> list[ValidSheet]:
    """Submitted sheets of a stage, without those of barred judges, by application and judge.

    For the results room; no page shows it before every sheet is in.
    """
    barred = panels.list_barred_pairs(round_.id)
    query = (
        select(ScoreSheet)
        .join(Assignment)
        .join(PanelMember)
        .join(Expert)
        .where(
            Assignment.round_id == round_.id,
            Assignment.stage == stage,
            ScoreSheet.state == SheetState.SUBMITTED,
        )
        .options(
            selectinload(ScoreSheet.lines),
            contains_eager(ScoreSheet.assignment)
            .contains_eager(Assignment.member)
            .contains_eager(PanelMember.expert),
        )
    )
    codes = _map_codes(round_.id, stage)
    found = [
        _as_valid(sheet, round_, codes[sheet.assignment.application_id])
        for sheet in db.session.scalars(query)
        if (sheet.assignment.application_id, sheet.assignment.member_id) not in barred
        and sheet.assignment.application_id in codes
    ]
    return sorted(found, key=lambda item: (item.application_code, item.judge_key))


def _map_codes(round_id: int, stage: Stage) -> dict[int, str]:
    query = select(Application.id, Application.code).where(
        Application.round_id == round_id, Application.state.in_(JUDGED_STATES)
    )
    query = query.where(Application.is_calibration.is_(stage is Stage.CALIBRATION))
    return {row.id: row.code for row in db.session.execute(query)}


def _as_valid(sheet: ScoreSheet, round_: SelectionRound, code: str) -> ValidSheet:
    by_criterion = {line.criterion_id: line.score or 0 for line in sheet.lines}
    scores = {item.key: by_criterion[item.id] for item in round_.criteria}
    member = sheet.assignment.member
    return ValidSheet(
        sheet_id=sheet.id,
        application_id=sheet.assignment.application_id,
        application_code=code,
        member_id=member.id,
        judge_key=member.key,
        judge_name=member.expert.name,
        scores=scores,
        total=compute_total([(item.weight, scores[item.key]) for item in round_.criteria]),
        note=sheet.note,
        submitted_at=sheet.submitted_at,
    )


@dataclass(frozen=True)
class Progress:
    """How far a judge is in a stage: numbers only, no scores."""

    member: PanelMember
    assigned: int
    submitted: int

    @property
    def missing(self) -> int:
        return self.assigned - self.submitted


def list_progress(round_: SelectionRound, stage: Stage) -> list[Progress]:
    """Progress of each judge with work in the stage, by name."""
    waiting = {item.id for item in list_missing(round_, stage)}
    by_member: dict[int, list[Assignment]] = {}
    for assignment in _list_counting(round_, stage):
        by_member.setdefault(assignment.member_id, []).append(assignment)
    found = [
        Progress(
            member=items[0].member,
            assigned=len(items),
            submitted=sum(item.id not in waiting for item in items),
        )
        for items in by_member.values()
    ]
    return sorted(found, key=lambda item: (item.member.expert.name, item.member.id))


def _list_counting(round_: SelectionRound, stage: Stage) -> list[Assignment]:
    """Assignments of a stage whose sheet is expected: application in judging, no bar."""
    barred = panels.list_barred_pairs(round_.id)
    codes = _map_codes(round_.id, stage)
    return [
        assignment
        for assignment in panels.list_assignments(round_.id, stage)
        if assignment.application_id in codes
        and (assignment.application_id, assignment.member_id) not in barred
    ]


def list_missing(round_: SelectionRound, stage: Stage) -> list[Assignment]:
    """Assignments of a stage whose sheet is not in yet."""
    query = (
        select(ScoreSheet.assignment_id)
        .join(Assignment)
        .where(
            Assignment.round_id == round_.id,
            Assignment.stage == stage,
            ScoreSheet.state == SheetState.SUBMITTED,
        )
    )
    done = set(db.session.scalars(query))
    return [item for item in _list_counting(round_, stage) if item.id not in done]


def has_missing(round_: SelectionRound, stage: Stage) -> bool:
    """True while ``list_missing`` names a sheet; asked with every sheet that is handed in."""
    submitted = exists().where(
        ScoreSheet.assignment_id == Assignment.id, ScoreSheet.state == SheetState.SUBMITTED
    )
    barring = exists().where(
        Conflict.application_id == Assignment.application_id,
        Conflict.member_id == Assignment.member_id,
        Conflict.state.in_(BARRING),
    )
    query = (
        select(Assignment.id)
        .join(Application, Application.id == Assignment.application_id)
        .where(
            Assignment.round_id == round_.id,
            Assignment.stage == stage,
            Application.state.in_(JUDGED_STATES),
            Application.is_calibration.is_(stage is Stage.CALIBRATION),
            ~submitted,
            ~barring,
        )
    )
    return db.session.scalar(query.limit(1)) is not None


def list_reopen_requests(round_id: int) -> Sequence[ReopenRequest]:
    """Wishes to correct a sheet of a round, undecided ones first."""
    query = (
        select(ReopenRequest)
        .join(ScoreSheet)
        .join(Assignment)
        .where(Assignment.round_id == round_id)
        .order_by(ReopenRequest.decided_at.is_not(None), ReopenRequest.id.desc())
        .options(
            joinedload(ReopenRequest.sheet)
            .joinedload(ScoreSheet.assignment)
            .joinedload(Assignment.member)
            .joinedload(PanelMember.expert)
        )
    )
    return db.session.scalars(query).all()


def get_reopen_request(round_id: int, request_id: int) -> ReopenRequest:
    """A wish of this round; raises ``NotFound``."""
    for row in list_reopen_requests(round_id):
        if row.id == request_id:
            return row
    raise NotFound("reopen_missing", "没有找到这条更正申请。")


def find_reopen_request(request_id: int) -> ReopenRequest | None:
    """The wish by id for the rooms above, which check who is told."""
    return db.session.get(ReopenRequest, request_id)


def find_question(question_id: int) -> ScoreQuestion | None:
    """The question by id for the rooms above, which check who is told."""
    return db.session.get(ScoreQuestion, question_id)


def find_pending_reopening(sheet_id: int) -> ReopenRequest | None:
    """The undecided wish about a sheet, if there is one."""
    query = select(ReopenRequest).where(
        ReopenRequest.sheet_id == sheet_id, ReopenRequest.state == ReopenState.PENDING
    )
    return db.session.scalar(query)


def list_own_questions(actor: Actor, assignment: Assignment) -> Sequence[ScoreQuestion]:
    """Questions about the judge's sheets of one assignment."""
    query = (
        select(ScoreQuestion)
        .join(ScoreSheet)
        .where(
            ScoreSheet.assignment_id == assignment.id,
            ScoreSheet.id.in_(own_sheets(actor).with_only_columns(ScoreSheet.id)),
        )
        .order_by(ScoreQuestion.id)
    )
    return db.session.scalars(query).all()


def list_open_questions(actor: Actor) -> Sequence[ScoreQuestion]:
    """Questions that wait for the judge's answer."""
    query = (
        select(ScoreQuestion)
        .where(
            ScoreQuestion.answered_at.is_(None),
            ScoreQuestion.sheet_id.in_(own_sheets(actor).with_only_columns(ScoreSheet.id)),
        )
        .order_by(ScoreQuestion.id)
        .options(joinedload(ScoreQuestion.sheet))
    )
    return db.session.scalars(query).all()


def map_questions(sheet_ids: Sequence[int]) -> dict[int, list[ScoreQuestion]]:
    """Questions by sheet, for the chair's page."""
    query = select(ScoreQuestion).where(ScoreQuestion.sheet_id.in_(sheet_ids))
    found: dict[int, list[ScoreQuestion]] = {}
    for row in db.session.scalars(query.order_by(ScoreQuestion.id)):
        found.setdefault(row.sheet_id, []).append(row)
    return found


def load_sheet(sheet_id: int) -> ScoreSheet:
    """The sheet by id for the desk, which has checked that it counts."""
    return db.session.get_one(ScoreSheet, sheet_id)
