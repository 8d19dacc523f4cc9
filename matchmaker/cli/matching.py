"""``matchmaker match``: offers for a need and needs for an offer, from the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from matchmaker.cli.output import echo_json
from matchmaker.cli.selection import WholeNumber
from matchmaker.errors import InvalidInput

MAX_TOP = 1_000
#: Exactly one of these options is given.
QUESTIONS = ("text", "demand", "file", "product")


@click.group(invoke_without_command=True)
@click.option("--text", help="需求，用自己的话写。")
@click.option("--demand", help="平台上的需求编号，如 D019。")
@click.option("--file", "file", type=click.Path(path_type=Path), help="需求文件（JSON 列表）。")
@click.option("--product", help="产品编号：反过来为产品找需求。")
@click.option("--sector", help="行业领域的名称或编号。")
@click.option("--where", multiple=True, help="硬性要求，如 “payload_kg >= 20”，可重复。")
@click.option("--top", type=WholeNumber(), default=10, show_default=True, help="列出的条数。")
@click.option("--per-firm", type=WholeNumber(), help="每家企业最多列出的产品数，不填则不限。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
@click.pass_context
def match(context: click.Context, /, **options: Any) -> None:
    """为需求匹配产品，或为产品匹配需求；每项得分都给出构成和理由。"""
    if context.invoked_subcommand is not None:
        _refuse_options(context)
        return
    answers = _answer(options)
    if not answers:
        click.echo("需求文件中没有需求。", err=True)
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
    given = [name for name in QUESTIONS if options[name] is not None]
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


def _refuse_options(context: click.Context) -> None:
    named = [name for name in QUESTIONS if context.params[name] is not None]
    if named:
        raise InvalidInput(
            "option_misplaced",
            "match run 不接受 --{name}，请去掉后重试。",
            field=named[0],
            name=named[0],
        )


@match.command("run")
@click.option("--all", "every", is_flag=True, help="全部征集中的需求；不加则只处理有变化的。")
@click.option("--json", "as_json", is_flag=True, help="结果以 JSON 输出。")
def run(*, every: bool, as_json: bool) -> None:
    """重新匹配征集中的需求，并保存匹配记录。"""
    from matchmaker.cli.installed import open_app
    from matchmaker.matching.runs.operations import describe_summary, rematch_all, rematch_changed

    with open_app().app_context(), _show_progress() as report:
        summary = rematch_all(report) if every else rematch_changed(report)
    if as_json:
        echo_json({"needs": 0} if summary is None else describe_summary(summary))
    elif summary is None:
        click.echo("没有需要重新匹配的变化。")
    else:
        click.echo(
            f"已匹配 {summary.needs} 条需求，其中 {summary.unchanged} 条结果不变，"
            f"{summary.without_supply} 条暂无合适供给。\n"
            f"结果校验值：{summary.results_digest}"
        )


@match.command("reproduce")
@click.option("--run", "run_id", type=WholeNumber(), required=True, help="匹配记录的编号。")
@click.option("--json", "as_json", is_flag=True, help="结果以 JSON 输出。")
@click.pass_context
def reproduce(context: click.Context, /, *, run_id: int, as_json: bool) -> None:
    """按留存的资料重算一次匹配，逐条核对；有不一致的以状态 1 结束。"""
    from matchmaker.cli.installed import open_app
    from matchmaker.matching.runs.reproduction import describe_reproduction, reproduce_run

    with open_app().app_context(), _show_progress() as report:
        found = reproduce_run(run_id, report)
    if as_json:
        echo_json(describe_reproduction(found))
    else:
        click.echo(f"已重算 {found.needs} 条需求，{len(found.different)} 条与保存的结果不一致。")
        for note in _list_differences(found.different, found.scorer_same, found.catalogue_same):
            click.echo(note)
    context.exit(0 if found.reproduced else 1)


def _list_differences(
    different: Sequence[str], scorer_same: bool, catalogue_same: bool
) -> Iterator[str]:
    if different:
        yield f"不一致的需求：{'、'.join(different)}"
    if not scorer_same:
        yield "保存时的计分版本与现在的程序不同。"
    if not catalogue_same:
        yield "保存时的目录词表与现在的不同。"


@contextmanager
def _show_progress() -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr, so that stdout holds the answer alone."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("匹配需求", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
