"""The command line. Each module of this folder holds the commands of one matter and stays thin.

Commands are imported when they are called, so that ``matchmaker rank`` loads neither Flask nor a
database.
"""

from __future__ import annotations

from importlib import import_module

import click

from matchmaker import __version__
from matchmaker.cli.output import run

#: Command name → "module:attribute"; the order is the order of ``matchmaker --help``.
COMMANDS = {
    "init": "matchmaker.cli.setup:init",
    "seed": "matchmaker.cli.setup:seed",
    "serve": "matchmaker.cli.setup:serve",
    "user": "matchmaker.cli.people:user",
    "match": "matchmaker.cli.matching:match",
    "rank": "matchmaker.cli.selection:rank",
    "reward": "matchmaker.cli.policy:reward",
    "policy": "matchmaker.cli.policy:policy",
    "rewards": "matchmaker.cli.rewards:rewards",
    "archive": "matchmaker.cli.reporting:archive",
    "check-invariants": "matchmaker.cli.reporting:check_invariants",
    "audit": "matchmaker.cli.audit:audit",
}


class LazyGroup(click.Group):
    """A group that imports a command's module only when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def cli() -> None:
    """场景供需撮合与评选平台的命令行。"""


def main() -> None:
    """Entry point: runs the command and turns refusals into exit status 2."""
    run(cli)
