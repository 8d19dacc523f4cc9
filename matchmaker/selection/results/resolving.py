"""The panel's recorded votes: entered after all scores are in, confirmed by a second person."""

from __future__ import annotations

from collections.abc import Sequence

from matchmaker import clock
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db, lock
from matchmaker.errors import Conflict, IllegalTransition, InvalidInput
from matchmaker.selection.panels import queries as panels
from matchmaker.selection.panels.rules import check_reason
from matchmaker.selection.results import agreed, queries
from matchmaker.selection.results.models import Resolution
from matchmaker.selection.results.permissions import CONFIRM_RESOLUTION
from matchmaker.selection.results.votes import (
    ResolutionDraft,
    ResolutionKind,
    ResolutionState,
    check_vote,
    is_carried,
)
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.permissions import MANAGE_ROUND
from matchmaker.selection.rounds.rules import RoundState, Stage
from matchmaker.selection.snapshot import ScoreTable


def record_resolution(actor: Actor, round_: SelectionRound, draft: ResolutionDraft) -> Resolution:
    """Enter a vote of the panel; it counts once confirmed. Scores and ranks stay as they are."""
    require(actor, MANAGE_ROUND)
    table = _read_scores(round_)
    scenes = tuple(sorted(draft.scenes))
    _check_subject(round_, table, draft.kind, scenes)
    members = agreed.list_entitled(round_, scenes)
    check_vote(draft, {member.id for member in members}, clock.today())
    row = Resolution(
        round_id=round_.id,
        kind=draft.kind,
        scenes=list(scenes),
        voters=[member.key for member in members if member.id in draft.voters],
        entitled=len(members),
        votes_for=draft.votes_for,
        votes_against=draft.votes_against,
        votes_abstained=draft.votes_abstained,
        ballots=dict(draft.ballots),
        carried=is_carried(draft),
        held_on=draft.held_on,
        reason=draft.reason.strip(),
        minutes=draft.minutes.strip(),
        snapshot_sha256=table.sha256,
        recorded_by_id=actor.user_id,
    )
    db.session.add(row)
    db.session.flush()
    record(
        actor,
        "selection.record_resolution",
        "selection_resolution",
        row.id,
        kind=row.kind.value,
        scenes=row.scenes,
        voters=row.voters,
        votes=[row.votes_for, row.votes_against, row.votes_abstained],
        ballots=row.ballots,
        reason=row.reason,
    )
    return row


def decide_resolution(
    actor: Actor, round_: SelectionRound, row: Resolution, *, confirmed: bool, reason: str = ""
) -> None:
    """A second person or the panel's chair confirms a vote, or declines it with a reason."""
    if actor.user_id == row.recorded_by_id or not panels.is_chair(actor, round_):
        require(actor, CONFIRM_RESOLUTION, row)
    table = _read_scores(round_)
    db.session.refresh(row)
    if row.state is not ResolutionState.PENDING:
        raise IllegalTransition("resolution_decided", "这项合议决议已经处理，不能重复处理。")
    if confirmed:
        _check_subject(round_, table, row.kind, tuple(row.scenes), itself=row)
        _check_voters(round_, row)
    else:
        reason = check_reason(reason)
    row.state = ResolutionState.CONFIRMED if confirmed else ResolutionState.DECLINED
    row.decided_by_id, row.decided_at = actor.user_id, clock.now()
    row.decision_note = reason.strip()
    record(
        actor,
        "selection.decide_resolution",
        "selection_resolution",
        row.id,
        confirmed=confirmed,
        reason=row.decision_note,
    )


def _read_scores(round_: SelectionRound) -> ScoreTable:
    """The scores under the round's lock; refuses before all are in and after the proposal."""
    session = db.session()
    session.flush()
    lock(session, f"selection_round:{round_.id}")
    session.refresh(round_)
    if round_.state not in {RoundState.FINAL, RoundState.RANKED}:
        raise IllegalTransition(
            "not_in_consensus", "只有复评评分收齐之后、名单公示之前，才能登记和确认合议决议。"
        )
    queries.check_scores_open(round_, Stage.FINAL)
    return queries.read_table(round_, Stage.FINAL)


def _check_subject(
    round_: SelectionRound,
    table: ScoreTable,
    kind: ResolutionKind,
    scenes: Sequence[str],
    *,
    itself: Resolution | None = None,
) -> None:
    """Refuse a vote on something that is not open."""
    for row in agreed.list_resolutions(round_.id):
        same = row.kind is kind and (kind is ResolutionKind.BALLOT or row.scenes == list(scenes))
        if row is not itself and same and row.state is ResolutionState.PENDING:
            raise Conflict("resolution_twice", "同一事项已有一项合议决议待确认。")
    if kind is ResolutionKind.BALLOT:
        if not scenes or tuple(scenes) != agreed.list_tied(round_, table):
            raise InvalidInput(
                "not_tied",
                "只能对入选线上同分的全部场景投票，且通知的同分规则须包括评审组投票。",
                field="scene",
            )
        return
    if len(scenes) != 1 or scenes[0] not in table.scenes:
        raise InvalidInput("scene_missing", "请选择一个参加复评的场景。", field="scene")
    is_withheld = scenes[0] in agreed.list_withheld(round_.id)
    if kind is ResolutionKind.WITHHOLD and is_withheld:
        raise Conflict("already_withheld", "该场景已经表决不列入建议名单。")
    if kind is ResolutionKind.RESTORE and not is_withheld:
        raise Conflict("not_withheld", "该场景没有被表决不列入，不需恢复。")


def _check_voters(round_: SelectionRound, row: Resolution) -> None:
    """Refuse a vote in which somebody took part who is barred since."""
    entitled = {member.key for member in agreed.list_entitled(round_, row.scenes)}
    if not set(row.voters) <= entitled:
        raise Conflict(
            "voter_barred_since", "参加表决的评委中有人已回避，请不予确认，重新组织表决。"
        )
