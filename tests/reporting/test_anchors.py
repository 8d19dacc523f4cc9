"""Heads outside the trail: a tail that was cut or hashed anew is found by both commands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from matchmaker import clock
from matchmaker.actor import COMMAND_LINE
from matchmaker.audit.models import AuditEntry
from matchmaker.audit.operations import format_moment, record
from matchmaker.audit.queries import get_head, read_anchors, verify_trail
from matchmaker.audit.rules import Entry, compute_hash
from matchmaker.db import read_tx, write_tx
from matchmaker.publishing.models import Notice
from matchmaker.reporting import anchors
from matchmaker.reporting.invariants import check_invariants


@pytest.fixture
def acted(app: Flask) -> Flask:
    """Three acts, then the night."""
    with app.app_context():
        for number in range(3):
            with write_tx():
                record(COMMAND_LINE, "test.act", "thing", number)
        anchors.append_head()
    return app


def tamper(app: Flask, *statements: str, **values: object) -> None:
    """As an insider would: the wall is taken down and set up again."""
    with app.app_context(), write_tx() as session:
        walls = session.execute(
            text("SELECT name, sql FROM sqlite_master WHERE name LIKE 'audit_entry_no_%'")
        ).all()
        for name, _ in walls:
            session.execute(text(f"DROP TRIGGER {name}"))
        for statement in statements:
            session.execute(text(statement), values)
        for _, sql in walls:
            session.execute(text(sql))


def find(app: Flask) -> list[tuple[str, str]]:
    with app.app_context(), read_tx():
        return [(item.code, item.subject) for item in check_invariants().violations]


def test_untouched_trail_agrees_with_its_head(acted: Flask) -> None:
    with acted.app_context(), read_tx():
        seq, head = get_head()
        assert read_anchors(anchors.find_anchor_file()) == {seq: head}
        known, contradicting = anchors.collect_anchors()
        assert (verify_trail(known).ok, contradicting) == (True, [])
        assert check_invariants().warnings == ()
    assert find(acted) == []


def test_cut_last_entry_is_found(acted: Flask) -> None:
    tamper(acted, "DELETE FROM audit_entry WHERE seq = (SELECT max(seq) FROM audit_entry)")
    with acted.app_context(), read_tx():
        fault = verify_trail(anchors.collect_anchors()[0]).fault
        last = get_head()[0] + 1
    assert fault is not None
    assert (fault.code, fault.seq) == ("tail_missing", last)
    assert find(acted) == [("A2", str(last))]


def test_last_entry_hashed_anew_is_found(acted: Flask) -> None:
    with acted.app_context(), read_tx() as session:
        row = session.query(AuditEntry).order_by(AuditEntry.seq.desc()).first()
        assert row is not None
        names = ("seq", "actor_kind", "actor_id", "action", "subject_type", "subject_id")
        entry = Entry(
            **{name: getattr(row, name) for name in (*names, "outcome", "data")},
            actor_name="别人",
            at=format_moment(row.at),
        )
        seq, digest = row.seq, compute_hash(entry, row.prev_hash)
    tamper(
        acted,
        "UPDATE audit_entry SET actor_name = '别人', hash = :digest WHERE seq = :seq",
        digest=digest,
        seq=seq,
    )
    with acted.app_context(), read_tx():
        assert verify_trail({}).ok, "a bare chain cannot see it"
    assert find(acted) == [("A2", str(seq))]


def test_old_head_is_warned_of(acted: Flask) -> None:
    now = clock.read_wall_clock()
    with acted.app_context():
        assert anchors.find_warning(now + timedelta(hours=23)) is None
        assert "外部存证" in (anchors.find_warning(now + timedelta(hours=25)) or "")
        anchors.find_anchor_file().unlink()
        assert "外部存证" in (anchors.find_warning(now) or "")


def test_seeded_notices_print_heads_of_their_own(seeded_app: Flask) -> None:
    """A whole round is one transaction of the seeds, and each notice still covers its act."""
    with seeded_app.app_context(), read_tx() as session:
        made = session.query(AuditEntry).filter_by(action="publishing.publish_notice")
        heads = {row.subject_id: (row.seq, row.hash) for row in made}
        rows = session.query(Notice).filter(Notice.chain_seq.is_not(None)).all()
        assert len(rows) >= 5
        assert {str(row.id): (row.chain_seq, row.chain_hash) for row in rows} == heads
