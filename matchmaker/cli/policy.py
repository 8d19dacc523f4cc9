"""``policy list``, ``reward ID`` and ``reward overlap``: the law without a database."""

from __future__ import annotations

from datetime import date

import click

from matchmaker import clock
from matchmaker.cli.output import echo_json
from matchmaker.errors import InvalidInput
from matchmaker.policy.amounts import group_yuan
from matchmaker.policy.catalogue import list_catalogue
from matchmaker.policy.facts import parse_yuan, split_facts
from matchmaker.policy.loader import load_law
from matchmaker.policy.overlap import parse_award, resolve_overlap
from matchmaker.policy.quoting import shown
from matchmaker.policy.reward import Reward, compute_reward
from matchmaker.policy.steps import Step
from matchmaker.policy.strict_yaml import parse_iso_date


class RewardGroup(click.Group):
    """``reward overlap …`` beside ``reward ID …``, with the options in any order."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in ctx.help_option_names:
            if "overlap" in args:
                args = ["overlap", *(word for word in args if word != "overlap")]
            else:
                args = ["id", *args]
        return super().parse_args(ctx, args)


@click.group()
def policy() -> None:
    """政策文件与措施。"""


@policy.command("list")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
def list_instruments(as_json: bool) -> None:
    """各项措施的编号、所属文件、条款、状态和有效期。"""
    law = load_law()
    if as_json:
        echo_json({entry.id: entry.as_json() for entry in list_catalogue(law, clock.today())})
        return
    for entry in list_catalogue(law, clock.today()):
        click.echo(entry.line)


@click.group(cls=RewardGroup)
def reward() -> None:
    """测算一项政策措施（reward ID …）或多项奖补的重叠（reward overlap …）。"""


@reward.command("id")
@click.argument("instrument_id", metavar="ID", default="")
@click.option("--fact", "facts", multiple=True, metavar="名称=取值", help="一项事实，可重复给出。")
@click.option("--on", "days", multiple=True, metavar="YYYY-MM-DD", help="适用日期，默认今天。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
def compute(
    instrument_id: str, facts: tuple[str, ...], days: tuple[str, ...], as_json: bool
) -> None:
    """按事实测算一项政策措施，逐步列出条款、文字和数额。"""
    on = _parse_day(_only(days, "on", default=clock.today().isoformat()))
    result = compute_reward(load_law(), instrument_id, split_facts(facts), on)
    if as_json:
        echo_json(result.as_json())
        return
    _print_reward(result)


@reward.command("overlap")
@click.option("--award", "awards", multiple=True, metavar="ID=元", help="一项奖补，可重复给出。")
@click.option("--paid", "paid", multiple=True, metavar="元", help="该事项已付金额，默认 0。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
def overlap(awards: tuple[str, ...], paid: tuple[str, ...], as_json: bool) -> None:
    """同一事项的多项奖补：从优、就高、不重复。"""
    if not awards:
        raise InvalidInput(
            "missing_award", "缺少奖补：请至少给出一项 --award 编号=金额。", field="award"
        )
    law, today = load_law(), clock.today()
    result = resolve_overlap(
        [parse_award(law, text, today) for text in awards],
        paid_fen=parse_yuan(_only(paid, "paid", default="0"), name="paid", label="已付金额"),
    )
    if as_json:
        echo_json(result.as_json())
        return
    click.echo(f"取 {result.chosen or '无'}，应付 {group_yuan(result.payable_fen)} 元")
    _print_steps(result.steps)


def _only(texts: tuple[str, ...], option: str, *, default: str) -> str:
    """The one value of an option that may be given once; a silent second one would be money."""
    if len(texts) > 1:
        raise InvalidInput(
            "repeated_option", "--{option} 给了多次：请只保留一个。", field=option, option=option
        )
    return texts[0] if texts else default


def _parse_day(text: str) -> date:
    day = parse_iso_date(text)
    if day is None:
        raise InvalidInput(
            "malformed_date",
            "适用日期“{value}”不是真实日期：请写成 YYYY-MM-DD，例如 2026-05-01。",
            field="on",
            value=shown(text),
        )
    return day


def _print_reward(result: Reward) -> None:
    state = "" if result.binding else "（测算，不作为兑现依据）"
    click.echo(f"{result.instrument}：{group_yuan(result.award_fen)} 元{state}")
    for reason in result.reasons:
        click.echo(f"不符合条件：{reason.text}")
    _print_steps(result.steps)


def _print_steps(steps: tuple[Step, ...]) -> None:
    for number, step in enumerate(steps, start=1):
        click.echo(f"{number}. [{step.clause}] {step.text} → {step.output}")
