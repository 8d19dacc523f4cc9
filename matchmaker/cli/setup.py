"""Commands that prepare and run an installation: init, seed, serve."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING

import click

from matchmaker.cli.output import echo_json
from matchmaker.errors import InvalidInput

if TYPE_CHECKING:
    from flask import Flask

#: How a new installation gets its first account.
FIRST_ADMINISTRATOR = (
    "matchmaker user add --role sysadmin --kind bureau --unit 单位全称 --name 姓名 --email 邮箱"
)
PORTS_TRIED = 50
HOST = "127.0.0.1"
#: The first page goes before the matcher, which a first match would otherwise wait for.
WARM_UP_AFTER_SECONDS = 2.0


@click.command()
@click.option("--json", "as_json", is_flag=True, help="结果以 JSON 输出。")
def init(as_json: bool) -> None:
    """建立或升级数据库结构（可重复执行）。"""
    from matchmaker.app import create_app
    from matchmaker.installation import migrate

    revision = migrate(create_app())
    if as_json:
        echo_json({"revision": revision})
        return
    click.echo(f"数据库结构已就绪（版本 {revision}）。")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="结果以 JSON 输出。")
def seed(as_json: bool) -> None:
    """装入政策、目录、供需和演示数据（可重复执行）。"""
    from matchmaker.app import create_app
    from matchmaker.installation import check_initialised, seed_all

    app = create_app()
    check_initialised(app)
    counts = seed_all(app)
    if as_json:
        echo_json(counts)
        return
    for name, count in counts.items():
        click.echo(f"{name}：{count}")


@click.command()
@click.option("--host", default=HOST, show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--prepare", is_flag=True, help="先升级数据库并装入数据。")
def serve(host: str, port: int, prepare: bool) -> None:
    """启动网站；端口被占用时改用下一个空闲端口。"""
    from waitress import create_server

    from matchmaker.app import create_app
    from matchmaker.config import Settings
    from matchmaker.installation import check_initialised, migrate, seed_all, warm_up
    from matchmaker.jobs.executor import start_consumer

    app = create_app()
    if prepare:
        migrate(app)
        seed_all(app)
    check_initialised(app)
    free = find_free_port(host, port)
    settings: Settings = app.extensions["settings"]
    server = create_server(app, host=host, port=free, threads=settings.threads)
    start_consumer(app)
    warming = threading.Timer(WARM_UP_AFTER_SECONDS, warm_up, args=(app,))
    warming.daemon = True
    warming.start()
    click.echo(f"\n网站已启动：http://{host}:{free}{settings.url_prefix}/   （按 Ctrl+C 停止）")
    _show_accounts(app)
    server.run()


def _show_accounts(app: Flask) -> None:
    """The demonstration accounts; how to open the first account where there is none."""
    from matchmaker.accounts.demo import DEMO_PASSWORD
    from matchmaker.accounts.people.queries import count_administrators
    from matchmaker.accounts.queries import list_demo_users
    from matchmaker.db import read_tx

    with app.app_context(), read_tx():
        lines = [f"  {user.email:<28}{user.name}" for user in list_demo_users()]
        is_without_administrator = count_administrators() == 0
    if lines:
        click.echo(f"\n演示账号（密码均为 {DEMO_PASSWORD}）：")
        click.echo("\n".join(lines) + "\n")
    if is_without_administrator:
        click.echo(f"\n还没有系统管理员，请先开通：\n  {FIRST_ADMINISTRATOR}\n")


def find_free_port(host: str, first: int) -> int:
    """The first free port from ``first`` on; raises ``InvalidInput`` when there is none."""
    for port in range(first, min(first + PORTS_TRIED, 65536)):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise InvalidInput(
        "no_free_port",
        "从 {first} 起的 {count} 个端口都被占用，请用 --port 指定其他端口。",
        first=first,
        count=PORTS_TRIED,
    )
