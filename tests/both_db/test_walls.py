"""Plain SQL against what is frozen, locked or append-only is refused by the database itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from matchmaker.audit.queries import verify_trail
from matchmaker.db import db, read_tx, write_tx
from matchmaker.selection.rounds.models import _DECIDING
from tests.people import People
from tests.selection.rooms.factories import make_ranked_round, make_round

pytestmark = pytest.mark.both_db

RULES = ("selection_criterion", "selection_gate", "selection_round_attachment")
SHEET, LINE, TRAIL = "selection_score_sheet", "selection_score_line", "audit_entry"
FROZEN, LOCKED, APPENDED = "are frozen", "is locked", "is append-only"
TABLES = ("selection_round", *RULES, SHEET, LINE, TRAIL)
#: Statement → what the refusal says. Each touches at least one row of the ranked round.
STATEMENTS = {
    **{
        f"UPDATE selection_round SET {name} = {name} WHERE state <> 'DRAFT'": FROZEN
        for name in _DECIDING
    },
    "UPDATE selection_round SET quota = quota + 1 WHERE state <> 'DRAFT'": FROZEN,
    **{f"DELETE FROM {table} WHERE {{of_ranked}}": FROZEN for table in RULES},
    "UPDATE selection_criterion SET weight = weight + 1 WHERE {of_ranked}": FROZEN,
    "UPDATE selection_criterion SET round_id = {draft} WHERE {of_ranked}": FROZEN,
    "UPDATE selection_gate SET question = 'x' WHERE {of_ranked}": FROZEN,
    "UPDATE selection_round_attachment SET name = 'x' WHERE {of_ranked}": FROZEN,
    f"UPDATE {SHEET} SET note = 'x'": LOCKED,
    f"UPDATE {SHEET} SET submitted_at = NULL": LOCKED,
    f"UPDATE {SHEET} SET version = version + 1": LOCKED,
    f"UPDATE {SHEET} SET state = 'DRAFT'": LOCKED,
    f"DELETE FROM {SHEET}": LOCKED,
    f"UPDATE {LINE} SET score = score - 100": LOCKED,
    f"DELETE FROM {LINE}": LOCKED,
    f"UPDATE {TRAIL} SET actor_name = 'x'": APPENDED,
    f"UPDATE {TRAIL} SET hash = prev_hash WHERE seq = 1": APPENDED,
    f"DELETE FROM {TRAIL}": APPENDED,
    f"DELETE FROM {TRAIL} WHERE seq = (SELECT max(seq) FROM {TRAIL})": APPENDED,
}


def read_everything() -> dict[str, list[tuple[Any, ...]]]:
    with read_tx() as session:
        return {
            table: sorted(map(tuple, session.execute(text(f"SELECT * FROM {table}"))), key=str)
            for table in TABLES
        }


def copy_of(table: str, owner: str) -> str:
    """An insert of a further row that belongs to the same frozen owner."""
    columns = [column.name for column in db.metadata.tables[table].columns if column.name != "id"]
    names = ", ".join(columns)
    return f"INSERT INTO {table} ({names}) SELECT {names} FROM {table} WHERE {owner} LIMIT 1"


def read_refusal(statement: str) -> str:
    """What the database says; fails where it takes the statement."""
    with pytest.raises(DBAPIError) as refused, write_tx() as session:
        session.execute(text(statement))
    return str(refused.value.orig)


@pytest.fixture
def rounds(either_app: Flask, either_people: People) -> Iterator[dict[str, str]]:
    """Names of the conditions on a ranked round's rows, with a draft beside it."""
    with either_app.app_context():
        with write_tx():
            ranked = make_ranked_round(either_people)
            draft = make_round(either_people, programme="embodied-typical")
            names = {"of_ranked": f"round_id = {ranked.id}", "draft": str(draft.id)}
        yield names


def test_plain_sql_changes_nothing_that_is_decided(rounds: dict[str, str]) -> None:
    before = read_everything()
    assert all(before.values()), "every table has rows that could be changed"
    said = {item: read_refusal(item.format(**rounds)) for item in STATEMENTS}
    copies = {table: read_refusal(copy_of(table, rounds["of_ranked"])) for table in RULES}
    line = read_refusal(copy_of(LINE, "score > 0"))
    assert {item: STATEMENTS[item] in said[item] for item in said} == dict.fromkeys(said, True)
    assert all(FROZEN in words for words in copies.values())
    assert LOCKED in line
    assert read_everything() == before
    with read_tx():
        assert verify_trail({}).ok


def test_a_draft_may_still_be_changed(either_app: Flask, either_people: People) -> None:
    with either_app.app_context():
        with write_tx():
            key = make_round(either_people).id
        with write_tx() as session:
            session.execute(text(f"UPDATE selection_round SET quota = quota + 1 WHERE id = {key}"))
            for table in RULES:
                gone = session.execute(text(f"DELETE FROM {table} WHERE round_id = {key}"))
                assert gone.rowcount > 0, table  # type: ignore[attr-defined]
        with read_tx() as session:
            for table in RULES:
                left = text(f"SELECT count(*) FROM {table} WHERE round_id = {key}")
                assert session.execute(left).scalar_one() == 0
