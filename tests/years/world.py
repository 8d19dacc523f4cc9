"""The first days of a year: both programmes open, applications in, panels signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from matchmaker.actor import COMMAND_LINE
from matchmaker.clock import CHINA
from matchmaker.db import write_tx
from matchmaker.selection.panels import operations as panels
from matchmaker.selection.panels import queries as panel_queries
from matchmaker.selection.rounds import operations as rounds
from tests.conftest import _exchange, _store_template
from tests.people import People, create_people
from tests.rewards.world import give_budget
from tests.selection.rooms.factories import add_judge, make_draft, make_submitted

WAN = 10_000_00
#: A Monday; the national calendar knows the year that follows.
OPENED = datetime(2026, 3, 2, 9, tzinfo=CHINA)
PROGRAMMES = ("humanoid-demonstration", "embodied-typical")


@dataclass(frozen=True)
class YearWorld:
    """A database file and the people in it."""

    file: Path
    people: People


def make_year(people: People) -> None:
    """Both rounds of a year take applications; one scene applies to both.

    The panel: ``judge``, ``conflicted_judge`` (employed by the owner of the first scene) and two
    experts without a log-in.
    """
    give_budget(people, 400 * WAN)
    give_budget(people, 400 * WAN, "A25-3.1")
    for programme, scenes in zip(PROGRAMMES, (3, 2), strict=True):
        draft = make_draft(
            programme,
            quota=1,
            quorum_final=2,
            panel_size=4,
            item_pass_percent=0,
            opens_at=OPENED - timedelta(days=1),
            closes_at=OPENED + timedelta(days=10),
        )
        round_ = rounds.create_round(people.officer, draft)
        rounds.open_applications(people.approver, round_)
        make_submitted(round_, people.owner, 1, people.firm)
        for number in range(2, scenes + 1):
            make_submitted(round_, people.stranger, number)
        for name, actor in (
            ("评委甲", people.judge),
            ("评委乙", people.conflicted_judge),
            ("外聘评委一", None),
            ("外聘评委二", None),
        ):
            known = next((e for e in panel_queries.list_experts() if e.name == name), None)
            if known is None:
                add_judge(people, round_, name, actor)
                continue
            member = panels.add_member(people.officer, round_, known)
            panels.sign_declaration(actor or COMMAND_LINE, member, name=name, conflicts={})


@pytest.fixture(scope="session")
def year_world(
    shared_app: Flask, empty_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> YearWorld:
    """Built once; each random year begins on a copy and is rolled back."""
    _exchange(shared_app, empty_template)
    with time_machine.travel(OPENED, tick=False):
        people = create_people(shared_app)
        with shared_app.app_context(), write_tx():
            make_year(people)
    return YearWorld(
        _store_template(shared_app, tmp_path_factory.mktemp("year") / "year.db"), people
    )
