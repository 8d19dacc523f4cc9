"""Acts on rounds: setting up, freezing, moving on."""

from __future__ import annotations

import hashlib
from typing import Any

from matchmaker import clock, outbox
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db, lock
from matchmaker.errors import Conflict, InvalidInput
from matchmaker.publishing import operations as publishing
from matchmaker.publishing.rules import NoticeKind
from matchmaker.selection.rounds import queries, rules
from matchmaker.selection.rounds.models import (
    RoundAttachment,
    RoundCriterion,
    RoundGate,
    SelectionRound,
)
from matchmaker.selection.rounds.permissions import APPROVE_ROUND, MANAGE_ROUND
from matchmaker.selection.rounds.programmes import get_programme
from matchmaker.selection.rounds.readiness import check_ready_to_open
from matchmaker.selection.rounds.rules import RoundDraft, RoundState
from matchmaker.selection.rounds.wording import write_call

ISSUER = "杭州市经济和信息化局"
_LISTS = frozenset({"criteria", "gates", "attachments", "tie_chain"})


def create_round(actor: Actor, draft: RoundDraft, *, is_demo: bool = False) -> SelectionRound:
    """Add a year's round in ``draft``. One round a programme and year."""
    require(actor, MANAGE_ROUND)
    programme = get_programme(draft.programme)
    rules.check_draft(draft)
    code = f"{draft.year}-{programme.id}"
    lock(db.session(), f"selection_round:{code}")
    if db.session.query(SelectionRound).filter_by(code=code).count():
        raise Conflict(
            "round_exists", "{year} 年的{name}评选已经存在。", year=draft.year, name=programme.zh
        )
    row = SelectionRound(code=code, state=RoundState.DRAFT, is_demo=is_demo)
    _fill(row, draft)
    db.session.add(row)
    db.session.flush()
    record(actor, "selection.create_round", "selection_round", row.id, code=code)
    return row


def update_round(
    actor: Actor, row: SelectionRound, draft: RoundDraft, *, revision: int
) -> SelectionRound:
    """Replace the settings of a round that is still in ``draft``.

    ``revision`` is the one that the form was filled from; a newer one refuses the change.
    """
    require(actor, MANAGE_ROUND)
    rules.check_editable(row.state)
    rules.check_draft(draft)
    if (draft.programme, draft.year) != (row.programme, row.year):
        raise InvalidInput("round_identity", "评选项目和年度不能修改，请另建一次评选。")
    if revision != row.revision:
        raise Conflict("round_changed", "评选设置刚被他人修改，请刷新页面后再改。")
    for items in (row.criteria, row.gates, row.attachments):
        items.clear()
    db.session.flush()
    _fill(row, draft)
    row.revision += 1
    db.session.flush()
    record(actor, "selection.update_round", "selection_round", row.id, revision=row.revision)
    return row


def _fill(row: SelectionRound, draft: RoundDraft) -> None:
    for name in RoundDraft.__dataclass_fields__:
        if name not in _LISTS:
            setattr(row, name, getattr(draft, name))
    row.tie_chain = list(draft.tie_chain)
    row.criteria = [
        RoundCriterion(
            position=position,
            name=item.name.strip(),
            weight=item.weight,
            description=item.description,
            basis=item.basis,
            inspection_points=item.inspection_points,
            anchors=list(item.anchors),
        )
        for position, item in enumerate(draft.criteria, start=1)
    ]
    row.gates = [
        RoundGate(position=position, name=item.name, question=item.question, basis=item.basis)
        for position, item in enumerate(draft.gates, start=1)
    ]
    row.attachments = [
        RoundAttachment(position=position, name=item.name, required=item.required, note=item.note)
        for position, item in enumerate(draft.attachments, start=1)
    ]


def open_applications(actor: Actor, row: SelectionRound) -> None:
    """Publish the notice, freeze the rules of the round, take applications."""
    require(actor, APPROVE_ROUND)
    draft = queries.read_draft(row)
    rules.check_editable(row.state)
    check_ready_to_open(draft)
    row.frozen_at = clock.now()
    _move(actor, row, RoundState.OPEN, rule=queries.read_settings(row))
    notice = publishing.create_notice(
        actor,
        kind=NoticeKind.CALL,
        title=f"关于开展{row.title}的通知",
        body=write_call(row),
        issuer=ISSUER,
        starts_on=row.opens_at.astimezone(clock.CHINA).date() if row.opens_at else None,
        ends_on=row.closes_at.astimezone(clock.CHINA).date() if row.closes_at else None,
        subject=("selection_round", row.code),
        is_demo=row.is_demo,
    )
    publishing.publish_notice(actor, notice)
    outbox.send("selection.applications_opened", round_id=row.id)


def close_applications(actor: Actor, row: SelectionRound) -> None:
    """End the time for applications; the review of qualification begins."""
    require(actor, MANAGE_ROUND)
    if row.closes_at is not None and clock.now() <= row.closes_at:
        raise Conflict("still_open", "申报截止时间还没有到，不能提前结束申报。")
    _move(actor, row, RoundState.REVIEW)


def commit_to_lot(actor: Actor, row: SelectionRound, text: str) -> str:
    """Store the hash of the lot's text before scores are known; returns the hash."""
    require(actor, MANAGE_ROUND)
    if row.state not in {RoundState.DRAFT, RoundState.OPEN, RoundState.REVIEW}:
        raise Conflict("lot_late", "评审已经开始，不能再设定抽签校验值。")
    if len(text.strip()) < 8:
        raise InvalidInput("lot_short", "抽签文字不少于 8 个字符。", field="lot")
    row.lot_commitment = hashlib.sha256(text.strip().encode()).hexdigest()
    record(
        actor, "selection.commit_to_lot", "selection_round", row.id, commitment=row.lot_commitment
    )
    return row.lot_commitment


def cancel_round(actor: Actor, row: SelectionRound, reason: str) -> None:
    """End a round without a result."""
    require(actor, APPROVE_ROUND)
    if len(reason.strip()) < 5:
        raise InvalidInput("reason_missing", "请写明取消理由。", field="reason")
    _move(actor, row, RoundState.CANCELLED, reason=reason.strip())


def move_round(actor: Actor, row: SelectionRound, target: RoundState) -> None:
    """Move the round on; called by the sub-rooms above after their own checks."""
    _move(actor, row, target)


def _move(actor: Actor, row: SelectionRound, target: RoundState, **data: Any) -> None:
    rules.check_transition(row.state, target, stages=row.stages)
    before = row.state
    row.state = target
    db.session.flush()
    record(
        actor,
        "selection.move_round",
        "selection_round",
        row.id,
        before=before.value,
        after=target.value,
        **data,
    )
