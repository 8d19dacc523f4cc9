"""Votes of the panel as the bureau's and the chair's pages show them."""

from __future__ import annotations

from typing import Any

from flask import request

from matchmaker.errors import InvalidInput
from matchmaker.selection.applications import queries as applications
from matchmaker.selection.panels import queries as panels
from matchmaker.selection.results import agreed
from matchmaker.selection.results.votes import (
    KIND_LABELS,
    RESOLUTION_LABELS,
    ResolutionKind,
    ResolutionState,
)
from matchmaker.selection.rounds.models import SelectionRound

_TONES = {
    ResolutionState.PENDING: "unsure",
    ResolutionState.CONFIRMED: "good",
    ResolutionState.DECLINED: "plain",
}


def list_resolutions(round_: SelectionRound) -> list[dict[str, Any]]:
    """The votes of a round for a page, newest first."""
    titles = applications.list_codes(round_.id)
    names = {member.key: member.expert.name for member in panels.list_members(round_.id)}
    in_force = {row.id for row in agreed.list_in_force(round_.id)}
    return [
        {
            "id": row.id,
            "recorded_by_id": row.recorded_by_id,
            "is_pending": row.state is ResolutionState.PENDING,
            "kind": KIND_LABELS[row.kind],
            "label": RESOLUTION_LABELS[row.state],
            "tone": _TONES[row.state],
            "titles": "、".join(titles[code][1] for code in row.scenes),
            "votes": _describe_votes(row, titles),
            "result": _describe_result(row, in_force),
            "voters": "、".join(names.get(key, key) for key in row.voters),
            "entitled": row.entitled,
            "held_on": row.held_on,
            "reason": row.reason,
            "minutes": row.minutes,
            "decision_note": row.decision_note,
        }
        for row in reversed(agreed.list_resolutions(round_.id))
    ]


def _describe_votes(row: Any, titles: Any) -> str:
    if row.kind is ResolutionKind.BALLOT:
        given = [f"{titles[code][1]} {count} 票" for code, count in row.ballots.items()]
        return "，".join([*given, f"弃权 {row.votes_abstained} 票"])
    return f"同意 {row.votes_for} 票，反对 {row.votes_against} 票，弃权 {row.votes_abstained} 票"


def _describe_result(row: Any, in_force: set[int]) -> str:
    if not row.carried:
        return "同意票未过半，名单不变"
    if row.state is not ResolutionState.CONFIRMED or row.id in in_force:
        return ""
    return "" if row.kind is ResolutionKind.RESTORE else "已被后来的决议取代"


def read_answer() -> tuple[bool, str]:
    """Whether a vote is confirmed, and the reason, from the sent form."""
    answer = request.form.get("answer", "")
    if answer not in {"yes", "no"}:
        raise InvalidInput("resolution_choice", "请选择是否确认。", field="answer")
    return answer == "yes", request.form.get("reason", "")
