"""Reads of milestones: in full for whoever may read the pairing, in outline for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager

from matchmaker.actor import Actor
from matchmaker.db import db
from matchmaker.demands.models import DemandListing
from matchmaker.demands.rules import ListingKind
from matchmaker.engagement.answers.models import Answer
from matchmaker.engagement.answers.rules import AnswerState
from matchmaker.engagement.deployments import queries as pairings
from matchmaker.engagement.deployments.models import Pairing
from matchmaker.engagement.deployments.rules import Stage
from matchmaker.engagement.milestones.models import Milestone, MilestoneReport
from matchmaker.engagement.milestones.rules import DUE_SOON_DAYS, OWED, MilestoneState
from matchmaker.errors import NotFound
from matchmaker.suppliers.rules import ProfileState


def visible_to(actor: Actor) -> Select[Milestone]:
    """Milestones of the pairings that the actor may read."""
    readable = pairings.visible_to(actor).with_only_columns(Pairing.id)
    return (
        select(Milestone)
        .join(Milestone.pairing)
        .where(Milestone.pairing_id.in_(readable))
        .options(contains_eager(Milestone.pairing))
    )


def list_milestones(actor: Actor, pairing: Pairing) -> Sequence[Milestone]:
    """The milestones of a pairing by day."""
    query = visible_to(actor).where(Milestone.pairing_id == pairing.id)
    return db.session.scalars(query.order_by(Milestone.due_on, Milestone.id)).all()


def get_milestone(actor: Actor, pairing: Pairing, milestone_id: int) -> Milestone:
    """A milestone of exactly this pairing; raises ``NotFound`` otherwise."""
    query = visible_to(actor).where(
        Milestone.id == milestone_id, Milestone.pairing_id == pairing.id
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound("milestone_missing", "没有这个里程碑。")
    return found


def get_report(actor: Actor, pairing: Pairing, report_id: int) -> MilestoneReport:
    """Something handed in on a milestone of exactly this pairing; raises ``NotFound``."""
    query = (
        select(MilestoneReport)
        .join(MilestoneReport.milestone)
        .where(
            MilestoneReport.id == report_id,
            Milestone.pairing_id == pairing.id,
            Milestone.id.in_(visible_to(actor).with_only_columns(Milestone.id)),
        )
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound("report_missing", "没有这份成果材料。")
    return found


def list_owed(actor: Actor, today: date) -> Sequence[Milestone]:
    """Milestones of living pairings that a firm still owes and that are due soon or late."""
    query = visible_to(actor).where(
        Milestone.state.in_(OWED),
        Milestone.due_on <= today + timedelta(days=DUE_SOON_DAYS),
        Pairing.stage != Stage.ENDED,
    )
    return db.session.scalars(query.order_by(Milestone.due_on, Milestone.id)).all()


def list_awaiting_acceptance(actor: Actor) -> Sequence[Milestone]:
    """Milestones whose results wait for the owner, the longest waiting first."""
    query = visible_to(actor).where(
        Milestone.state == MilestoneState.SUBMITTED, Pairing.stage != Stage.ENDED
    )
    return db.session.scalars(query.order_by(Milestone.due_on, Milestone.id)).all()


@dataclass(frozen=True)
class Winner:
    """What everybody may know of a decided challenge: the firm and its milestones in outline."""

    firm: str
    #: None where the firm's page is not public any more.
    firm_code: str | None
    is_demo: bool
    milestones: tuple[tuple[str, date, MilestoneState], ...]


def list_winners(listing: DemandListing) -> list[Winner]:
    """The chosen firms of a challenge, which the caller has been allowed to load."""
    if listing.kind is not ListingKind.CHALLENGE:
        return []
    chosen = select(Answer).where(
        Answer.listing_id == listing.id, Answer.state == AnswerState.CHOSEN
    )
    return [_winner(answer) for answer in db.session.scalars(chosen.order_by(Answer.id))]


def _winner(answer: Answer) -> Winner:
    rows = db.session.execute(
        select(Milestone.title, Milestone.due_on, Milestone.state)
        .join(Milestone.pairing)
        .where(Pairing.answer_id == answer.id)
        .order_by(Milestone.due_on, Milestone.id)
    )
    outline = tuple((title, due_on, state) for title, due_on, state in rows)
    supplier = answer.supplier
    code = supplier.code if supplier.state is ProfileState.PUBLISHED else None
    return Winner(supplier.short_name, code, answer.is_demo, outline)
