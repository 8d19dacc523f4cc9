"""Everything of a round as rows, for the rooms above that archive, export and check it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from matchmaker.db import db
from matchmaker.selection.applications.models import Application
from matchmaker.selection.hearings.models import HearingEntry, PresentationSlot
from matchmaker.selection.panels.models import Assignment, Conflict, PanelMember
from matchmaker.selection.results.models import ResultEntry, RoundResult
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.scoring.models import ReopenRequest, ScoreQuestion, ScoreSheet
from matchmaker.selection.scoring.rules import SheetState


def list_every_round() -> Sequence[SelectionRound]:
    """All rounds, drafts included, by code."""
    return db.session.scalars(select(SelectionRound).order_by(SelectionRound.code)).all()


def list_applications(round_id: int) -> Sequence[Application]:
    """What was handed in to a round, by code; withdrawn ones included, calibration not."""
    query = select(Application).where(
        Application.round_id == round_id,
        Application.submitted_at.is_not(None),
        Application.is_calibration.is_(False),
    )
    loaded = query.options(selectinload(Application.members), selectinload(Application.revisions))
    return db.session.scalars(loaded.order_by(Application.code)).all()


def list_results(round_id: int) -> Sequence[RoundResult]:
    """Every computed result of a round, superseded ones included, oldest first."""
    query = select(RoundResult).where(RoundResult.round_id == round_id)
    loaded = query.options(selectinload(RoundResult.entries).joinedload(ResultEntry.application))
    return db.session.scalars(loaded.order_by(RoundResult.id)).all()


def list_sheets(round_id: int) -> Sequence[ScoreSheet]:
    """Every sheet that was ever submitted in a round, void and superseded ones included."""
    query = (
        select(ScoreSheet)
        .join(Assignment)
        .where(Assignment.round_id == round_id, ScoreSheet.state != SheetState.DRAFT)
        .options(
            selectinload(ScoreSheet.lines),
            joinedload(ScoreSheet.assignment)
            .joinedload(Assignment.member)
            .joinedload(PanelMember.expert),
        )
    )
    return db.session.scalars(query.order_by(ScoreSheet.id)).all()


def list_conflicts(round_id: int) -> Sequence[Conflict]:
    """Every conflict of a round, whatever was decided."""
    query = (
        select(Conflict)
        .join(Application, Application.id == Conflict.application_id)
        .where(Application.round_id == round_id)
        .options(joinedload(Conflict.member).joinedload(PanelMember.expert))
    )
    return db.session.scalars(query.order_by(Conflict.id)).all()


def list_reopenings(round_id: int) -> Sequence[ReopenRequest]:
    """Every wish to correct a sheet of a round."""
    query = select(ReopenRequest).join(ScoreSheet).join(Assignment)
    found = query.where(Assignment.round_id == round_id).order_by(ReopenRequest.id)
    return db.session.scalars(found).all()


def list_questions(round_id: int) -> Sequence[ScoreQuestion]:
    """Every question to a judge of a round."""
    query = select(ScoreQuestion).join(ScoreSheet).join(Assignment)
    found = query.where(Assignment.round_id == round_id).order_by(ScoreQuestion.id)
    return db.session.scalars(found).all()


def list_presentations(round_id: int) -> Sequence[PresentationSlot]:
    """The agenda of a round."""
    query = select(PresentationSlot).where(PresentationSlot.round_id == round_id)
    return db.session.scalars(query.order_by(PresentationSlot.id)).all()


def list_hearing_entries(round_id: int) -> Sequence[HearingEntry]:
    """Every question and answer of a round's hearing, corrected ones included."""
    query = (
        select(HearingEntry)
        .join(Application, Application.id == HearingEntry.application_id)
        .where(Application.round_id == round_id)
        .options(joinedload(HearingEntry.member).joinedload(PanelMember.expert))
    )
    return db.session.scalars(query.order_by(HearingEntry.id)).all()
