"""Awards that were paid, as public pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matchmaker.policy.queries import get_law
from matchmaker.rewards.disclosure import PaidAward, list_paid_awards
from matchmaker.rewards.documents import name_document
from matchmaker.selection.results.models import Designation


def list_lines(designations: Sequence[Designation]) -> list[dict[str, Any]]:
    """One line for each paid award of the scenes."""
    scenes = {row.id: row for row in designations}
    return [_describe(award, scenes[award.designation_id]) for award in list_paid_awards(scenes)]


def sum_up(lines: Sequence[dict[str, Any]]) -> dict[str, int]:
    """The sums of the lines, in fen."""
    return {name: sum(line[name] for line in lines) for name in ("paid", "returned", "net")}


def _describe(award: PaidAward, scene: Designation) -> dict[str, Any]:
    document, instrument = get_law().instrument_on(award.instrument, award.decided_on)
    return {
        "number": scene.number,
        "title": scene.application.title,
        "unit": award.unit,
        "instrument": instrument.title,
        "clause": f"{name_document(document)}（条款：{instrument.clause}）",
        "paid": award.paid_fen,
        "paid_on": award.paid[-1][0],
        "payments": award.paid,
        "returned": award.returned_fen,
        "returns": award.returned,
        "net": award.net_fen,
    }
