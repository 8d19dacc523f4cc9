"""Databases with a round in a certain state, built once and copied for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from matchmaker.db import db, write_tx
from matchmaker.selection.rounds.models import SelectionRound
from tests.conftest import _exchange, _store_template
from tests.people import People, create_people
from tests.selection.rooms.factories import make_ranked_round, make_scoring_round


@dataclass(frozen=True)
class World:
    """A database file and the people in it."""

    file: Path
    people: People


def _build(
    app: Flask, empty: Path, folder: Path, make: Callable[[People], SelectionRound]
) -> World:
    _exchange(app, empty)
    people = create_people(app)
    with app.app_context(), write_tx():
        make(people)
    return World(_store_template(app, folder / "world.db"), people)


@pytest.fixture(scope="session")
def scoring_world(
    shared_app: Flask, empty_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> World:
    """Judges score; four scenes, five judges, nothing scored yet."""
    return _build(
        shared_app, empty_template, tmp_path_factory.mktemp("scoring"), make_scoring_round
    )


@pytest.fixture(scope="session")
def ranked_world(
    shared_app: Flask, empty_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> World:
    """All scores are in and the officer has proposed the list."""
    return _build(shared_app, empty_template, tmp_path_factory.mktemp("ranked"), make_ranked_round)


def open_world(app: Flask, world: World) -> Iterator[Flask]:
    """The application on a copy of a world's database."""
    _exchange(app, world.file)
    yield app
    with app.app_context():
        db.engine.dispose()


def load_round() -> SelectionRound:
    """The only round of a world."""
    return db.session.query(SelectionRound).one()
