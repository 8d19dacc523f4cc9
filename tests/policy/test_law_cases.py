"""The law cases of ``seeds/policies/**/cases``: each threshold and cap, each end of the period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from matchmaker import paths
from matchmaker.policy.loader import load_law
from matchmaker.policy.reward import compute_reward
from matchmaker.policy.strict_yaml import Reader, read_mapping

FILES = sorted((paths.SEEDS / "policies").glob("*/cases/*.yaml"))


@dataclass(frozen=True)
class LawCase:
    """One case as the file gives it."""

    instrument: str
    name: str
    on: date
    facts: dict[str, str]
    eligible: bool
    award: str
    in_kind: dict[str, str] | None


def _texts(reader: Reader) -> dict[str, str]:
    return {key: reader.text(key) for key in reader}


def _read_case(instrument: str, entry: Reader) -> LawCase:
    case = LawCase(
        instrument=instrument,
        name=entry.text("name"),
        on=entry.day("on"),
        facts=_texts(entry.child("facts")),
        eligible={"true": True, "false": False}[entry.text("eligible")],
        award=entry.text("award"),
        in_kind=_texts(entry.child("in_kind")) if entry.has("in_kind") else None,
    )
    entry.close()
    return case


def _read_cases() -> list[LawCase]:
    cases = []
    for file in FILES:
        reader = read_mapping(file)
        instrument = reader.text("instrument")
        assert file.stem == instrument
        cases += [_read_case(instrument, entry) for entry in reader.children("cases")]
        reader.close()
    return cases


CASES = _read_cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.instrument} {case.name}")
def test_law_case(case: LawCase) -> None:
    result = compute_reward(load_law(), case.instrument, case.facts, case.on).as_json()
    assert (result["award_yuan"], result["eligible"], result["in_kind"]) == (
        case.award,
        case.eligible,
        case.in_kind,
    )


def test_law_cases_cover_every_instrument_at_both_ends_of_its_period() -> None:
    law = load_law()
    for id_ in law.instrument_ids:
        document, _ = law.instrument_on(id_, date(2026, 5, 1))
        days = {case.on: case.eligible for case in CASES if case.instrument == id_}
        assert days[document.in_force_from] is True
        assert days[document.in_force_to] is True
        assert len([day for day, eligible in days.items() if not document.covers(day)]) == 2


def test_law_case_names_are_unique() -> None:
    names = [(case.instrument, case.name) for case in CASES]
    assert len(names) == len(set(names))
