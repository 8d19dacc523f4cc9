"""Logging: one line per event on stderr; JSON in production, readable text otherwise."""

from __future__ import annotations

import sys

import structlog


def configure_logging(*, production: bool) -> None:
    """Set up structlog. Tracebacks are plain: the pretty ones cost seconds and print secrets."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if production
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    processors: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if production:
        processors.append(structlog.processors.format_exc_info)
    structlog.configure(
        processors=[*processors, renderer],
        logger_factory=_print_to_stderr,
        cache_logger_on_first_use=False,
    )


def _print_to_stderr(*_names: object) -> structlog.PrintLogger:
    """A logger on what is stderr now: a stream kept from the start may have been closed since."""
    return structlog.PrintLogger(file=sys.stderr)
