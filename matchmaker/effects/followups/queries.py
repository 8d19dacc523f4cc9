"""Reads of follow-ups; ``visible_to`` is their base. What was accepted is public."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, false, func, or_, select
from sqlalchemy.orm import contains_eager, selectinload

from matchmaker.accounts.permissions import can
from matchmaker.actor import Actor, RoleName
from matchmaker.db import db
from matchmaker.effects.followups.models import Followup, Report
from matchmaker.effects.followups.permissions import INSPECT
from matchmaker.effects.followups.rules import OPEN_STATES, FollowupState
from matchmaker.errors import NotFound
from matchmaker.selection.applications.models import Application, ConsortiumMember
from matchmaker.selection.results.models import Designation


def visible_to(actor: Actor) -> Select[Followup]:
    """Follow-ups that the actor may open: the own consortium's, for the bureau all."""
    query = (
        select(Followup)
        .join(Followup.designation)
        .join(Designation.application)
        .options(
            contains_eager(Followup.designation).contains_eager(Designation.application),
            selectinload(Followup.reports),
        )
    )
    if actor.is_system or can(actor, INSPECT):
        return query
    if actor.organisation_id is None or not actor.has_role(RoleName.OWNER, RoleName.SUPPLIER):
        return query.where(false())
    member = select(ConsortiumMember.application_id).where(
        ConsortiumMember.organisation_id == actor.organisation_id
    )
    return query.where(
        or_(
            Application.applicant_organisation_id == actor.organisation_id,
            Application.id.in_(member),
        )
    )


def get_followup(actor: Actor, followup_id: int) -> Followup:
    """The follow-up, or NotFound when there is none that the actor may know of."""
    found = db.session.scalar(visible_to(actor).where(Followup.id == followup_id))
    if found is None:
        raise NotFound("followup_missing", "没有找到这一期跟踪填报。")
    return found


def list_followups(
    actor: Actor, *, state: FollowupState | None = None, late_on: date | None = None
) -> Sequence[Followup]:
    """Visible follow-ups by due day; ``late_on`` leaves the late ones only."""
    query = visible_to(actor)
    if state is not None:
        query = query.where(Followup.state == state)
    if late_on is not None:
        query = query.where(Followup.state.in_(OPEN_STATES), Followup.due_on < late_on)
    return db.session.scalars(query.order_by(Followup.due_on, Followup.id)).unique().all()


def count_by_state(actor: Actor) -> Counter[FollowupState]:
    """How many visible follow-ups stand where."""
    columns = (Followup.state, func.count(Followup.id.distinct()).label("followups"))
    query = visible_to(actor).options().with_only_columns(*columns).group_by(Followup.state)
    return Counter({row.state: row.followups for row in db.session.execute(query)})


def list_due(actor: Actor, until: date) -> Sequence[Followup]:
    """What the actor's unit has to report until a day, the most urgent first."""
    query = visible_to(actor).where(Followup.state.in_(OPEN_STATES), Followup.due_on <= until)
    return db.session.scalars(query.order_by(Followup.due_on, Followup.id)).unique().all()


def list_of_designation(designation_id: int) -> Sequence[Followup]:
    """The follow-ups of one scene in their order."""
    query = select(Followup).where(Followup.designation_id == designation_id)
    loaded = query.options(selectinload(Followup.reports)).order_by(Followup.months)
    return db.session.scalars(loaded).all()


def list_accepted(designation_id: int) -> list[tuple[Followup, Report]]:
    """The accepted figures of one scene over time: published facts."""
    return [
        (row, row.report)
        for row in list_of_designation(designation_id)
        if row.state is FollowupState.ACCEPTED and row.report is not None
    ]


def read_earlier_hours(followup: Followup) -> int:
    """The newest hours that the earlier periods of the scene reported; 0 where none did."""
    query = (
        select(func.max(Report.hours))
        .join(Report.followup)
        .where(
            Followup.designation_id == followup.designation_id,
            Followup.months < followup.months,
            Followup.state == FollowupState.ACCEPTED,
        )
    )
    return db.session.scalar(query) or 0


def find_followup(followup_id: int) -> Followup | None:
    """The follow-up with this id, or None."""
    return db.session.get(Followup, followup_id)
