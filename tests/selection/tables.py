"""Small score tables for the tests: ``A: J1=80 J2=-`` reads like the sheet it stands for."""

from __future__ import annotations

from decimal import Decimal

from matchmaker.selection.snapshot import ScoreEntry, ScoreTable, build_score_table


def make_table(rows: dict[str, list[str | None]]) -> ScoreTable:
    """A table without criteria: scene → the scores of J1, J2, …; None is a recusal, "" no entry."""
    return build_score_table(
        ScoreEntry(scene, f"J{number}", None if score is None else Decimal(score))
        for scene, scores in rows.items()
        for number, score in enumerate(scores, start=1)
        if score != ""
    )


def make_criteria_table(
    weights: dict[str, str], rows: dict[str, list[dict[str, str]]]
) -> ScoreTable:
    """A table with criteria: scene → one mapping criterion → score for J1, J2, …"""
    return build_score_table(
        ScoreEntry(scene, f"J{number}", Decimal(score), name, Decimal(weights[name]))
        for scene, sheets in rows.items()
        for number, sheet in enumerate(sheets, start=1)
        for name, score in sheet.items()
    )
