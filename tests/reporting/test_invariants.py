"""Each invariant is found broken when the database is changed by hand, and holds when it is not."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from matchmaker.actor import COMMAND_LINE
from matchmaker.audit.models import AuditEntry
from matchmaker.audit.operations import record
from matchmaker.db import db, read_tx, write_tx
from matchmaker.outbox import OutboxMessage
from matchmaker.reporting.invariants import check_invariants, check_nightly
from matchmaker.reporting.rules import CODES
from matchmaker.web.shared.checks import OTHER, find_place
from tests.conftest import _database_file

ROUND = "(SELECT id FROM selection_round WHERE code = '2025-humanoid-demonstration')"
RESULT = f"(SELECT id FROM selection_result WHERE round_id = {ROUND} AND stage = 'FINAL')"
FIRST = f"(SELECT application_id FROM selection_result_entry WHERE result_id = {RESULT} LIMIT 1)"
JUDGE = f"(SELECT id FROM selection_panel_member WHERE round_id = {ROUND} LIMIT 1)"
LINE = (
    "(SELECT l.id FROM selection_score_line l JOIN selection_score_sheet s ON s.id = l.sheet_id"
    f" JOIN selection_assignment a ON a.id = s.assignment_id WHERE a.round_id = {ROUND}"
    f" AND a.application_id = {FIRST} AND s.state = 'SUBMITTED' LIMIT 1)"
)
PAID = "(SELECT id FROM award_record WHERE paid_fen > 0 AND source = 'own' LIMIT 1)"

#: What is broken → (invariant, statements by hand).
BREAKS = {
    "award a fen too high": (
        "M1",
        "DROP TRIGGER reward_determination_computed;"
        " UPDATE reward_determination SET award_fen = award_fen + 1 WHERE is_binding",
    ),
    "the same work paid twice": (
        "M2",
        "INSERT INTO award_record (source, reference, scheme, is_binding, payer, recipient,"
        " credit_code, project, invoices, work_key, amount_fen, paid_fen, used_fen, awarded_on,"
        " is_demo, created_at) SELECT 'x', 'x', 'x', 1, 'x', recipient, '', project, '[]',"
        f" work_key, 1, 1, 1, awarded_on, 0, created_at FROM award_record WHERE id = {PAID}",
    ),
    "register and payments differ": (
        "M3",
        f"UPDATE award_record SET paid_fen = paid_fen - 1 WHERE id = {PAID}",
    ),
    "announcement without its lines": (
        "M3",
        "UPDATE notice SET rows = '[]' WHERE kind = 'RESULT'",
    ),
    "publicity of another list": ("M3", "UPDATE notice SET rows = '[]' WHERE kind = 'PUBLICITY'"),
    "a designation under another number": (
        "M3",
        f"UPDATE selection_designation SET number = number || 'x' WHERE round_id = {ROUND}",
    ),
    "more designated than the quota": (
        "Q1",
        "DROP TRIGGER selection_round_frozen; UPDATE selection_round SET quota = 1",
    ),
    "a score of a conflicted judge": (
        "C1",
        "INSERT INTO selection_conflict (application_id, member_id, source, reason, state,"
        f" raised_at, decision_reason) SELECT {FIRST}, {JUDGE}, 'DECLARED', 'x', 'CONFIRMED',"
        " '2025-01-01', ''",
    ),
    "a submitted score changed": (
        "L1",
        "DROP TRIGGER selection_line_locked_UPDATE;"
        f" UPDATE selection_score_line SET score = score - 100 WHERE id = {LINE}",
    ),
    "a wall taken down": ("L1", "DROP TRIGGER selection_sheet_locked"),
    "a snapshot changed": (
        "L1",
        'UPDATE selection_result SET snapshot = replace(snapshot, \'"score":"8\', \'"score":"9\')'
        f" WHERE id = {RESULT}",
    ),
    "a rank changed": (
        "L1",
        f"UPDATE selection_result_entry SET rank = rank + 1 WHERE result_id = {RESULT}",
    ),
    "a weight changed": (
        "L1",
        "DROP TRIGGER selection_criterion_frozen_UPDATE;"
        f" UPDATE selection_criterion SET weight = weight + 1 WHERE round_id = {ROUND}",
    ),
    "a round moved without an entry": (
        "A1",
        f"UPDATE selection_round SET state = 'RANKED' WHERE id = {ROUND}",
    ),
    "a claim moved without an entry": ("A1", "UPDATE reward_claim SET status = 'REJECTED'"),
    "an application moved without an entry": (
        "A1",
        f"UPDATE selection_application SET state = 'WITHDRAWN' WHERE id = {FIRST}",
    ),
    "an inspection scored otherwise": (
        "A1",
        f"UPDATE selection_inspection SET score = score - 500 WHERE application_id = {FIRST}",
    ),
    "a gate opened": (
        "A1",
        f"UPDATE selection_gate_decision SET passed = 0 WHERE application_id = {FIRST}",
    ),
    "a recusal deleted": ("C2", "DELETE FROM selection_conflict"),
    "a recusal moved to another judge": (
        "C2",
        "UPDATE selection_conflict SET member_id = (SELECT max(id) FROM selection_panel_member)",
    ),
    "an objection deleted": (
        "A1",
        "PRAGMA foreign_keys = OFF; DELETE FROM selection_objection",
    ),
    "the words of an objection changed": (
        "A1",
        "UPDATE selection_objection SET text = text || '。'",
    ),
    "the answer to an objection changed": (
        "A1",
        "UPDATE selection_objection SET answer = answer || '。' WHERE answer <> ''",
    ),
    "a publicity period shortened": (
        "A1",
        f"UPDATE selection_result SET publicity_to = '2025-01-01' WHERE id = {RESULT}",
    ),
    "an applicant of the publicity replaced": (
        "M3",
        "UPDATE notice SET rows = json_set(rows, '$[0][2]', '另一单位') WHERE kind = 'PUBLICITY'",
    ),
    "a score of the announcement changed": (
        "A1",
        "UPDATE notice SET rows = json_set(rows, '$[0][3]', '99.99') WHERE kind = 'RESULT'",
    ),
    "the words of a notice changed": (
        "A1",
        "UPDATE notice SET body = body || '。' WHERE state = 'PUBLISHED'",
    ),
    "a notice withdrawn without an entry": (
        "A1",
        "UPDATE notice SET state = 'WITHDRAWN' WHERE kind = 'RESULT'",
    ),
    "a scene designated on another day": (
        "M3",
        "UPDATE selection_designation SET designated_on = '2024-01-01'",
    ),
    "an objection answered without an entry": (
        "A1",
        "UPDATE selection_objection SET state = 'DECLINED'",
    ),
    "a receipt changed": (
        "D1",
        "DROP TRIGGER reward_determination_computed;"
        " UPDATE reward_determination SET receipt = CAST(receipt || ' ' AS BLOB)",
    ),
    "a need moved without an entry": (
        "A1",
        "UPDATE demand_listing SET status = 'WITHDRAWN' WHERE id ="
        " (SELECT min(id) FROM demand_listing WHERE status = 'PUBLISHED')",
    ),
    "an answer shortlisted without an entry": (
        "A1",
        "UPDATE listing_answer SET state = 'SHORTLISTED' WHERE id ="
        " (SELECT min(id) FROM listing_answer WHERE state = 'SUBMITTED')",
    ),
    "a pairing moved without an entry": (
        "A1",
        "UPDATE pairing SET stage = 'CONTRACTED' WHERE stage = 'TRIAL'",
    ),
    "an entry of the trail changed": (
        "A2",
        "DROP TRIGGER audit_entry_no_update; UPDATE audit_entry SET actor_name = 'x' WHERE seq = 9",
    ),
    "the trail's tail cut off": (
        "A2",
        "DROP TRIGGER audit_entry_no_delete; DELETE FROM audit_entry WHERE seq >="
        " (SELECT max(chain_seq) FROM notice)",
    ),
}


def change_by_hand(app: Flask, script: str) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    file: Path = _database_file(app)
    with sqlite3.connect(file) as connection:
        connection.executescript(script)
    connection.close()


def find_codes(app: Flask) -> set[str]:
    """Codes of what is broken; the page of the nightly check says of each where to look."""
    with app.app_context(), read_tx():
        found = check_invariants().violations
    assert [item for item in found if find_place(item)[0] is OTHER] == []
    return {item.code for item in found}


def test_seeded_installation_holds_them_all(seeded_app: Flask) -> None:
    with seeded_app.app_context(), read_tx():
        report = check_invariants()
    warnings = list(report.warnings)
    assert report.as_json() == {
        "ok": True,
        "checked": list(CODES),
        "violations": [],
        "warnings": warnings,
    }
    assert len(warnings) == 1
    assert "外部存证" in warnings[0]


@pytest.mark.parametrize("what", BREAKS)
def test_each_is_found_broken(seeded_app: Flask, what: str) -> None:
    code, script = BREAKS[what]
    change_by_hand(seeded_app, script)
    assert code in find_codes(seeded_app)


def test_every_code_is_tested() -> None:
    assert {code for code, _ in BREAKS.values()} == set(CODES)


@pytest.mark.parametrize(
    ("table", "action", "data"),
    [
        ("demand_listing", "demands.publish", {"before": "submitted", "after": "published"}),
        ("listing_answer", "answers.submit", {}),
        ("pairing", "pairings.propose", {"stage": "proposed"}),
    ],
)
def test_a_second_entry_for_one_step_is_found(
    seeded_app: Flask, table: str, action: str, data: dict[str, str]
) -> None:
    """The chain stays whole: only the way of the subject shows it."""
    kind = "demand" if table == "demand_listing" else table
    with seeded_app.app_context(), write_tx() as session:
        key = session.execute(text(f"SELECT max(id) FROM {table}")).scalar_one()
        record(COMMAND_LINE, action, kind, key, **data)
    with seeded_app.app_context(), read_tx():
        found = check_invariants().violations
    assert {item.code for item in found} == {"A1"}
    assert len(found) >= 1


def test_a_choice_noted_in_the_older_form_is_understood(seeded_app: Flask) -> None:
    """Entries of earlier versions, which nobody may change, held the choice as their outcome."""
    older = (
        "DROP TRIGGER audit_entry_no_update; UPDATE audit_entry SET"
        " outcome = json_extract(data, '$.choice'), data = json_remove(data, '$.choice')"
        " WHERE action = 'answers.give_outcome'"
    )
    change_by_hand(seeded_app, older)
    with seeded_app.app_context(), read_tx() as session:
        given = session.query(AuditEntry).filter_by(action="answers.give_outcome").all()
        assert {entry.outcome for entry in given} == {"chosen", "declined"}
    assert "A1" not in find_codes(seeded_app)


def test_the_night_notes_and_announces_what_is_broken(seeded_app: Flask) -> None:
    with seeded_app.app_context():
        check_nightly()
        with read_tx() as session:
            query = session.query(OutboxMessage).filter_by(topic="reporting.invariants_broken")
            assert query.count() == 0
    change_by_hand(seeded_app, BREAKS["a round moved without an entry"][1])
    with seeded_app.app_context():
        check_nightly()
        with read_tx() as session:
            query = session.query(OutboxMessage).filter_by(topic="reporting.invariants_broken")
            assert query.one().payload["count"] >= 1
            entries = session.query(AuditEntry).filter_by(action="reporting.check_invariants")
            quiet, loud = (entry.data for entry in entries.order_by(AuditEntry.seq))
            assert quiet == {"checked": list(CODES), "count": 0, "violations": []}
            assert loud["count"] == query.one().payload["count"]
            assert {item["code"] for item in loud["violations"]} >= {"A1"}
