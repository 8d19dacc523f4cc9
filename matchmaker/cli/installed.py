"""Opening the installation that a command reads from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask


@contextmanager
def open_installation() -> Iterator[Flask]:
    """The application inside one read transaction; raises ``NotReady`` before ``init``."""
    from matchmaker.db import read_tx

    app = open_app()
    with app.app_context(), read_tx():
        yield app


def open_app() -> Flask:
    """The application for a command with transactions of its own."""
    from matchmaker.app import create_app
    from matchmaker.installation import check_initialised

    app = create_app()
    check_initialised(app)
    return app
