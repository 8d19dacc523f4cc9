"""The trail: chained in the same transaction, append-only, faults located, anchors."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from matchmaker.actor import COMMAND_LINE
from matchmaker.audit.models import AuditEntry
from matchmaker.audit.operations import append_anchor, record
from matchmaker.audit.queries import get_head, list_history, read_anchors, verify_trail
from matchmaker.audit.rules import GENESIS
from matchmaker.db import read_tx, write_tx
from matchmaker.errors import InvalidInput


def _write(app: Flask, count: int) -> None:
    with app.app_context():
        for number in range(count):
            with write_tx():
                record(COMMAND_LINE, "test.act", "thing", number, note=f"第{number}次")


def _verify(app: Flask, anchors: dict[int, str] | None = None) -> tuple[bool, int | None, str]:
    with app.app_context(), read_tx():
        result = verify_trail(anchors or {})
    fault = result.fault
    return result.ok, fault and fault.seq, fault.code if fault else ""


def _tamper(app: Flask, *statements: str) -> None:
    """Edit the file as an insider would: behind the application, triggers dropped first."""
    file = Path(app.extensions["settings"].instance_folder) / "matchmaker.db"
    connection = sqlite3.connect(file)
    for trigger in ("audit_entry_no_update", "audit_entry_no_delete"):
        connection.execute(f"DROP TRIGGER {trigger}")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_empty_trail_holds(app: Flask) -> None:
    assert _verify(app) == (True, None, "")
    with app.app_context(), read_tx():
        assert get_head() == (0, GENESIS)


def test_a_decision_is_no_outcome(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(ValueError, match="chosen"), write_tx():
            record(COMMAND_LINE, "test.act", "thing", 1, outcome="chosen")
        with read_tx():
            assert get_head() == (0, GENESIS)


def test_entries_of_one_transaction_are_chained_in_order(app: Flask) -> None:
    with app.app_context():
        with write_tx():
            record(COMMAND_LINE, "first", "thing", 1)
            record(COMMAND_LINE, "second", "thing", 1, amount="1.00")
        with read_tx():
            first, second = list_history("thing", 1)
            assert (first.seq, first.action, first.prev_hash) == (1, "first", GENESIS)
            assert (second.seq, second.prev_hash) == (2, first.hash)
            assert second.data == {"amount": "1.00"}
            assert get_head() == (2, second.hash)
    assert _verify(app)[0]


def _record_and_crash() -> None:
    with write_tx():
        record(COMMAND_LINE, "lost", "thing", 1)
        raise ZeroDivisionError


def test_rolled_back_act_leaves_no_entry(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(ZeroDivisionError):
            _record_and_crash()
        with write_tx():
            record(COMMAND_LINE, "kept", "thing", 1)
        with read_tx() as session:
            assert session.scalars(select(AuditEntry.action)).all() == ["kept"]


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entry SET action='x'", "DELETE FROM audit_entry"]
)
def test_database_refuses_to_change_an_entry(app: Flask, statement: str) -> None:
    _write(app, 1)
    with (
        app.app_context(),
        pytest.raises(IntegrityError, match="append-only"),
        write_tx() as session,
    ):
        session.execute(text(statement))
    assert _verify(app)[0]


@pytest.mark.parametrize(
    ("statement", "seq", "code"),
    [
        ("UPDATE audit_entry SET action='forged' WHERE seq=3", 3, "altered"),
        ('UPDATE audit_entry SET data=\'{"note":"改"}\' WHERE seq=1', 1, "altered"),
        ("UPDATE audit_entry SET at='2020-01-01 00:00:00.000000' WHERE seq=5", 5, "altered"),
        ("DELETE FROM audit_entry WHERE seq=2", 2, "missing"),
        ("UPDATE audit_entry SET prev_hash='00' WHERE seq=4", 4, "broken_link"),
    ],
)
def test_tampering_is_found_and_located(app: Flask, statement: str, seq: int, code: str) -> None:
    _write(app, 5)
    _tamper(app, statement)

    assert _verify(app) == (False, seq, code)


def test_cut_tail_is_found_by_an_anchor_only(app: Flask) -> None:
    _write(app, 5)
    with app.app_context(), read_tx():
        seq, head = get_head()
    _tamper(app, "DELETE FROM audit_entry WHERE seq>3")

    assert _verify(app)[0], "a bare chain cannot see a cut tail"
    assert _verify(app, {seq: head}) == (False, 5, "tail_missing")


def test_rehashed_history_is_found_by_an_anchor(app: Flask) -> None:
    _write(app, 2)

    assert _verify(app, {2: "f" * 64}) == (False, 2, "anchor_mismatch")


def test_anchor_file_round_trip(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "heads" / "audit.jsonl"
    append_anchor(file, 1, "a" * 64)
    append_anchor(file, 7, "b" * 64)

    assert read_anchors(file) == {1: "a" * 64, 7: "b" * 64}
    assert read_anchors(tmp_path / "none") == {}


@pytest.mark.parametrize("line", ["no json", json.dumps({"seq": 1}), "[]"])
def test_unreadable_anchor_names_its_line(tmp_path: Path, line: str) -> None:
    file = tmp_path / "audit.jsonl"
    append_anchor(file, 1, "a" * 64)
    with file.open("a") as out:
        out.write(line + "\n")

    with pytest.raises(InvalidInput, match="第 2 行"):
        read_anchors(file)
