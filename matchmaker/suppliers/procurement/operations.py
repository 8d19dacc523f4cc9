"""Acts on criteria and recommendations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from matchmaker import clock
from matchmaker.accounts.permissions import require
from matchmaker.accounts.queries import get_organisation
from matchmaker.actor import Actor, RoleName
from matchmaker.audit.operations import record
from matchmaker.db import db, lock
from matchmaker.errors import Conflict, IllegalTransition, InvalidInput
from matchmaker.files.operations import attach_files
from matchmaker.files.rules import CheckedUpload
from matchmaker.outbox import send
from matchmaker.suppliers.models import Product
from matchmaker.suppliers.procurement import permissions, queries, rules
from matchmaker.suppliers.procurement.models import (
    ProcurementCriteria,
    Recommendation,
    RecommendationOpinion,
)
from matchmaker.suppliers.procurement.rules import OpinionKind, Origin, RecommendationState, Step
from matchmaker.suppliers.rules import ProfileState


@dataclass(frozen=True, kw_only=True)
class Case:
    """Why a product is put forward: the statement, an answer to each criterion, evidence."""

    statement: str
    answers: Sequence[str]
    uploads: Sequence[CheckedUpload] = field(default=())


def set_criteria(
    actor: Actor, *, text: str, effective_from: date, reason: str
) -> ProcurementCriteria:
    """Publish a new version; what was put forward under an earlier one stays under it."""
    require(actor, permissions.SET_CRITERIA)
    lock(db.session(), "procurement_criteria")
    items = rules.read_criteria(text)
    versions = queries.list_criteria()
    rules.check_effective(effective_from, versions[0].effective_from if versions else None)
    row = ProcurementCriteria(
        number=len(versions) + 1,
        effective_from=effective_from,
        items=[[each.name, each.text] for each in items],
        reason=rules.check_reason(reason),
        created_by=actor.user_id,
    )
    db.session.add(row)
    db.session.flush()
    record(actor, "procurement.set_criteria", "procurement_criteria", row.id, number=row.number)
    return row


def apply_for_recommendation(actor: Actor, product: Product, case: Case) -> Recommendation:
    """A firm puts its published product forward, with evidence."""
    require(actor, permissions.APPLY, product)
    if not case.uploads:
        raise InvalidInput("evidence_missing", "请上传证明材料。", field="files")
    return _put_forward(actor, product, case, Origin.APPLICATION)


def nominate(actor: Actor, product: Product, case: Case) -> Recommendation:
    """The bureau puts a product forward."""
    require(actor, permissions.NOMINATE)
    return _put_forward(actor, product, case, Origin.NOMINATION)


def _put_forward(actor: Actor, product: Product, case: Case, origin: Origin) -> Recommendation:
    if product.state is not ProfileState.PUBLISHED:
        raise Conflict("product_unpublished", "请先发布产品，再办理推荐。")
    today = clock.today()
    criteria = queries.find_criteria(today)
    if criteria is None:
        raise Conflict("criteria_missing", "推荐标准尚未施行，暂不能办理。")
    statement = rules.check_reason(case.statement, field="statement")
    answers = rules.check_answers(case.answers, criteria.items)
    lock(db.session(), "procurement_code")
    _check_none_live(product)
    row = Recommendation(
        code=f"CG{today.year}-{queries.last_number(today.year) + 1:04d}",
        product_id=product.id,
        criteria_id=criteria.id,
        origin=origin,
        state=RecommendationState.SUBMITTED,
        statement=statement,
        answers=list(answers),
        created_by=actor.user_id,
        is_demo=product.is_demo,
    )
    db.session.add(row)
    db.session.flush()
    attach_files(actor, case.uploads, subject_type=queries.SUBJECT, subject_id=row.id)
    record(actor, f"procurement.{origin.value}", "recommendation", row.code, product=product.code)
    send("procurement.stepped", code=row.code, state=row.state.value)
    return row


def _check_none_live(product: Product) -> None:
    live = db.session.query(Recommendation).filter(
        Recommendation.product_id == product.id, Recommendation.state.in_(rules.LIVE_STATES)
    )
    found = live.first()
    if found is not None:
        raise Conflict(
            "already_forward",
            "这个产品已有推荐 {code}（{state}），不能重复办理。",
            code=found.code,
            state=rules.STATE_LABELS[found.state],
        )


def withdraw(actor: Actor, row: Recommendation, *, reason: str) -> None:
    """The firm takes its application back before it is decided."""
    require(actor, permissions.WITHDRAW, row)
    _step(actor, row, Step.WITHDRAW, reason=rules.check_reason(reason))


def give_opinion(
    actor: Actor, row: Recommendation, *, supports: bool, text: str
) -> RecommendationOpinion:
    """An expert or a department says what it thinks, once."""
    require(actor, permissions.ADVISE, row)
    if row.state is not RecommendationState.SUBMITTED:
        raise IllegalTransition("not_open", "这项推荐已有结论，不再收意见。")
    if any(each.given_by == actor.user_id for each in row.opinions):
        raise Conflict("opinion_given", "您已提出过意见。")
    unit = get_organisation(actor.organisation_id) if actor.organisation_id is not None else None
    is_expert = actor.has_role(RoleName.JUDGE)
    opinion = RecommendationOpinion(
        kind=OpinionKind.EXPERT if is_expert else OpinionKind.DEPARTMENT,
        supports=supports,
        text=rules.check_reason(text, field="text"),
        unit=unit.name if unit is not None else "",
        given_by=actor.user_id,
    )
    row.opinions.append(opinion)
    db.session.flush()
    record(actor, "procurement.give_opinion", "recommendation", row.code, supports=supports)
    return opinion


def decide(actor: Actor, row: Recommendation, *, recommends: bool, reason: str) -> None:
    """推荐 or 不推荐, with the reason; at least one opinion must have been given."""
    require(actor, permissions.DECIDE, row)
    clean = rules.check_reason(reason)
    if not row.opinions:
        raise Conflict("opinion_missing", "请先取得至少一份专家或部门意见，再作结论。")
    _step(actor, row, Step.RECOMMEND if recommends else Step.DECLINE, reason=clean)
    row.decided_by, row.decided_at, row.decision_reason = actor.user_id, clock.now(), clean


def hand_over(
    actor: Actor, row: Recommendation, *, handed_to: str, number: str, handed_on: date
) -> None:
    """Record that the recommendation went to the body above."""
    require(actor, permissions.HAND_OVER)
    if not 2 <= len(handed_to.strip()) <= 120 or not 2 <= len(number.strip()) <= 80:
        raise InvalidInput("handed_to", "请填写报送单位和文号。", field="handed_to")
    _check_past(
        handed_on, row.decided_at.astimezone(clock.CHINA).date() if row.decided_at else None
    )
    _step(actor, row, Step.HAND_OVER, number=number.strip())
    row.handed_to, row.handed_number, row.handed_on = handed_to.strip(), number.strip(), handed_on


def record_result(
    actor: Actor, row: Recommendation, *, is_listed: bool, result_on: date, note: str
) -> None:
    """Record what came of it above."""
    require(actor, permissions.HAND_OVER)
    _check_past(result_on, row.handed_on)
    clean = rules.check_reason(note, field="note")
    _step(actor, row, Step.LIST if is_listed else Step.NOT_LIST, note=clean)
    row.result_on, row.result_note = result_on, clean


def _check_past(day: date, earliest: date | None) -> None:
    if day > clock.today() or (earliest is not None and day < earliest):
        raise InvalidInput("day_range", "日期应不早于上一步、不晚于今天。", field="day")


def _step(actor: Actor, row: Recommendation, step: Step, **details: str) -> None:
    row.state = rules.next_state(row.state, step)
    db.session.flush()
    record(actor, f"procurement.{step.value}", "recommendation", row.code, **details)
    send("procurement.stepped", code=row.code, state=row.state.value)
