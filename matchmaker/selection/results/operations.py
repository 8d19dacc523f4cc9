"""Acts on results: shortlist and proposal; the later acts stand in ``publicity``, offered here."""

from __future__ import annotations

from collections.abc import Sequence

from matchmaker import __version__, clock, outbox
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db, lock
from matchmaker.errors import Conflict, IllegalTransition, PermissionDenied
from matchmaker.selection.applications import queries as applications
from matchmaker.selection.applications.models import Application
from matchmaker.selection.applications.rules import ApplicationState
from matchmaker.selection.panels import opening
from matchmaker.selection.panels import queries as panels
from matchmaker.selection.panels.detecting import detect_conflicts
from matchmaker.selection.panels.rules import check_reason
from matchmaker.selection.ranking import RankedScene, Ranking, rank_scenes
from matchmaker.selection.result import build_official_result
from matchmaker.selection.results import agreed, queries, rules
from matchmaker.selection.results.amending import exclude_after_objection, withdraw_list
from matchmaker.selection.results.models import ResultEntry, RoundResult
from matchmaker.selection.results.publicity import (
    confirm_result,
    file_objection,
    publish_result,
    read_last_day,
)
from matchmaker.selection.results.rules import ResultState
from matchmaker.selection.rounds import queries as rounds
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.operations import move_round
from matchmaker.selection.rounds.permissions import APPROVE_ROUND, MANAGE_ROUND
from matchmaker.selection.rounds.rules import SCORING_STAGES, RoundState, Stage
from matchmaker.selection.snapshot import ScoreTable

__all__ = [
    "close_preliminary",
    "confirm_result",
    "exclude_after_objection",
    "file_objection",
    "open_scores",
    "propose_result",
    "publish_result",
    "read_last_day",
    "start_stage",
    "withdraw_list",
]


def start_stage(actor: Actor, round_: SelectionRound, stage: Stage) -> None:
    """Open a stage to the judges once every application of it has enough of them."""
    require(actor, MANAGE_ROUND)
    undecided = applications.list_in_states(
        round_.id, (ApplicationState.SUBMITTED, ApplicationState.RECTIFYING)
    )
    if undecided:
        raise Conflict(
            "review_unfinished",
            "还有 {count} 份申报没有审查结论，不能开始评审。",
            count=len(undecided),
        )
    detect_conflicts(actor, round_.id)
    judged = queries.list_judged(round_, stage)
    if not judged:
        raise Conflict("nothing_to_judge", "没有进入本阶段评审的申报。")
    quorum = round_.quorum_final if stage is Stage.FINAL else round_.quorum_preliminary
    _check_enough_judges(round_, stage, judged, quorum)
    target = RoundState.FINAL if stage is Stage.FINAL else RoundState.PRELIMINARY
    move_round(actor, round_, target)
    outbox.send("selection.stage_started", round_id=round_.id, stage=stage.value)


def _check_enough_judges(
    round_: SelectionRound, stage: Stage, judged: Sequence[Application], quorum: int
) -> None:
    barred = panels.list_barred_pairs(round_.id)
    counts = dict.fromkeys((row.id for row in judged), 0)
    for item in panels.list_assignments(round_.id, stage):
        if (item.application_id, item.member_id) not in barred and item.application_id in counts:
            counts[item.application_id] += 1
    rules.check_quorum([row.code for row in judged if counts[row.id] < quorum])


def open_scores(actor: Actor, round_: SelectionRound, reason: str) -> None:
    """Open scores that are complete without a last sheet; never who has taken work back."""
    require(actor, APPROVE_ROUND)
    lock(db.session(), f"selection_round:{round_.id}")
    stage = SCORING_STAGES.get(round_.state)
    if stage is None:
        raise IllegalTransition("not_scoring", "现在不在评审阶段，不能开启评分。")
    rules.check_all_in(queries.describe_missing(round_, stage))
    if opening.is_opened(round_, stage):
        raise IllegalTransition("scores_opened", "本阶段的评分已经公开，无须重复操作。")
    if actor.user_id is not None and actor.user_id in {
        item.actor_id for item in opening.list_releases(round_, stage)
    }:
        raise PermissionDenied("second_person", "收回任务的人和开启评分的人不能是同一人。")
    opening.open_scores(actor, round_, stage, reason=check_reason(reason))


def close_preliminary(actor: Actor, round_: SelectionRound) -> RoundResult:
    """Rank the first stage and name the shortlist; scenes equal at its end are all taken in."""
    require(actor, MANAGE_ROUND)
    lock(db.session(), f"selection_round:{round_.id}")
    if round_.state is not RoundState.PRELIMINARY:
        raise IllegalTransition("not_preliminary", "当前不在初评阶段。")
    result = _store_result(actor, round_, Stage.PRELIMINARY, lot=None)
    for entry in result.entries:
        taken = entry.selected is not False
        entry.application.state = (
            ApplicationState.SHORTLISTED if taken else ApplicationState.NOT_SHORTLISTED
        )
    result.state = ResultState.CONFIRMED
    move_round(actor, round_, RoundState.SHORTLIST)
    outbox.send("selection.shortlisted", round_id=round_.id)
    return result


def propose_result(actor: Actor, round_: SelectionRound, *, lot: str | None = None) -> RoundResult:
    """Rank the final stage, freeze the snapshot, and propose the list.

    ``lot`` is the text that was committed to. The panel's confirmed resolutions are followed.
    """
    require(actor, MANAGE_ROUND)
    lock(db.session(), f"selection_round:{round_.id}")
    if round_.state not in {RoundState.FINAL, RoundState.RANKED}:
        raise IllegalTransition("not_final", "复评结束后才能拟定名单。")
    rules.check_lot(lot, round_.lot_commitment)
    agreed.check_none_pending(round_.id)
    result = _store_result(actor, round_, Stage.FINAL, lot=lot or None)
    if round_.state is RoundState.FINAL:
        move_round(actor, round_, RoundState.RANKED)
    return result


def _store_result(
    actor: Actor, round_: SelectionRound, stage: Stage, *, lot: str | None
) -> RoundResult:
    queries.check_scores_open(round_, stage)
    rules.check_conflicts_decided(queries.list_undecided(round_, stage))
    rows = {row.code: row for row in queries.list_judged(round_, stage)}
    table = queries.read_table(round_, stage)
    rule, followed = agreed.read_agreed_rule(round_, stage, table, lot=lot)
    ranking = rank_scenes(table, rule)
    without = sorted(set(rows) - set(table.scenes))
    below = [line.scene for line in ranking.scenes if line.below_quorum]
    rules.check_quorum(sorted({*without, *below}))
    _supersede_old(round_, stage)
    result = _make_result(actor, round_, stage, table, ranking)
    result.lot, result.ballots = lot, dict(rule.ballots)
    result.withheld, result.resolution_ids = sorted(rule.withheld), [row.id for row in followed]
    result.judges = build_official_result(table, rule)["judges"]
    result.entries = [
        _make_entry(position, line, rows[line.scene])
        for position, line in enumerate(ranking.scenes, start=1)
    ]
    db.session.add(result)
    db.session.flush()
    record(
        actor,
        "selection.compute_result",
        "selection_result",
        result.id,
        stage=stage.value,
        version=result.version,
        snapshot_sha256=result.snapshot_sha256,
        rule_sha256=result.rule_sha256,
        resolutions=result.resolution_ids,
    )
    return result


def _supersede_old(round_: SelectionRound, stage: Stage) -> None:
    old = queries.get_latest(round_, stage)
    if old is not None:
        old.state = ResultState.SUPERSEDED


def _make_result(
    actor: Actor, round_: SelectionRound, stage: Stage, table: ScoreTable, ranking: Ranking
) -> RoundResult:
    settings = dict(rounds.read_settings(round_))
    return RoundResult(
        round_id=round_.id,
        stage=stage,
        version=queries.next_version(round_, stage),
        state=ResultState.PROPOSED,
        snapshot=table.canonical_bytes.decode(),
        snapshot_sha256=table.sha256,
        rule=settings,
        rule_sha256=rules.compute_rule_hash(settings),
        package_version=__version__,
        warnings=list(ranking.warnings),
        computed_at=clock.now(),
        computed_by_id=actor.user_id,
    )


def _make_entry(position: int, line: RankedScene, row: Application) -> ResultEntry:
    score = line.official.score
    return ResultEntry(
        application_id=row.id,
        application=row,
        position=position,
        rank=line.rank,
        official=None if score is None else rules.format_official(score),
        official_exact=None if score is None else str(score),
        valid_scores=line.official.valid_scores,
        selected=line.selected,
        reserve=line.reserve,
        tie_broken_by=line.tie_broken_by.value if line.tie_broken_by else None,
        below_quorum=line.below_quorum,
        failed=list(line.failed),
    )
