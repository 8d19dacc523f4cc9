"""Commands on the trail."""

from __future__ import annotations

from pathlib import Path

import click

from matchmaker.cli.output import echo_json


@click.group()
def audit() -> None:
    """审计链。"""


@audit.command()
@click.option("--json", "as_json", is_flag=True, help="结果以 JSON 输出。")
@click.option(
    "--anchors",
    type=click.Path(dir_okay=False, path_type=Path),
    help="外部存证文件；默认用设置 MATCHMAKER_AUDIT_ANCHOR_FILE，未设时用数据文件夹中的。",
)
def verify(as_json: bool, anchors: Path | None) -> int:
    """逐条核对审计链；发现改动时指出第一处，退出状态为 1。"""
    from matchmaker.app import create_app
    from matchmaker.audit.queries import verify_trail
    from matchmaker.db import read_tx
    from matchmaker.installation import check_initialised
    from matchmaker.reporting.anchors import collect_anchors

    app = create_app()
    check_initialised(app)
    with app.app_context(), read_tx():
        known, contradicting = collect_anchors(anchors)
        result = verify_trail(known)
    fault = result.fault
    if as_json:
        echo_json(
            {
                "ok": result.ok and not contradicting,
                "anchors": len(known),
                "contradicting": [item.subject for item in contradicting],
                "entries": result.entries,
                "head": {"seq": result.head_seq, "hash": result.head_hash},
                "fault": None
                if fault is None
                else {"seq": fault.seq, "code": fault.code, "message": fault.message},
            }
        )
    elif contradicting:
        for item in contradicting:
            click.echo(f"{item.subject}：{item.message}。", err=True)
    elif fault is None:
        agreed = f"与 {len(known)} 处外部存证相符"
        click.echo(f"审计链完整：共 {result.entries} 条，{agreed}，链头 {result.head_hash}。")
    else:
        click.echo(f"审计链在第 {fault.seq} 条处不成立：{fault.message}。", err=True)
    return 0 if result.ok and not contradicting else 1
