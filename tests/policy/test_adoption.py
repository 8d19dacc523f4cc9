"""A draft binds from the day its adoption is recorded; only the approver may record it, once."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from matchmaker.audit.models import AuditEntry
from matchmaker.db import read_tx, write_tx
from matchmaker.errors import Conflict, InvalidInput, PermissionDenied
from matchmaker.policy.operations import record_adoption
from matchmaker.policy.queries import get_law, list_adoptions
from matchmaker.policy.reward import compute_reward
from tests.people import People

DAY = date(2026, 10, 1)
FACTS = {"investment_yuan": "3000000", "designated": "true"}


def _record(app: Flask, actor: object, **changes: object) -> None:
    values = {"document_id": "A25", "number": "杭经信〔2026〕1号", "adopted_on": DAY, "source": "x"}
    with app.app_context(), write_tx():
        record_adoption(actor, **{**values, **changes})  # type: ignore[arg-type]


def _is_binding(app: Flask, day: date) -> bool:
    with app.app_context(), read_tx():
        return compute_reward(get_law(), "A25-3.1", FACTS, day).binding


def test_adoption_binds_from_its_day(app: Flask, people: People) -> None:
    assert not _is_binding(app, DAY)
    _record(app, people.approver)

    assert _is_binding(app, DAY)
    assert not _is_binding(app, date(2026, 9, 30))
    with app.app_context(), read_tx() as session:
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "policy.record_adoption")
        ).one()
        assert entry.data["number"] == "杭经信〔2026〕1号"


@pytest.mark.parametrize("part", ["owner", "firm", "judge", "officer", "auditor", "sysadmin"])
def test_others_are_refused_and_nothing_changes(app: Flask, people: People, part: str) -> None:
    with pytest.raises(PermissionDenied):
        _record(app, getattr(people, part))
    with app.app_context(), read_tx():
        assert list_adoptions() == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"document_id": "M66"}, "not_a_draft"),
        ({"number": "  "}, "number_missing"),
        ({"number": "号" * 81}, "number_missing"),
        ({"source": ""}, "source_missing"),
        ({"adopted_on": date(2999, 1, 1)}, "adopted_later"),
    ],
)
def test_bad_input_changes_nothing(
    app: Flask, people: People, changes: dict[str, object], code: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        _record(app, people.approver, **changes)
    assert caught.value.code == code
    assert not _is_binding(app, DAY)


def test_adoption_is_recorded_once(app: Flask, people: People) -> None:
    _record(app, people.approver)
    with pytest.raises(Conflict):
        _record(app, people.approver, number="another")
    with app.app_context(), read_tx():
        assert [row.number for row in list_adoptions()] == ["杭经信〔2026〕1号"]
