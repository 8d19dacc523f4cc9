"""Nominations upward: documents, results, the count against the target."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from matchmaker import clock
from matchmaker.db import db, write_tx
from matchmaker.effects.nominations import operations, queries
from matchmaker.effects.nominations.models import Nomination
from matchmaker.effects.nominations.rules import (
    Level,
    NominationDraft,
    NominationKind,
    NominationState,
)
from matchmaker.errors import Conflict, IllegalTransition, InvalidInput, PermissionDenied
from tests.effects.world import DAY, make_scene
from tests.people import People


def draft(**changes: Any) -> NominationDraft:
    values: dict[str, Any] = {
        "level": Level.PROVINCE,
        "kind": NominationKind.SCENE,
        "list_name": "省级应用示范场景名单",
        "nominated_on": DAY,
        "document_number": "杭经信函〔2026〕1号",
    }
    return NominationDraft(**(values | changes))


def test_a_named_scene_counts_once(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        scene, other = make_scene(people), make_scene(people)
        rows = [
            operations.nominate_scene(people.officer, scene, draft()),
            operations.nominate_scene(people.officer, scene, draft(list_name="国家级名单")),
            operations.nominate_scene(people.officer, other, draft()),
        ]
        assert queries.list_of_designation(people.owner, scene.id) == []
        for row, named in zip(rows, (True, True, False), strict=True):
            operations.record_result(
                people.officer,
                row,
                is_named=named,
                result_on=clock.today(),
                document_number="浙经信〔2026〕2号",
            )
        assert queries.count_named() == 1
        assert len(queries.list_of_designation(people.owner, scene.id)) == 2
        assert queries.list_of_designation(people.owner, other.id) == []
        with pytest.raises(IllegalTransition):
            operations.withdraw_nomination(people.officer, rows[0], reason="重复推荐")


def test_the_same_list_is_nominated_for_once(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        scene = make_scene(people)
        first = operations.nominate_scene(people.officer, scene, draft())
        with pytest.raises(Conflict):
            operations.nominate_scene(people.officer, scene, draft())
        operations.withdraw_nomination(people.officer, first, reason="材料不全")
        again = operations.nominate_scene(people.officer, scene, draft())
        assert (first.state, again.state) == (NominationState.WITHDRAWN, NominationState.NOMINATED)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"list_name": " "}, "list_name"),
        ({"document_number": ""}, "document_number"),
        ({"nominated_on": None}, "nominated_on"),
        ({"nominated_on": DAY - timedelta(days=1)}, "nominated_on"),
        ({"nominated_on": clock.today() + timedelta(days=2)}, "nominated_on"),
    ],
)
def test_incomplete_nominations_are_refused(
    app: Flask, people: People, changes: dict[str, Any], field: str
) -> None:
    with app.app_context(), write_tx():
        with pytest.raises(InvalidInput) as refused:
            operations.nominate_scene(people.officer, make_scene(people), draft(**changes))
        assert refused.value.field == field
        assert db.session.query(Nomination).count() == 0


@pytest.mark.parametrize("part", ["owner", "firm", "stranger", "judge", "approver", "auditor"])
def test_only_the_officer_records(app: Flask, people: People, part: str) -> None:
    actor = getattr(people, part)
    with app.app_context(), write_tx():
        scene = make_scene(people)
        with pytest.raises(PermissionDenied):
            operations.nominate_scene(actor, scene, draft())
        row = operations.nominate_scene(people.officer, scene, draft())
        with pytest.raises(PermissionDenied):
            operations.record_result(
                actor, row, is_named=True, result_on=clock.today(), document_number="1号"
            )
        with pytest.raises(PermissionDenied):
            operations.withdraw_nomination(actor, row, reason="撤回推荐")
        assert row.state is NominationState.NOMINATED
