"""``matchmaker archive ROUND`` and ``matchmaker check-invariants``."""

from __future__ import annotations

from pathlib import Path

import click

from matchmaker.cli.output import echo_json


@click.command()
@click.argument("code", metavar="ROUND")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="写到这个文件（.zip）。"
)
@click.option("--edition", default="internal", show_default=True, help="internal 或 public。")
@click.option("--json", "as_json", is_flag=True, help="结果以 JSON 输出。")
def archive(code: str, out: Path, edition: str, as_json: bool) -> None:
    """把一次年度评选归档成一个压缩包；ROUND 是评选编号，如 2025-humanoid-demonstration。"""
    from matchmaker.cli.installed import open_app
    from matchmaker.reporting.archives.operations import export_archive
    from matchmaker.reporting.archives.rules import read_edition

    wanted = read_edition(edition)
    with open_app().app_context():
        found = export_archive(code, wanted, out)
    if as_json:
        echo_json(found)
        return
    click.echo(f"已写入 {found['file']}：{found['files']} 个文件，{found['size']} 字节。")
    click.echo(f"压缩包校验值：{found['sha256']}\n评分快照校验值：{found['snapshot_sha256']}")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="结果以 JSON 输出。")
def check_invariants(as_json: bool) -> int:
    """核对全部不变量（金额、名额、回避、锁定、办理记录链）；有不符时退出状态为 1。"""
    from matchmaker.cli.installed import open_installation
    from matchmaker.reporting.invariants import check_invariants as check
    from matchmaker.reporting.rules import CODES

    with open_installation():
        report = check()
    if as_json:
        echo_json(report.as_json())
    elif report.ok:
        click.echo(f"全部成立：{'、'.join(CODES)}。")
    else:
        for item in report.violations:
            click.echo(f"{item.code} {item.subject}：{item.message}", err=True)
    if not as_json:
        for warning in report.warnings:
            click.echo(f"提醒：{warning}", err=True)
    return 0 if report.ok else 1
