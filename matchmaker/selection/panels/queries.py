"""Reads of panels. All that a judge is shown starts from ``readable_by`` or ``declarable_by``.

A conflict that bars (pending or confirmed) takes the application out of both, so that it is in no
list, count, page or file of that judge.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from matchmaker.accounts import queries as accounts
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor, RoleName
from matchmaker.db import db
from matchmaker.engagement.deployments.queries import list_contract_partners
from matchmaker.errors import NotFound
from matchmaker.selection.applications.models import Application
from matchmaker.selection.applications.rules import JUDGED_STATES
from matchmaker.selection.panels.models import Assignment, Conflict, Expert, PanelMember
from matchmaker.selection.panels.permissions import ACT_AS_MEMBER
from matchmaker.selection.panels.rules import (
    BARRING,
    Affiliations,
    ConflictState,
    MemberRole,
    find_conflict,
    normalise_unit,
)
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.rules import RoundState, Stage


def _is_barred() -> ColumnElement[bool]:
    """True for rows of (Application, PanelMember) between which a conflict bars."""
    return exists().where(
        Conflict.application_id == Application.id,
        Conflict.member_id == PanelMember.id,
        Conflict.state.in_(BARRING),
    )


def readable_by(actor: Actor) -> Select[Assignment]:
    """Assignments whose application this judge may read now."""
    query = (
        select(Assignment)
        .join(Application, Application.id == Assignment.application_id)
        .join(PanelMember, PanelMember.id == Assignment.member_id)
        .join(Expert, Expert.id == PanelMember.expert_id)
        .join(SelectionRound, SelectionRound.id == Assignment.round_id)
        .where(
            Expert.user_id == actor.user_id,
            PanelMember.declared_at.is_not(None),
            Application.state.in_(JUDGED_STATES),
            SelectionRound.state.not_in([RoundState.CANCELLED, RoundState.CONFIRMED]),
            ~_is_barred(),
        )
        .options(contains_eager(Assignment.member).contains_eager(PanelMember.expert))
    )
    return query if actor.has_role(RoleName.JUDGE) else query.where(Expert.id.is_(None))


def get_readable(actor: Actor, assignment_id: int) -> Assignment:
    """The assignment; raises ``NotFound`` for a foreign, recused or missing one alike."""
    found = db.session.scalar(readable_by(actor).where(Assignment.id == assignment_id))
    if found is None:
        raise NotFound("assignment_missing", "没有找到这项评审任务。")
    return found


def list_readable(actor: Actor, round_id: int, stage: Stage) -> Sequence[Assignment]:
    """The judge's queue in a stage, by the application's code."""
    query = readable_by(actor).where(Assignment.round_id == round_id, Assignment.stage == stage)
    return db.session.scalars(query.order_by(Application.code)).all()


def map_applications(assignments: Sequence[Assignment]) -> dict[int, Application]:
    """Applications of some assignments by id, with consortium and revisions."""
    ids = {assignment.application_id for assignment in assignments}
    query = select(Application).where(Application.id.in_(ids))
    loaded = query.options(selectinload(Application.members), selectinload(Application.revisions))
    return {row.id: row for row in db.session.scalars(loaded)}


def declarable_by(actor: Actor, member: PanelMember) -> Sequence[Application]:
    """Applications about which the judge declares: those in judging without a barring conflict."""
    require(actor, ACT_AS_MEMBER, member)
    query = (
        select(Application)
        .join(PanelMember, PanelMember.id == member.id)
        .where(
            Application.round_id == member.round_id,
            Application.state.in_(JUDGED_STATES),
            Application.is_calibration.is_(False),
            ~_is_barred(),
        )
    )
    loaded = query.options(selectinload(Application.members))
    units, lifted = read_affiliations(member.expert), _list_lifted(member)
    return [
        row
        for row in db.session.scalars(loaded.order_by(Application.code))
        if row.id in lifted or find_conflict(units, read_parties(row)) is None
    ]


def _list_lifted(member: PanelMember) -> set[int]:
    """Applications whose conflict with this judge was found to be none."""
    query = select(Conflict.application_id).where(
        Conflict.member_id == member.id, Conflict.state == ConflictState.REJECTED
    )
    return set(db.session.scalars(query))


def list_own_memberships(actor: Actor) -> Sequence[PanelMember]:
    """The judge's panels, newest round first."""
    if not actor.has_role(RoleName.JUDGE):
        return []
    query = (
        select(PanelMember)
        .join(Expert)
        .join(SelectionRound, SelectionRound.id == PanelMember.round_id)
        .where(Expert.user_id == actor.user_id, SelectionRound.state != RoundState.DRAFT)
        .order_by(SelectionRound.year.desc(), SelectionRound.id.desc())
    )
    return db.session.scalars(query.options(joinedload(PanelMember.expert))).all()


def get_own_membership(actor: Actor, round_id: int) -> PanelMember:
    """The judge's own place in the panel of a round; raises ``NotFound`` without one."""
    for member in list_own_memberships(actor):
        if member.round_id == round_id:
            return member
    raise NotFound("membership_missing", "您不是这次评选的评审组成员。")


def is_chair(actor: Actor, round_: SelectionRound) -> bool:
    """True when the judge leads the round's panel and may see its ranking.

    A chair who is barred from any scene of the round may not: the scene's place would be in it.
    """
    barred = {member_id for _, member_id in list_barred_pairs(round_.id)}
    return any(
        member.round_id == round_.id
        and member.role is MemberRole.CHAIR
        and member.declared_at is not None
        and member.id not in barred
        for member in list_own_memberships(actor)
    )


def list_experts(*, only_active: bool = False) -> Sequence[Expert]:
    """The pool, by name."""
    query = select(Expert).order_by(Expert.name, Expert.id)
    if only_active:
        query = query.where(Expert.is_active)
    return db.session.scalars(query).all()


def get_expert(expert_id: int) -> Expert:
    """The expert; raises ``NotFound``."""
    found = db.session.get(Expert, expert_id)
    if found is None:
        raise NotFound("expert_missing", "专家库中没有这位专家。")
    return found


def list_members(round_id: int) -> Sequence[PanelMember]:
    """The panel of a round, by id."""
    query = select(PanelMember).where(PanelMember.round_id == round_id).order_by(PanelMember.id)
    return db.session.scalars(query.options(joinedload(PanelMember.expert))).all()


def get_member(round_id: int, member_id: int) -> PanelMember:
    """A member of this round's panel; raises ``NotFound``."""
    found = db.session.get(PanelMember, member_id)
    if found is None or found.round_id != round_id:
        raise NotFound("member_missing", "评审组中没有这位评委。")
    return found


def list_conflicts(round_id: int) -> Sequence[Conflict]:
    """Conflicts of a round, undecided ones first."""
    query = (
        select(Conflict)
        .join(Application, Application.id == Conflict.application_id)
        .where(Application.round_id == round_id)
        .order_by(Conflict.decided_at.is_not(None), Conflict.id)
        .options(joinedload(Conflict.member).joinedload(PanelMember.expert))
    )
    return db.session.scalars(query).all()


def get_conflict(round_id: int, conflict_id: int) -> Conflict:
    """A conflict of this round; raises ``NotFound``."""
    query = (
        select(Conflict)
        .join(Application, Application.id == Conflict.application_id)
        .where(Application.round_id == round_id, Conflict.id == conflict_id)
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound("conflict_missing", "没有找到这条回避记录。")
    return found


def list_barred_pairs(round_id: int) -> frozenset[tuple[int, int]]:
    """(application id, member id) pairs that a conflict bars."""
    query = (
        select(Conflict.application_id, Conflict.member_id)
        .join(Application, Application.id == Conflict.application_id)
        .where(Application.round_id == round_id, Conflict.state.in_(BARRING))
    )
    return frozenset((row.application_id, row.member_id) for row in db.session.execute(query))


def list_assignments(round_id: int, stage: Stage) -> Sequence[Assignment]:
    """All assignments of a stage, by id."""
    query = select(Assignment).where(Assignment.round_id == round_id, Assignment.stage == stage)
    loaded = query.options(joinedload(Assignment.member).joinedload(PanelMember.expert))
    return db.session.scalars(loaded.order_by(Assignment.id)).all()


def read_affiliations(expert: Expert) -> Affiliations:
    """Units of an expert: employer, log-in's unit, part-time posts, shares; their contracts."""
    ids = {expert.organisation_id}
    codes = {expert.employer_credit_code, *expert.other_credit_codes}
    names = {expert.employer, *expert.other_units}
    user = accounts.find_user(expert.user_id) if expert.user_id else None
    if user is not None and user.organisation is not None:
        ids.add(user.organisation.id)
        codes.add(user.organisation.credit_code)
        names.add(user.organisation.name)
    known = frozenset(item for item in ids if item is not None)
    return Affiliations(
        organisation_ids=known,
        contract_partner_ids=list_contract_partners(known),
        credit_codes=frozenset(item for item in codes if item),
        names=frozenset(normalise_unit(item) for item in names if item),
    )


def read_parties(application: Application) -> Affiliations:
    """Units of an application's consortium."""
    return Affiliations(
        organisation_ids=frozenset(
            {application.applicant_organisation_id}
            | {m.organisation_id for m in application.members if m.organisation_id is not None}
        ),
        credit_codes=frozenset(m.credit_code for m in application.members if m.credit_code),
        names=frozenset(normalise_unit(m.name) for m in application.members),
    )
