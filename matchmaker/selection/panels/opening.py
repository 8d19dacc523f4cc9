"""Sealed scores: when a stage's scores were opened, and what nobody changes from then on.

The last sheet that a judge hands in opens them. A table that came to be complete in another way
(work taken back, a recusal, a withdrawal) stays shut until a second person opens it, so that
nobody can look at the scores and then have one more given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.audit.queries import list_history
from matchmaker.db import db
from matchmaker.errors import Conflict, IllegalTransition
from matchmaker.selection.panels.models import ScoreOpening
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.rules import SCORING_STAGES, STATE_LABELS, RoundState, Stage

#: Stages that end in a ranking; the calibration is never ranked and has nothing to seal.
SEALED_STAGES = frozenset(SCORING_STAGES.values())
RELEASE = "selection.release"


@dataclass(frozen=True)
class Release:
    """One act by which work was taken back after the judging had begun, from the trail."""

    at: datetime
    actor_id: int | None
    actor_name: str
    reason: str
    #: (application id, member id)
    pairs: tuple[tuple[int, int], ...]


def is_opened(round_: SelectionRound, stage: Stage) -> bool:
    """True once the scores of the stage have been open; it stays true."""
    query = select(ScoreOpening.id).where(
        ScoreOpening.round_id == round_.id, ScoreOpening.stage == stage
    )
    return db.session.scalar(query) is not None


def has_seen_scores(round_: SelectionRound) -> bool:
    """True when the scores of the stage that the round is in, or has just left, are open."""
    is_after = round_.state in {RoundState.RANKED, RoundState.PUBLICITY, RoundState.CONFIRMED}
    stage = Stage.FINAL if is_after else SCORING_STAGES.get(round_.state)
    return stage is not None and is_opened(round_, stage)


def takes_conflicts(round_: SelectionRound) -> bool:
    """True while a conflict may be entered and decided: until the result is out."""
    return round_.state not in {RoundState.CONFIRMED, RoundState.CANCELLED}


def check_takes_conflicts(round_: SelectionRound) -> None:
    """Raise ``IllegalTransition`` once the result is out or the round was cancelled."""
    if not takes_conflicts(round_):
        raise IllegalTransition(
            "conflicts_closed",
            "评选当前为“{state}”，不能再登记和核定回避。对结果有异议的，请按异议和撤销程序办理。",
            state=STATE_LABELS[round_.state],
        )


def is_judging(round_: SelectionRound, stage: Stage) -> bool:
    """True while the judges score this stage."""
    return SCORING_STAGES.get(round_.state) is stage


def open_scores(actor: Actor, round_: SelectionRound, stage: Stage, *, reason: str) -> None:
    """Note that the scores of a stage are open from now on; the caller has checked that all are in.

    Opened scores stay as they were.
    """
    if stage not in SEALED_STAGES or is_opened(round_, stage):
        return
    row = ScoreOpening(round_id=round_.id, stage=stage, opened_by_id=actor.user_id, reason=reason)
    db.session.add(row)
    db.session.flush()
    record(
        actor,
        "selection.open_scores",
        "selection_round",
        round_.id,
        stage=stage.value,
        reason=reason,
    )


def check_sealed(round_: SelectionRound, stage: Stage) -> None:
    """Raise ``Conflict`` once the scores of the stage are open: panel and work stay as they are."""
    if is_opened(round_, stage):
        raise Conflict(
            "scores_open",
            "本阶段的评分已经公开，评审组和评审任务不再调整。因回避造成有效评分不足的，"
            "请写明理由后启用候补评委。",
        )


def list_releases(round_: SelectionRound, stage: Stage) -> Sequence[Release]:
    """What was taken back after the stage had begun, oldest first."""
    return [
        Release(
            at=entry.at,
            actor_id=entry.actor_id,
            actor_name=entry.actor_name,
            reason=entry.data["reason"],
            pairs=tuple((a, m) for a, m in entry.data["pairs"]),
        )
        for entry in list_history("selection_round", round_.id)
        if entry.action == RELEASE
        and entry.data.get("stage") == stage.value
        and entry.data.get("reason")
    ]
