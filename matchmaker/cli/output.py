"""What every command says and how it ends: JSON on stdout, refusals on stderr, status 0 or 2."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from matchmaker.cli.usage import describe_usage
from matchmaker.errors import DomainError


def echo_json(value: Any) -> None:
    """Print one JSON value on one line; money and fractions are strings already."""
    click.echo(json.dumps(value, ensure_ascii=False, allow_nan=False))


def wants_json(argv: list[str]) -> bool:
    """True when the caller asked for machine-readable output, whatever else is wrong."""
    return "--json" in argv


def refuse(code: str, message: str, *, as_json: bool) -> None:
    """Write a refusal to stderr; with ``--json`` its last line is one JSON object."""
    if as_json:
        click.echo(json.dumps({"code": code, "message": message}, ensure_ascii=False), err=True)
        return
    click.echo(f"错误：{message}", err=True)


def run(command: click.Command, argv: list[str] | None = None) -> None:
    """Run a command and exit: 0 on success, 2 with a message on bad input."""
    arguments = sys.argv[1:] if argv is None else argv
    as_json = wants_json(arguments)
    try:
        status = command.main(args=arguments, prog_name="matchmaker", standalone_mode=False)
    except DomainError as error:
        refuse(error.code, error.text, as_json=as_json)
        sys.exit(2)
    except click.exceptions.Abort:
        refuse("aborted", "已中断。", as_json=as_json)
        sys.exit(130)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(2)
    except click.ClickException as error:
        refuse("usage", describe_usage(error), as_json=as_json)
        sys.exit(2)
    sys.exit(status if isinstance(status, int) else 0)
