"""``matchmaker rank``: rank the scenes of a score sheet; needs no database."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from matchmaker.cli.output import echo_json
from matchmaker.selection.official import ScoreRule
from matchmaker.selection.ranking import RankingRule
from matchmaker.selection.result import build_official_result
from matchmaker.selection.score_sheet import find_similar_names, read_score_sheet
from matchmaker.selection.snapshot import ScoreTable


class WholeNumber(click.ParamType[int]):
    """A whole number in plain ASCII digits; the rule itself checks its range."""

    name = "整数"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        if not re.fullmatch(r"-?[0-9]{1,9}", value):
            self.fail(f"“{value}”不是整数，请填写如 5、10 的整数。", param, ctx)
        return int(value)


class Mark(click.ParamType[Fraction]):
    """A mark from 0 to 100 with at most two decimals."""

    name = "分数"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Fraction:
        if isinstance(value, Fraction):
            return value
        if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,2})?", value):
            self.fail(f"“{value}”不是 0 至 100 之间最多两位小数的数。", param, ctx)
        return Fraction(value)


@click.command()
@click.option("--scores", required=True, type=click.Path(path_type=Path), help="评分表（CSV）。")
@click.option("--quota", required=True, type=WholeNumber(), help="入选名额。")
@click.option(
    "--rule",
    type=click.Choice([rule.value for rule in ScoreRule]),
    default=ScoreRule.TRIMMED.value,
    show_default=True,
    help="trimmed：有效评分 5 份及以上时去掉一个最高分和一个最低分；mean：平均分。",
)
@click.option("--quorum", type=WholeNumber(), help="参加排序所需的最少有效评分数。")
@click.option("--pass-mark", type=Mark(), help="入选所需的最低得分，不填则不设。")
@click.option("--lot", help="公开抽签的种子文字，仅用于入选名额处仍无法区分的并列场景。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
def rank(
    *,
    scores: Path,
    quota: int,
    rule: str,
    quorum: int | None,
    pass_mark: Fraction | None,
    lot: str | None,
    as_json: bool,
) -> None:
    """按评分表计算得分并排序。

    评分表为 UTF-8 的 CSV 文件，表头为 scene,judge,score，可另加 criterion,weight；
    回避的评分留空。
    """
    ranking_rule = RankingRule(
        quota=quota,
        score_rule=ScoreRule(rule),
        quorum=quorum,
        pass_mark=pass_mark,
        lot=lot,
    )
    table = read_score_sheet(scores)
    result = build_official_result(table, ranking_rule)
    result["warnings"] += [
        f"名称{'、'.join(f'“{name}”' for name in names)}仅空格、全半角或大小写不同，"
        "已按不同名称计算，请核对。"
        for names in find_similar_names(table)
    ]
    _add_advisory(result, table, quota=quota)
    if as_json:
        echo_json(result)
        return
    _echo_ranking(result)


def _add_advisory(result: dict[str, Any], table: ScoreTable, *, quota: int) -> None:
    """Put the reference figures beside the official part, or say why there are none."""
    from matchmaker.selection.advisory import build_advisory
    from matchmaker.selection.judging_model import InsufficientScores

    try:
        result["advisory"] = build_advisory(table, quota=quota)
    except InsufficientScores as error:
        result["advisory"] = None
        result["warnings"].append(f"未提供参考分析。{error.text}")


def _echo_ranking(result: dict[str, Any]) -> None:
    """The ranking for people: one line a scene, then what asks for attention."""
    for line in result["ranking"]:
        place = "不排序" if line["rank"] is None else f"第 {line['rank']} 名"
        score = line["official"] or "无评分"
        click.echo(f"{place}\t{score}\t{_outcome(line)}\t{line['scene']}")
    if result["advisory"] is not None:
        click.echo(f"评委一致性系数（参考）：{result['advisory']['alpha']}")
    for warning in result["warnings"]:
        click.echo(f"注意：{warning}")
    click.echo(f"评分快照 SHA-256：{result['snapshot_sha256']}")


def _outcome(line: dict[str, Any]) -> str:
    if line["selected"] is None:
        return "待定"
    if line["selected"]:
        return "入选"
    return "递补" if line["reserve"] else "未入选"
