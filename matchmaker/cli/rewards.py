"""``rewards recompute ID``: the same inputs under the same law give the same bytes, or not."""

from __future__ import annotations

import click

from matchmaker.cli.output import echo_json


@click.group()
def rewards() -> None:
    """奖补核定。"""


@rewards.command("recompute")
@click.argument("reference", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
def recompute_determination(reference: str, as_json: bool) -> int:
    """按回执复算一份核定：ID 为核定书编号或申领编号。结果一致时返回 0，否则返回 1。"""
    from matchmaker.app import create_app
    from matchmaker.db import read_tx
    from matchmaker.installation import check_initialised
    from matchmaker.rewards.recomputing import recompute_by_reference

    app = create_app()
    check_initialised(app)
    with app.app_context(), read_tx():
        result = recompute_by_reference(reference)
    if as_json:
        echo_json(result.as_json())
    elif result.is_same:
        click.echo(f"{result.claim} 第 {result.id} 号核定书复算一致：{result.sha256}")
    else:
        click.echo(f"{result.claim} 第 {result.id} 号核定书复算不一致：{'；'.join(result.faults)}")
    return 0 if result.is_same else 1
