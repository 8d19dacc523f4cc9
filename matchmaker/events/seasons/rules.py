"""Pure decisions about a year's targets."""

from __future__ import annotations

from matchmaker.errors import InvalidInput
from matchmaker.events.rules import KIND_LABELS, YEARLY_MINIMUMS, EventKind

FIRST_YEAR, LAST_YEAR = 2025, 2035
TARGET_MAX = 99


def check_year(year: int) -> None:
    """Raise ``InvalidInput`` for a year that nobody plans here."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InvalidInput(
            "year",
            "年度应为 {first} 至 {last}。",
            field="year",
            first=FIRST_YEAR,
            last=LAST_YEAR,
        )


def check_target(kind: EventKind, planned: int) -> None:
    """Raise ``InvalidInput`` for a plan below what the texts ask for."""
    least, clause = YEARLY_MINIMUMS[kind]
    if not least <= planned <= TARGET_MAX:
        raise InvalidInput(
            "target",
            "{kind}每年计划场次应为 {least} 至 {most} 场{clause}。",
            field=kind.value,
            kind=KIND_LABELS[kind],
            least=least,
            most=TARGET_MAX,
            clause=f"（{clause}）" if clause else "",
        )
