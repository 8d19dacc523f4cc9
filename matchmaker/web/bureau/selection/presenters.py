"""The chair's page: ranking with the cut, chances, spread, severity, influence of each judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from matchmaker.selection.advisory import build_advisory, list_gap_flags
from matchmaker.selection.applications import queries as applications
from matchmaker.selection.influence import JudgeInfluence, leave_one_judge_out
from matchmaker.selection.judging_model import InsufficientScores
from matchmaker.selection.official import format_score
from matchmaker.selection.panels import queries as panels
from matchmaker.selection.ranking import Ranking, RankingRule, rank_scenes
from matchmaker.selection.results import agreed, queries
from matchmaker.selection.results.models import RoundResult
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.rules import RoundState, Stage
from matchmaker.selection.scoring import queries as scoring
from matchmaker.selection.snapshot import ScoreTable

#: Width of the drawing of a scene's scores, and the scores at its ends.
SPREAD_WIDTH = 400
SPREAD_LOW, SPREAD_HIGH = 40, 100
#: Points of severity at the ends of its drawing.
SEVERITY_REACH = 10.0
FLAG_LABELS = {"residual": "与其他评分明显不一致", "gap": "与该场景其他评分相差超过20分"}


@dataclass(frozen=True)
class ChairView:
    """Everything of the chair's page once all scores are in."""

    table: ScoreTable
    ranking: Ranking
    lines: list[dict[str, Any]]
    advisory: Mapping[str, Any] | None
    shortage: str
    judges: list[dict[str, Any]]
    influence: list[dict[str, Any]]
    flags: list[dict[str, Any]]


def build_chair_view(round_: SelectionRound, stage: Stage, result: RoundResult | None) -> ChairView:
    """From the stored snapshot where a result exists, else from the scores that are in."""
    if result is not None:
        table, rule = queries.read_stored_table(result), queries.read_stored_rule(result)
    else:
        table = queries.read_table(round_, stage)
        rule, _ = agreed.read_agreed_rule(round_, stage, table)
    ranking = rank_scenes(table, rule)
    advisory, shortage = _advise(table, rule.quota)
    names = {member.key: member.expert.name for member in panels.list_members(round_.id)}
    titles = applications.list_codes(round_.id)
    chances = {line["scene"]: line for line in advisory["scenes"]} if advisory else {}
    return ChairView(
        table=table,
        ranking=ranking,
        lines=_list_lines(table, ranking, titles, chances),
        advisory=advisory,
        shortage=shortage,
        judges=_list_judges(table, advisory, names),
        influence=[_influence_line(item, names, titles) for item in _influence(table, rule)],
        flags=_list_flags(
            round_,
            stage,
            advisory["flags"] if advisory else list_gap_flags(table),
            names,
            titles,
        ),
    )


@lru_cache(maxsize=16)
def _advise(table: ScoreTable, quota: int) -> tuple[Mapping[str, Any] | None, str]:
    """The reference figures, or why there are none; the same table is computed once."""
    try:
        return build_advisory(table, quota=quota), ""
    except InsufficientScores as error:
        return None, error.text


def _influence(table: ScoreTable, rule: RankingRule) -> tuple[JudgeInfluence, ...]:
    return leave_one_judge_out(table, rule) if len(table.judges) > 1 else ()


def _list_lines(
    table: ScoreTable,
    ranking: Ranking,
    titles: Mapping[str, tuple[int, str]],
    chances: Mapping[str, Any],
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    selected_above = False
    for line in ranking.scenes:
        is_cut = selected_above and line.selected is False and not found[-1]["is_below"]
        totals = table.totals[line.scene]
        found.append(
            {
                "rank": line.rank,
                "code": line.scene,
                "application_id": titles[line.scene][0],
                "title": titles[line.scene][1],
                "official": format_score(line.official.score) if line.official.score else None,
                "exact": str(line.official.score) if line.official.score is not None else "",
                "valid_scores": line.official.valid_scores,
                "selected": line.selected,
                "reserve": line.reserve,
                "tie": line.tie_broken_by,
                "failed": line.failed,
                "below_quorum": line.below_quorum,
                "is_cut": is_cut,
                "is_below": line.selected is False,
                "p_top": chances[line.scene]["p_top"] if line.scene in chances else None,
                "estimate": chances[line.scene]["estimate"] if line.scene in chances else None,
                "dots": [_dot(value) for value in sorted(totals.values())],
                "low": format_score(min(totals.values())) if totals else None,
                "high": format_score(max(totals.values())) if totals else None,
                "mark": _dot(line.official.score) if line.official.score else None,
            }
        )
        selected_above = selected_above or line.selected is True
    return found


def _dot(score: Fraction) -> str:
    """Where a score stands in the drawing."""
    share = (float(score) - SPREAD_LOW) / (SPREAD_HIGH - SPREAD_LOW)
    return f"{min(1.0, max(0.0, share)) * SPREAD_WIDTH:.1f}"


def _list_judges(
    table: ScoreTable, advisory: Mapping[str, Any] | None, names: Mapping[str, str]
) -> list[dict[str, Any]]:
    figures = {line["judge"]: line for line in advisory["judges"]} if advisory else {}
    found = []
    for judge in table.judges:
        given = [totals[judge] for totals in table.totals.values() if judge in totals]
        line = figures.get(judge, {})
        found.append(
            {
                "name": names.get(judge, judge),
                "scores": len(given),
                "mean": format_score(sum(given, Fraction(0)) / len(given)) if given else None,
                "severity": line.get("severity"),
                "bar": _severity_bar(line.get("severity")),
                "spread": line.get("spread"),
                "noise": line.get("noise"),
            }
        )
    return found


def _severity_bar(severity: float | None) -> dict[str, str] | None:
    """Where the bar of a severity begins and how wide it is; the middle is no severity."""
    if severity is None:
        return None
    reach = min(abs(severity) / SEVERITY_REACH, 1.0) * SPREAD_WIDTH / 2
    start = SPREAD_WIDTH / 2 - (reach if severity < 0 else 0)
    return {"x": f"{start:.1f}", "width": f"{reach:.1f}"}


def _influence_line(
    item: JudgeInfluence, names: Mapping[str, str], titles: Mapping[str, tuple[int, str]]
) -> dict[str, Any]:
    return {
        "name": names.get(item.judge, item.judge),
        "changes": item.changes_list,
        "enters": "、".join(titles[scene][1] for scene in item.enters),
        "leaves": "、".join(titles[scene][1] for scene in item.leaves),
    }


def _list_flags(
    round_: SelectionRound,
    stage: Stage,
    flags: Sequence[Mapping[str, Any]],
    names: Mapping[str, str],
    titles: Mapping[str, tuple[int, str]],
) -> list[dict[str, Any]]:
    sheets = {
        (sheet.application_code, sheet.judge_key): sheet.sheet_id
        for sheet in scoring.list_valid_sheets(round_, stage)
    }
    questions = scoring.map_questions(list(sheets.values()))
    found = []
    for flag in flags:
        sheet_id = sheets.get((flag["scene"], flag["judge"]))
        reasons = "，".join(FLAG_LABELS.get(str(reason), str(reason)) for reason in flag["reasons"])
        found.append(
            {
                "title": titles[flag["scene"]][1],
                "name": names.get(flag["judge"], flag["judge"]),
                "reasons": reasons,
                "gap": f"{flag['gap']:.2f}",
                "sheet_id": sheet_id,
                "detail": (
                    f"您对“{titles[flag['scene']][1]}”的评分{reasons}"
                    f"（相差{flag['gap']:.2f}分），请说明理由。"
                ),
                "questions": questions.get(sheet_id, []) if sheet_id else [],
            }
        )
    return found


def stage_of(round_: SelectionRound) -> Stage:
    """The stage whose ranking the page shows."""
    early = {RoundState.PRELIMINARY, RoundState.SHORTLIST}
    return Stage.PRELIMINARY if round_.state in early else Stage.FINAL
