"""Other departments' lists: every fault named, nothing written, links decided with a reason."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from matchmaker import clock
from matchmaker.actor import VISITOR
from matchmaker.db import db, write_tx
from matchmaker.documents.table import read_table
from matchmaker.errors import Conflict, InvalidInput, PermissionDenied
from matchmaker.funding import exchange, register
from matchmaker.funding.models import AwardRecord
from matchmaker.funding.queries import list_register, measure_work
from tests.people import People

GOOD = [
    "K1",
    "技改",
    "市科技局",
    "甲公司",
    "",
    "某项目",
    "25332001；25332002",
    "3,000.50",
    "0",
    "2026-11-20",
]


HEADER = [column.label for column in exchange.list_columns()]


def rows(*changed: dict[int, str]) -> list[list[str]]:
    """A list whose lines are the good one with cells exchanged."""
    lines = [[change.get(i, cell) for i, cell in enumerate(GOOD)] for change in changed]
    return [HEADER, *lines]


def read(cells: list[list[str]]) -> tuple[list[register.AwardRow], list[tuple[int, str]]]:
    """The awards of a list and the places of its faults."""
    table = exchange.AWARDS
    reading = read_table(cells, table.columns(), rows_max=table.rows_max)
    found = table.check(VISITOR, reading.records, {"source": "市科技局"})
    faults = [(fault.row, fault.column) for fault in (*reading.faults, *found.faults)]
    good = [record for record in reading.records if not record.faulty]
    return [exchange.read_award(record) for record in good], faults


def test_a_good_list_is_read(app: Flask) -> None:
    with app.app_context():
        awards, faults = read(rows({}, {0: "K2", 9: "2025年3月1日"}))
    assert faults == []
    assert [award.reference for award in awards] == ["K1", "K2"]
    assert awards[0].amount_fen == 3_000_50
    assert awards[0].invoices == ("25332001", "25332002")
    assert awards[1].awarded_on == date(2025, 3, 1)


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({0: ""}, 0),
        ({0: "x" * 121}, 0),
        ({1: ""}, 1),
        ({2: ""}, 2),
        ({3: ""}, 3),
        ({4: "123"}, 4),
        ({5: ""}, 5),
        ({6: "123"}, 6),
        ({7: "-1"}, 7),
        ({7: "1.001"}, 7),
        ({7: "一百"}, 7),
        ({7: "1e3"}, 7),
        ({7: ""}, 7),
        ({8: "3000.51"}, 8),
        ({9: (clock.today() + timedelta(days=1)).isoformat()}, 9),
        ({9: "2026-02-30"}, 9),
        ({9: ""}, 9),
    ],
)
def test_each_bad_cell_is_named(app: Flask, change: dict[int, str], column: int) -> None:
    with app.app_context():
        _, faults = read(rows({}, {0: "K2"} | change))
    assert faults == [(3, HEADER[column])]


def test_amounts_at_their_bounds_are_read(app: Flask) -> None:
    with app.app_context():
        awards, faults = read(rows({8: ""}, {0: "K2", 7: "0", 8: "0"}, {0: "K3", 8: "3000.50"}))
    assert faults == []
    assert [award.paid_fen for award in awards] == [0, 0, 3_000_50]


def test_repeated_numbers_wrong_headers_and_empty_lists(app: Flask) -> None:
    with app.app_context():
        assert read(rows({}, {}))[1] == [(3, "编号")]
        assert read([["a"]])[1][0] == (1, "a")
        assert read([])[1] != []
        assert read(rows())[1] != []


def test_an_import_is_whole_or_nothing(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        awards, _ = read(rows({}, {0: "K2"}))
        for actor in (people.owner, people.firm, people.approver, people.auditor, people.judge):
            with pytest.raises(PermissionDenied):
                register.import_awards(actor, source="市科技局", awards=awards)
        for source in ("", " ", "own", "x" * 121):
            with pytest.raises(InvalidInput):
                register.import_awards(people.officer, source=source, awards=awards)
        assert db.session.scalar(select(func.count()).select_from(AwardRecord)) == 0
        register.import_awards(people.officer, source="市科技局", awards=awards[:1])
        with pytest.raises(Conflict):
            register.import_awards(people.officer, source="市科技局", awards=awards)
        assert len(list_register(people.officer)) == 1
        with pytest.raises(PermissionDenied):
            list_register(people.owner)


def test_links_are_decided_with_a_reason(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        awards, _ = read(rows({8: "1000"}))
        register.import_awards(people.officer, source="市科技局", awards=awards)
        row = db.session.scalars(select(AwardRecord)).one()
        with pytest.raises(InvalidInput):
            register.link_award(people.officer, row, work_key="scene:D1", note=" ")
        with pytest.raises(PermissionDenied):
            register.link_award(people.auditor, row, work_key="scene:D1", note="同一")
        assert row.work_key is None
        register.link_award(people.officer, row, work_key="scene:D1", note="同一")
        work = measure_work("scene:D1")
        assert (work.paid_fen, work.highest_fen, work.excess_fen) == (1_000_00, 3_000_50, 0)
        with pytest.raises(InvalidInput):
            register.unlink_award(people.officer, row, note="")
        register.unlink_award(people.officer, row, note="不同项目")
        with pytest.raises(Conflict):
            register.unlink_award(people.officer, row, note="不同项目")
        assert row.work_key is None
