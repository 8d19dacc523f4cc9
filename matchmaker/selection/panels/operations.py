"""Acts on the pool and the panel: experts, members, declarations, conflicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from matchmaker import clock, outbox
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db
from matchmaker.errors import Conflict as ConflictError
from matchmaker.errors import IllegalTransition, InvalidInput, NotFound
from matchmaker.selection.applications import queries as applications
from matchmaker.selection.applications.models import Application
from matchmaker.selection.panels import opening, queries, rules
from matchmaker.selection.panels.assigning import count_shortages
from matchmaker.selection.panels.detecting import announce, detect_conflicts, raise_conflict
from matchmaker.selection.panels.models import Assignment, Conflict, Expert, PanelMember
from matchmaker.selection.panels.permissions import ACT_AS_MEMBER, DECIDE_CONFLICT, MANAGE_PANEL
from matchmaker.selection.panels.rules import ConflictSource, ConflictState, MemberRole
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.rules import SCORING_STAGES, RoundState

#: States of a round in which its panel may still change.
_PANEL_STATES = frozenset(
    {
        RoundState.OPEN,
        RoundState.REVIEW,
        RoundState.PRELIMINARY,
        RoundState.SHORTLIST,
        RoundState.FINAL,
    }
)


@dataclass(frozen=True, kw_only=True)
class ExpertDraft:
    """An expert as typed."""

    name: str
    employer: str
    title: str = ""
    user_id: int | None = None
    organisation_id: int | None = None
    employer_credit_code: str | None = None
    other_units: tuple[str, ...] = ()
    other_credit_codes: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    fields: str = ""
    is_active: bool = True


def add_expert(actor: Actor, draft: ExpertDraft, *, is_demo: bool = False) -> Expert:
    """Add a person to the pool."""
    require(actor, MANAGE_PANEL)
    expert = Expert(is_demo=is_demo)
    _fill(expert, draft)
    db.session.add(expert)
    db.session.flush()
    record(actor, "selection.add_expert", "selection_expert", expert.id, name=expert.name)
    return expert


def edit_expert(actor: Actor, expert: Expert, draft: ExpertDraft) -> None:
    """Change what is known of an expert; new conflicts that follow are raised at once."""
    require(actor, MANAGE_PANEL)
    _fill(expert, draft)
    db.session.flush()
    record(actor, "selection.edit_expert", "selection_expert", expert.id, name=expert.name)
    query = select(PanelMember).where(PanelMember.expert_id == expert.id)
    for member in db.session.scalars(query).all():
        detect_conflicts(actor, member.round_id)


def _fill(expert: Expert, draft: ExpertDraft) -> None:
    if not draft.name.strip() or not draft.employer.strip():
        raise InvalidInput("expert_incomplete", "请填写专家姓名和工作单位。", field="name")
    if draft.user_id is not None:
        query = select(Expert.id).where(Expert.user_id == draft.user_id)
        other = db.session.scalar(query)
        if other is not None and other != expert.id:
            raise ConflictError("expert_account", "该账号已对应专家库中的另一位专家。")
    for name in ExpertDraft.__dataclass_fields__:
        value = getattr(draft, name)
        setattr(expert, name, list(value) if isinstance(value, tuple) else value)


def add_member(
    actor: Actor,
    round_: SelectionRound,
    expert: Expert,
    role: MemberRole = MemberRole.MEMBER,
    *,
    reason: str = "",
) -> PanelMember:
    """Put an expert on the panel of a round.

    After the scores are open only a reserve joins, for a scene below its quorum, with a ``reason``.
    """
    require(actor, MANAGE_PANEL)
    data = _check_may_join(round_, role, reason)
    if not expert.is_active:
        raise InvalidInput("expert_inactive", "这位专家已停用。", field="expert")
    members = queries.list_members(round_.id)
    if any(member.expert_id == expert.id for member in members):
        raise ConflictError("member_twice", "这位专家已在评审组中。")
    if role is MemberRole.CHAIR and any(m.role is MemberRole.CHAIR for m in members):
        raise ConflictError("chair_twice", "评审组已有组长。")
    member = PanelMember(round_id=round_.id, expert_id=expert.id, role=role)
    member.expert = expert
    db.session.add(member)
    db.session.flush()
    record(
        actor,
        "selection.add_member",
        "selection_panel_member",
        member.id,
        expert_id=expert.id,
        role=role.value,
        **data,
    )
    detect_conflicts(actor, round_.id)
    return member


def remove_member(actor: Actor, round_: SelectionRound, member: PanelMember) -> None:
    """Take a person off the panel before anything was assigned to them."""
    require(actor, MANAGE_PANEL)
    _check_panel_fixed(round_)
    if db.session.scalar(select(Assignment.id).where(Assignment.member_id == member.id).limit(1)):
        raise ConflictError("member_assigned", "这位评委已有评审任务，请先调整任务。")
    if db.session.scalar(select(Conflict.id).where(Conflict.member_id == member.id).limit(1)):
        raise ConflictError("member_conflicts", "这位评委已有回避记录，应保留在评审组名单中。")
    record(
        actor,
        "selection.remove_member",
        "selection_panel_member",
        member.id,
        expert_id=member.expert_id,
    )
    db.session.delete(member)


def set_member_role(
    actor: Actor, round_: SelectionRound, member: PanelMember, role: MemberRole
) -> None:
    """Make a member the chair, an ordinary judge or a reserve."""
    require(actor, MANAGE_PANEL)
    _check_panel_fixed(round_)
    if member.role is MemberRole.RESERVE:
        _check_size(round_, role)
    others = [m for m in queries.list_members(round_.id) if m.id != member.id]
    if role is MemberRole.CHAIR and any(m.role is MemberRole.CHAIR for m in others):
        raise ConflictError("chair_twice", "评审组已有组长。")
    member.role = role
    record(actor, "selection.set_member_role", "selection_panel_member", member.id, role=role.value)


def sign_declaration(
    actor: Actor, member: PanelMember, *, name: str, conflicts: Mapping[int, str]
) -> None:
    """Sign the undertaking and the declaration; ``conflicts`` maps application id → reason."""
    require(actor, ACT_AS_MEMBER, member)
    if name.strip() != member.expert.name:
        raise InvalidInput(
            "signature_name",
            "签名应与专家库登记的姓名一致（{name}）。",
            field="name",
            name=member.expert.name,
        )
    if member.declared_at is not None:
        raise IllegalTransition(
            "declared_before",
            "承诺和声明已经签署。后来发现的利害关系，请在该申报的评分页面申明回避。",
        )
    listed = {row.id: row for row in queries.declarable_by(actor, member)}
    if not set(conflicts) <= set(listed):
        raise NotFound("application_missing", "没有找到这份申报。")
    rules.check_relations({listed[key].title: reason for key, reason in conflicts.items()})
    for application_id, reason in conflicts.items():
        text = rules.check_reason(reason)
        raise_conflict(actor, listed[application_id], member, ConflictSource.DECLARED, text)
    member.declared_at = clock.now()
    member.declared_name = name.strip()
    record(
        actor,
        "selection.sign_declaration",
        "selection_panel_member",
        member.id,
        conflicts=sorted(conflicts),
    )


def declare_conflict(actor: Actor, assignment: Assignment, reason: str) -> Conflict:
    """A judge steps back from an application after all; their score of it becomes void."""
    require(actor, ACT_AS_MEMBER, assignment.member)
    text = rules.check_reason(reason)
    row = applications.load_application(assignment.application_id)
    if row is None:
        raise NotFound("application_missing", "没有找到这份申报。")
    return raise_conflict(actor, row, assignment.member, ConflictSource.DECLARED, text)


def raise_applicant_conflict(
    actor: Actor, row: Application, member: PanelMember, reason: str
) -> Conflict:
    """Enter a conflict that the applicant stated, with its facts; another person decides it."""
    require(actor, MANAGE_PANEL)
    if row.round_id != member.round_id:
        raise NotFound("member_missing", "评审组中没有这位评委。")
    text = rules.check_reason(reason, least=rules.EVIDENCE_MIN)
    return raise_conflict(actor, row, member, ConflictSource.APPLICANT, text)


def decide_conflict(actor: Actor, conflict: Conflict, *, confirmed: bool, reason: str) -> None:
    """Confirm a conflict or find it unfounded, with a reason; never who entered it.

    Until the scores are open a decided one may be decided otherwise, a detected one be lifted.
    """
    require(actor, DECIDE_CONFLICT, conflict)
    row = applications.load_application(conflict.application_id)
    if row is None:
        raise NotFound("application_missing", "没有找到这份申报。")
    opening.check_takes_conflicts(row.round)
    if conflict.state not in rules.UNDECIDED:
        if confirmed == (conflict.state is ConflictState.CONFIRMED):
            raise IllegalTransition("conflict_decided", "这条回避记录已经作过同样的核定。")
        if opening.has_seen_scores(row.round):
            raise IllegalTransition("conflict_fixed", "评分已经公开，已经核定的回避不再改变。")
    conflict.decision_reason = rules.check_reason(reason)
    conflict.state = ConflictState.CONFIRMED if confirmed else ConflictState.REJECTED
    conflict.decided_by_id, conflict.decided_at = actor.user_id, clock.now()
    db.session.flush()
    record(
        actor,
        "selection.decide_conflict",
        "selection_conflict",
        conflict.id,
        state=conflict.state.value,
        reason=conflict.decision_reason,
    )
    if confirmed:
        announce(conflict)
    outbox.send("selection.conflict_decided", conflict_id=conflict.id)


def _check_panel_open(round_: SelectionRound) -> None:
    if round_.state not in _PANEL_STATES:
        raise IllegalTransition("panel_closed", "当前阶段不能调整评审组。")


def _check_panel_fixed(round_: SelectionRound) -> None:
    """Refuse a change outside the panel's time, and once the scores of the stage are open."""
    _check_panel_open(round_)
    stage = SCORING_STAGES.get(round_.state)
    if stage is not None:
        opening.check_sealed(round_, stage)


def _check_may_join(round_: SelectionRound, role: MemberRole, reason: str) -> dict[str, str]:
    """What the trail says beside the new member; refuses who may not join any more."""
    _check_panel_open(round_)
    stage = SCORING_STAGES.get(round_.state)
    if stage is None or not opening.is_opened(round_, stage):
        _check_size(round_, role)
        return {}
    if role is not MemberRole.RESERVE or not count_shortages(round_, stage):
        opening.check_sealed(round_, stage)
    return {"reason": rules.check_reason(reason)}


def _check_size(round_: SelectionRound, role: MemberRole) -> None:
    """While judges score, the panel is not larger than the notice says; reserves beside it."""
    if role is MemberRole.RESERVE or round_.state not in SCORING_STAGES:
        return
    members = queries.list_members(round_.id)
    if sum(m.role is not MemberRole.RESERVE for m in members) >= round_.panel_size:
        raise ConflictError(
            "panel_full",
            "评审已经开始，评审组人数已达到通知规定的 {size} 人，只能增加候补评委。",
            size=round_.panel_size,
        )


def list_pool_for(round_: SelectionRound) -> Sequence[Expert]:
    """Active experts who are not on the panel of a round yet."""
    taken = {member.expert_id for member in queries.list_members(round_.id)}
    return [expert for expert in queries.list_experts(only_active=True) if expert.id not in taken]
