"""Reads of results, and the table of scores that a stage's result is computed from."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from matchmaker.actor import Actor
from matchmaker.db import db
from matchmaker.errors import NotFound
from matchmaker.selection.applications import queries as applications
from matchmaker.selection.applications.models import Application
from matchmaker.selection.applications.rules import JUDGED_STATES, ApplicationState
from matchmaker.selection.official import ScoreRule
from matchmaker.selection.panels import opening
from matchmaker.selection.panels import queries as panels
from matchmaker.selection.panels.rules import UNDECIDED
from matchmaker.selection.ranking import Ranking, RankingRule, rank_scenes
from matchmaker.selection.results import rules
from matchmaker.selection.results.models import Designation, ResultEntry, RoundResult
from matchmaker.selection.results.rules import ResultState, SheetScores, Weighing
from matchmaker.selection.rounds import queries as rounds
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.rules import Stage
from matchmaker.selection.scoring import queries as scoring
from matchmaker.selection.snapshot import ScoreEntry, ScoreTable, build_score_table

#: States of a result that everybody may see.
PUBLIC_STATES = (ResultState.PUBLICITY, ResultState.CONFIRMED)
#: States of a list that is not final yet.
OPEN_STATES = (ResultState.PROPOSED, ResultState.PUBLICITY)


def list_judged(round_: SelectionRound, stage: Stage) -> Sequence[Application]:
    """Applications that are judged in a stage, by code."""
    if stage is Stage.FINAL and round_.stages == 2:
        wanted: tuple[ApplicationState, ...] = (ApplicationState.SHORTLISTED,)
    else:
        wanted = tuple(JUDGED_STATES)
    return applications.list_in_states(round_.id, wanted)


def read_table(round_: SelectionRound, stage: Stage) -> ScoreTable:
    """The scores of a stage as they stand; the caller makes sure that all are in."""
    judged = {row.id: row for row in list_judged(round_, stage)}
    sheets = [
        SheetScores(item.application_code, item.judge_key, item.scores)
        for item in scoring.list_valid_sheets(round_, stage)
        if item.application_id in judged
    ]
    recused = _list_recused(round_, stage, judged, sheets)
    inspections = None
    if stage is Stage.FINAL:
        scores = applications.map_inspection_scores(list(judged))
        inspections = {judged[key].code: score for key, score in scores.items()}
    weighing = [Weighing(item.key, item.weight, item.inspection_points) for item in round_.criteria]
    return rules.build_stage_table(weighing, sheets, recused, inspections)


def _list_recused(
    round_: SelectionRound,
    stage: Stage,
    judged: dict[int, Application],
    sheets: Sequence[SheetScores],
) -> list[tuple[str, str]]:
    """Empty cells: judges of the stage who are barred from a scene."""
    keys = {member.id: member.key for member in panels.list_members(round_.id)}
    working = {item.member_id for item in panels.list_assignments(round_.id, stage)}
    given = {(sheet.scene, sheet.judge) for sheet in sheets}
    pairs = {
        (judged[application_id].code, keys[member_id])
        for application_id, member_id in panels.list_barred_pairs(round_.id)
        if application_id in judged and member_id in working
    }
    return sorted(pairs - given)


def read_rule(
    round_: SelectionRound,
    stage: Stage,
    *,
    lot: str | None = None,
    ballots: dict[str, int] | None = None,
    withheld: Collection[str] = (),
) -> RankingRule:
    """The ranking rule of a stage. The first stage only shortlists: no pass marks there."""
    final = stage is Stage.FINAL
    return rules.build_ranking_rule(
        quota=round_.quota if final else round_.shortlist_size,
        rule=round_.rule,
        quorum=round_.quorum_final if final else round_.quorum_preliminary,
        pass_mark=round_.pass_mark if final else None,
        item_pass_percent=round_.item_pass_percent if final else 0,
        tie_chain=round_.tie_chain,
        items={item.site_key: item.key for item in round_.criteria if item.inspection_points},
        lot=lot,
        ballots=ballots,
        withheld=withheld,
    )


def describe_missing(round_: SelectionRound, stage: Stage) -> list[str]:
    """Codes and judges of the sheets that are not in yet; empty when all are."""
    missing = scoring.list_missing(round_, stage)
    rows = panels.map_applications(missing)
    return [f"{rows[item.application_id].code} {item.member.expert.name}" for item in missing]


def check_scores_open(round_: SelectionRound, stage: Stage) -> None:
    """Raise ``Conflict`` while sheets are missing, or while the scores have not been opened."""
    rules.check_all_in(describe_missing(round_, stage))
    rules.check_opened(opening.is_opened(round_, stage))


def list_undecided(round_: SelectionRound, stage: Stage) -> list[str]:
    """Codes of the applications of a stage about which a conflict waits for its decision."""
    judged = {row.id: row.code for row in list_judged(round_, stage)}
    found = {
        judged[row.application_id]
        for row in panels.list_conflicts(round_.id)
        if row.state in UNDECIDED and row.application_id in judged
    }
    return sorted(found)


def has_changed(round_: SelectionRound, result: RoundResult) -> bool:
    """True when the valid scores are no longer those that a list was proposed from."""
    if result.stage is not Stage.FINAL or result.state not in OPEN_STATES:
        return False
    return read_table(round_, Stage.FINAL).sha256 != result.snapshot_sha256


def is_sealed(round_: SelectionRound, stage: Stage) -> bool:
    """True when all sheets of a stage are in, and a second person has to open the scores."""
    return (
        opening.is_judging(round_, stage)
        and not opening.is_opened(round_, stage)
        and not scoring.has_missing(round_, stage)
    )


def get_latest(round_: SelectionRound, stage: Stage) -> RoundResult | None:
    """The newest result of a stage that was not superseded."""
    query = (
        select(RoundResult)
        .where(
            RoundResult.round_id == round_.id,
            RoundResult.stage == stage,
            RoundResult.state != ResultState.SUPERSEDED,
        )
        .order_by(RoundResult.version.desc())
        .options(selectinload(RoundResult.entries).joinedload(ResultEntry.application))
    )
    return db.session.scalars(query).first()


def get_public(round_: SelectionRound) -> RoundResult | None:
    """The result that everybody may see, or None before its publication."""
    found = get_latest(round_, Stage.FINAL)
    return found if found is not None and found.state in PUBLIC_STATES else None


def list_left(round_: SelectionRound) -> Sequence[Application]:
    """Applications that stood in an earlier list of the final stage and have left it since."""
    query = (
        select(Application)
        .join(ResultEntry, ResultEntry.application_id == Application.id)
        .join(RoundResult, RoundResult.id == ResultEntry.result_id)
        .where(
            RoundResult.round_id == round_.id,
            RoundResult.stage == Stage.FINAL,
            Application.state.in_([ApplicationState.REJECTED, ApplicationState.WITHDRAWN]),
        )
        .distinct()
        .order_by(Application.code)
    )
    return db.session.scalars(query).all()


def find_last_published(round_: SelectionRound, but: RoundResult) -> RoundResult | None:
    """The list of the final stage that was shown before another, or None."""
    query = (
        select(RoundResult)
        .where(
            RoundResult.round_id == round_.id,
            RoundResult.stage == Stage.FINAL,
            RoundResult.id != but.id,
            RoundResult.publicity_from.is_not(None),
        )
        .order_by(RoundResult.version.desc())
    )
    return db.session.scalars(query).first()


def get_result(actor: Actor, result_id: int) -> RoundResult:
    """The result, if the actor may know of it; raises ``NotFound``."""
    found = db.session.get(RoundResult, result_id)
    if found is None:
        raise NotFound("result_missing", "没有找到这份评选结果。")
    rounds.get_round_by_id(actor, found.round_id)
    return found


def next_version(round_: SelectionRound, stage: Stage) -> int:
    """The number of the next result of a stage."""
    query = select(func.max(RoundResult.version)).where(
        RoundResult.round_id == round_.id, RoundResult.stage == stage
    )
    return (db.session.scalar(query) or 0) + 1


def read_stored_table(result: RoundResult) -> ScoreTable:
    """The score table back from the stored snapshot."""
    data = json.loads(result.snapshot)
    weights = {item["criterion"]: Decimal(item["weight"]) for item in data["criteria"]}
    return build_score_table(
        ScoreEntry(
            scene=row["scene"],
            judge=row["judge"],
            score=None if row["score"] is None else Decimal(row["score"]),
            criterion=row.get("criterion"),
            weight=weights.get(row.get("criterion", "")),
        )
        for row in data["scores"]
    )


def recompute(result: RoundResult) -> tuple[ScoreTable, Ranking]:
    """Rank again from what is stored: the same snapshot and rule give the same lines."""
    table = read_stored_table(result)
    return table, rank_scenes(table, read_stored_rule(result))


def read_stored_rule(result: RoundResult) -> RankingRule:
    """The ranking rule back from what is stored with a result."""
    data: dict[str, Any] = result.rule
    final = result.stage is Stage.FINAL
    return rules.build_ranking_rule(
        quota=data["quota"] if final else data["shortlist_size"],
        rule=ScoreRule(data["rule"]),
        quorum=data["quorum"]["final" if final else "preliminary"],
        pass_mark=data["pass_mark"] if final else None,
        item_pass_percent=data["item_pass_percent"] if final else 0,
        tie_chain=data["tie_chain"],
        items=data.get("items", {}),
        lot=result.lot,
        ballots=result.ballots,
        withheld=result.withheld,
    )


def list_designations(round_id: int | None = None) -> Sequence[Designation]:
    """Designated scenes, newest first, of one round or of all: published facts."""
    query = select(Designation).order_by(Designation.designated_on.desc(), Designation.number)
    if round_id is not None:
        query = query.where(Designation.round_id == round_id)
    return db.session.scalars(query.options(selectinload(Designation.application))).all()


def get_designation(number: str) -> Designation:
    """The designation with this number, a published fact; raises ``NotFound``."""
    found = db.session.scalar(select(Designation).where(Designation.number == number))
    if found is None:
        raise NotFound("designation_missing", "没有找到该编号的证书，请核对编号。")
    return found


def get_designation_by_id(designation_id: int) -> Designation:
    """The designation with this id, a published fact; raises ``NotFound``."""
    found = db.session.get(Designation, designation_id)
    if found is None:
        raise NotFound("designation_missing", "没有找到这个入选项目。")
    return found


def find_designation(application_id: int) -> Designation | None:
    """The designation of an application, or None."""
    query = select(Designation).where(Designation.application_id == application_id)
    return db.session.scalar(query)


def list_result_ids(round_: SelectionRound) -> list[int]:
    """Every result of a round, superseded ones included: objections stay with theirs."""
    query = select(RoundResult.id).where(RoundResult.round_id == round_.id)
    return list(db.session.scalars(query.order_by(RoundResult.id)))
