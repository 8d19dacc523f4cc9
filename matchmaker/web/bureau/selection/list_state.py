"""What stands in the way of a list: the notices and buttons of the page with the ranking."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matchmaker.accounts.permissions import can
from matchmaker.actor import Actor
from matchmaker.selection.applications import queries as applications
from matchmaker.selection.applications.rules import STATE_LABELS
from matchmaker.selection.objections.permissions import READ_OBJECTIONS
from matchmaker.selection.panels import opening
from matchmaker.selection.panels import queries as panels
from matchmaker.selection.results import publicity, queries
from matchmaker.selection.results.models import RoundResult
from matchmaker.selection.results.rules import ResultState
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.permissions import APPROVE_ROUND, MANAGE_ROUND
from matchmaker.selection.rounds.rules import Stage
from matchmaker.web.shared.selection import find_last_day


def describe_list(
    actor: Actor, row: SelectionRound, stage: Stage, result: RoundResult | None
) -> dict[str, Any]:
    """Values of the page beside the ranking itself."""
    sealed = result is None and queries.is_sealed(row, stage)
    in_publicity = result is not None and result.state is ResultState.PUBLICITY
    obstacle = publicity.find_obstacle(actor, row, result) if result else None
    return {
        "sealed": sealed,
        "releases": _list_releases(row, stage) if sealed else [],
        "undecided": queries.list_undecided(row, stage) if opening.takes_conflicts(row) else [],
        "has_changed": result is not None and queries.has_changed(row, result),
        "upheld": publicity.list_upheld_entries(row, result) if result and in_publicity else [],
        "is_refuted": in_publicity and result is not None and publicity.is_list_refuted(result),
        "obstacle": obstacle.text if obstacle else "",
        "left": _list_left(row) if stage is Stage.FINAL else [],
        "last_day": find_last_day(actor, result),
        "is_second": result is not None and result.computed_by_id != actor.user_id,
        "can_manage": can(actor, MANAGE_ROUND),
        "can_approve": can(actor, APPROVE_ROUND),
        "can_read_objections": can(actor, READ_OBJECTIONS),
    }


def _list_left(row: SelectionRound) -> list[dict[str, Any]]:
    return [
        {
            "id": item.id,
            "code": item.code,
            "title": item.title,
            "state": STATE_LABELS[item.state],
            "reason": item.decision_note,
        }
        for item in queries.list_left(row)
    ]


def _list_releases(row: SelectionRound, stage: Stage) -> Sequence[dict[str, str]]:
    """What was taken back, by whom and why, for the person who opens the scores."""
    codes = {key: code for code, (key, _) in applications.list_codes(row.id).items()}
    names = {member.id: member.expert.name for member in panels.list_members(row.id)}
    return [
        {
            "text": "、".join(f"{codes.get(a, '')} {names.get(m, '')}" for a, m in item.pairs),
            "reason": item.reason,
            "by": item.actor_name,
        }
        for item in opening.list_releases(row, stage)
    ]
