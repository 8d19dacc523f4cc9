"""How far the judges were apart on the calibration scene: shown once all have scored it."""

from __future__ import annotations

from dataclasses import dataclass

from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.rules import Stage
from matchmaker.selection.scoring import queries as scoring
from matchmaker.selection.scoring.rules import format_score


@dataclass(frozen=True)
class AlignmentLine:
    """One criterion: lowest, middle and highest score of the panel."""

    name: str
    low: str
    median: str
    high: str


def list_alignment(round_: SelectionRound) -> list[AlignmentLine]:
    """A line a criterion, without names; empty while a sheet is missing or below three."""
    sheets = scoring.list_valid_sheets(round_, Stage.CALIBRATION)
    if len(sheets) < 3 or scoring.list_missing(round_, Stage.CALIBRATION):
        return []
    lines = []
    for item in round_.criteria:
        scores = sorted(sheet.scores[item.key] for sheet in sheets)
        middle = (scores[(len(scores) - 1) // 2] + scores[len(scores) // 2]) // 2
        lines.append(
            AlignmentLine(
                item.name, format_score(scores[0]), format_score(middle), format_score(scores[-1])
            )
        )
    return lines
