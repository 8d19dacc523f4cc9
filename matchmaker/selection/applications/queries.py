"""Reads of applications. Judges never come through here: they read by their assignments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from matchmaker.accounts.permissions import can
from matchmaker.actor import Actor, RoleName
from matchmaker.clock import CHINA
from matchmaker.db import db
from matchmaker.errors import NotFound
from matchmaker.selection.applications.models import (
    Application,
    ApplicationAttachment,
    ConsortiumMember,
    GateDecision,
    Opinion,
    SiteInspection,
)
from matchmaker.selection.applications.rules import (
    JUDGED_STATES,
    REPLY_STATES,
    ApplicationState,
    OpinionKind,
)
from matchmaker.selection.rounds.models import RoundAttachment, RoundGate, SelectionRound
from matchmaker.selection.rounds.permissions import INSPECT_ROUND
from matchmaker.selection.rounds.rules import RoundState

#: States beside the judged ones in which a unit has a stake in the list.
_DECIDED_STATES = (
    ApplicationState.REJECTED,
    ApplicationState.NOT_SHORTLISTED,
    ApplicationState.DESIGNATED,
    ApplicationState.NOT_DESIGNATED,
)


def visible_to(actor: Actor) -> Select[Application]:
    """Applications that the actor may open as an applicant, a partner, a reviewer or the bureau.

    What was never handed in is the applicant's alone, until its partners are asked to confirm it.
    """
    query = select(Application)
    sent = Application.submitted_at.is_not(None)
    if can(actor, INSPECT_ROUND):
        return query.where(sent)
    bounds: list[ColumnElement[bool]] = [false()]
    if actor.has_role(RoleName.OWNER, RoleName.SUPPLIER) and actor.organisation_id is not None:
        partner = select(ConsortiumMember.application_id).where(
            ConsortiumMember.organisation_id == actor.organisation_id
        )
        bounds.append(Application.applicant_organisation_id == actor.organisation_id)
        shown = or_(sent, Application.shared_at.is_not(None))
        bounds.append(and_(shown, Application.id.in_(partner)))
    if actor.has_role(RoleName.SECTOR_REVIEWER):
        bounds.append(and_(sent, Application.sector.in_(actor.sectors)))
    if actor.has_role(RoleName.DISTRICT_REVIEWER) and actor.district:
        bounds.append(and_(sent, Application.district == actor.district))
    return query.where(or_(*bounds))


def get_application(actor: Actor, application_id: int) -> Application:
    """The application; raises ``NotFound`` when the actor may not know of it."""
    query = visible_to(actor).where(Application.id == application_id)
    found = db.session.scalar(query.options(joinedload(Application.round)))
    if found is None:
        raise NotFound("application_missing", "没有找到这份申报。")
    return found


def list_own(actor: Actor) -> Sequence[Application]:
    """Applications of the actor's unit, alone or as a partner, newest first."""
    query = visible_to(actor).options(joinedload(Application.round))
    return db.session.scalars(query.order_by(Application.id.desc())).all()


def list_partnerships(actor: Actor) -> Sequence[Application]:
    """Applications of others in which the actor's unit is named and still has to reply."""
    own = ConsortiumMember.organisation_id == actor.organisation_id
    query = (
        visible_to(actor)
        .where(
            Application.state.in_(REPLY_STATES),
            Application.members.any(and_(own, ConsortiumMember.is_lead.is_(False))),
        )
        .options(joinedload(Application.round), selectinload(Application.members))
    )
    return [
        row
        for row in db.session.scalars(query.order_by(Application.id))
        if any(
            member.organisation_id == actor.organisation_id
            and not member.is_lead
            and member.reply_sha256 != row.content_sha256
            for member in row.members
        )
    ]


def list_of_round(actor: Actor, round_id: int) -> Sequence[Application]:
    """Submitted applications of a round that the actor may open, by code."""
    query = visible_to(actor).where(
        Application.round_id == round_id,
        Application.submitted_at.is_not(None),
        Application.is_calibration.is_(False),
    )
    loaded = query.options(selectinload(Application.members), selectinload(Application.revisions))
    return db.session.scalars(loaded.order_by(Application.code)).all()


def list_in_states(round_id: int, states: Sequence[ApplicationState]) -> Sequence[Application]:
    """Applications of a round in some states, by code; for the rooms above, not for a page."""
    query = select(Application).where(
        Application.round_id == round_id,
        Application.state.in_(states),
        Application.is_calibration.is_(False),
    )
    loaded = query.options(selectinload(Application.members), selectinload(Application.revisions))
    return db.session.scalars(loaded.order_by(Application.code)).all()


def list_applicant_units(round_id: int) -> Sequence[int]:
    """Units that applied in a round or are partners in an application; for telling them."""
    rows = list_in_states(round_id, [*JUDGED_STATES, *_DECIDED_STATES])
    units = {row.applicant_organisation_id for row in rows}
    partners = {m.organisation_id for row in rows for m in row.members}
    return sorted(unit for unit in units | partners if unit is not None)


def list_unfinished() -> Sequence[tuple[Application, date | None]]:
    """Applications that are yet to be handed in, or again, each with its last day."""
    query = (
        select(Application)
        .join(Application.round)
        .where(
            Application.is_calibration.is_(False),
            or_(
                and_(
                    Application.state == ApplicationState.DRAFT,
                    SelectionRound.state == RoundState.OPEN,
                ),
                Application.state == ApplicationState.RECTIFYING,
            ),
        )
        .options(contains_eager(Application.round))
    )
    rows = db.session.scalars(query.order_by(Application.id)).all()
    return [(row, _last_day(row)) for row in rows]


def _last_day(row: Application) -> date | None:
    if row.state is ApplicationState.RECTIFYING:
        return row.rectify_due_on
    closes_at = row.round.closes_at
    return closes_at.astimezone(CHINA).date() if closes_at else None


def find_calibration(round_id: int) -> Application | None:
    """The scene that the panel scores together before the round, if there is one."""
    query = select(Application).where(
        Application.round_id == round_id, Application.is_calibration.is_(True)
    )
    return db.session.scalar(query)


def list_earlier_designated(round_: SelectionRound) -> Sequence[Application]:
    """Designated applications of earlier rounds of the same programme, newest first."""
    query = (
        select(Application)
        .join(SelectionRound)
        .where(
            SelectionRound.programme == round_.programme,
            SelectionRound.id != round_.id,
            Application.state == ApplicationState.DESIGNATED,
        )
        .order_by(SelectionRound.year.desc(), Application.code)
    )
    return db.session.scalars(query.options(selectinload(Application.members))).all()


def load_application(application_id: int) -> Application | None:
    """The row by id for the rooms above, which check who may read."""
    return db.session.get(Application, application_id)


@dataclass(frozen=True)
class GateLine:
    """One gate of the round with its answer for this application."""

    gate: RoundGate
    decision: GateDecision | None


def list_gates(application: Application) -> list[GateLine]:
    """Gates of the round in order, each with its decision or None."""
    decided = {
        row.gate_id: row
        for row in db.session.scalars(
            select(GateDecision).where(GateDecision.application_id == application.id)
        )
    }
    return [GateLine(gate, decided.get(gate.id)) for gate in application.round.gates]


@dataclass(frozen=True)
class ChecklistLine:
    """One line of the attachments checklist with what was handed in."""

    item: RoundAttachment
    attachment: ApplicationAttachment | None


def list_checklist(application: Application) -> list[ChecklistLine]:
    """The checklist of the round in order, each with what was handed in or None."""
    given = {
        row.checklist_id: row
        for row in db.session.scalars(
            select(ApplicationAttachment).where(
                ApplicationAttachment.application_id == application.id
            )
        )
    }
    return [ChecklistLine(item, given.get(item.id)) for item in application.round.attachments]


def list_opinions(application: Application) -> Sequence[Opinion]:
    """District and department opinions."""
    query = select(Opinion).where(Opinion.application_id == application.id).order_by(Opinion.id)
    return db.session.scalars(query).all()


def list_missing_opinions(application: Application) -> list[OpinionKind]:
    """Opinions that the round asks for and that nobody has given yet."""
    asked = {
        OpinionKind.DISTRICT: application.round.needs_district_review,
        OpinionKind.DEPARTMENT: application.round.needs_department_opinion,
    }
    given = {opinion.kind for opinion in list_opinions(application)}
    return [kind for kind, needed in asked.items() if needed and kind not in given]


def find_inspection(application_id: int) -> SiteInspection | None:
    """The record of the site visit, or None."""
    query = select(SiteInspection).where(SiteInspection.application_id == application_id)
    return db.session.scalar(query)


def map_inspection_scores(application_ids: Sequence[int]) -> dict[int, int]:
    """Inspection score (hundredths) by application."""
    query = select(SiteInspection.application_id, SiteInspection.score).where(
        SiteInspection.application_id.in_(application_ids)
    )
    return {row.application_id: row.score for row in db.session.execute(query)}


def list_twins(application: Application) -> Sequence[Application]:
    """Applications of the same scene to other programmes of the year: allowed, and marked."""
    if application.demand_code is None:
        return []
    query = (
        select(Application)
        .join(SelectionRound)
        .where(
            Application.demand_code == application.demand_code,
            Application.applicant_organisation_id == application.applicant_organisation_id,
            Application.id != application.id,
            SelectionRound.year == application.round.year,
            Application.state != ApplicationState.WITHDRAWN,
        )
    )
    return db.session.scalars(query.order_by(Application.code)).all()


def count_by_state(round_id: int) -> dict[ApplicationState, int]:
    """How many applications of a round are in each state."""
    query = (
        select(Application.state, func.count())
        .where(Application.round_id == round_id, Application.is_calibration.is_(False))
        .group_by(Application.state)
    )
    counts: dict[ApplicationState, int] = {}
    rows: Any = db.session.execute(query)
    for state, number in rows:
        counts[state] = number
    return counts


def list_codes(round_id: int) -> dict[str, tuple[int, str]]:
    """Application id and title by code, for the rooms above."""
    query = select(Application.code, Application.id, Application.title).where(
        Application.round_id == round_id
    )
    return {row.code: (row.id, row.title) for row in db.session.execute(query)}
