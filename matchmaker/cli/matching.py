"""``matchmaker match``: offers for a need and needs for an offer, from the database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from matchmaker.cli.output import echo_json
from matchmaker.cli.selection import WholeNumber
from matchmaker.errors import InvalidInput

MAX_TOP = 1_000


@click.command()
@click.option("--text", help="需求，用自己的话写。")
@click.option("--demand", help="平台上的需求编号，如 D019。")
@click.option("--file", "file", type=click.Path(path_type=Path), help="需求文件（JSON 列表）。")
@click.option("--product", help="产品编号：反过来为产品找需求。")
@click.option("--sector", help="行业领域的名称或编号。")
@click.option("--where", multiple=True, help="硬性要求，如 “payload_kg >= 20”，可重复。")
@click.option("--top", type=WholeNumber(), default=10, show_default=True, help="列出的条数。")
@click.option("--per-firm", type=WholeNumber(), help="每家企业最多列出的产品数，不填则不限。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
def match(**options: Any) -> None:
    """为需求匹配产品，或为产品匹配需求；每项得分都给出构成和理由。"""
    answers = _answer(options)
    if options["as_json"]:
        for answer in answers:
            echo_json(answer)
        return
    from matchmaker.matching.exchange import describe_answer

    for answer in answers:
        click.echo("\n".join(describe_answer(answer)))


def _answer(options: dict[str, Any]) -> list[dict[str, Any]]:
    _check(options)
    from matchmaker.cli.installed import open_installation
    from matchmaker.matching import exchange

    question = exchange.Question(
        text=options["text"],
        demand=options["demand"],
        file=options["file"],
        product=options["product"],
        sector=options["sector"],
        where=tuple(options["where"]),
        top=options["top"],
        per_firm=options["per_firm"],
    )
    checked = exchange.check_question(question)
    with open_installation():
        return list(exchange.answer_question(checked))


def _check(options: dict[str, Any]) -> None:
    given = [name for name in ("text", "demand", "file", "product") if options[name] is not None]
    if len(given) != 1:
        raise InvalidInput(
            "question_unclear",
            "请在 --text、--demand、--file、--product 中给出一项，且只给一项。",
            field=given[1] if given else "text",
        )
    if not 1 <= options["top"] <= MAX_TOP:
        raise InvalidInput(
            "top_range", "--top 应为 1 至 {limit} 的整数。", field="top", limit=MAX_TOP
        )
    if options["per_firm"] is not None and options["per_firm"] < 1:
        raise InvalidInput("per_firm_range", "--per-firm 应为不小于 1 的整数。", field="per_firm")
    if options["product"] is not None and (options["where"] or options["per_firm"] is not None):
        raise InvalidInput(
            "option_misplaced",
            "--product 为产品找需求，不能与 --where、--per-firm 同用。",
            field="product",
        )
