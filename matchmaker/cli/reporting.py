"""``matchmaker archive ROUND``: the archive of a round as one file."""

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
