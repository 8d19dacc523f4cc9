"""Versions, dated values and adoption."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from matchmaker.errors import InvalidInput, NotFound
from matchmaker.policy.law import Adoption, DatedValue, DocumentStatus, Law
from matchmaker.policy.loader import load_law
from matchmaker.policy.reward import compute_reward

LAW = load_law()
SCENE = {"investment_yuan": "3000000", "designated": "true"}
DAY = date(2026, 5, 1)


def with_second_version() -> Law:
    """The measures, followed from 2026-07-01 by a version that pays 60 %."""
    first = LAW.document_on("M66", DAY)
    parameters = tuple(
        replace(p, values=(DatedValue(date(2026, 7, 1), Fraction(60, 100), "60"),))
        if p.id == "M66-6.rate"
        else p
        for p in first.parameters
    )
    second = replace(first, in_force_from=date(2026, 7, 1), parameters=parameters)
    ended = replace(first, in_force_to=date(2026, 6, 30), status=DocumentStatus.SUPERSEDED)
    return Law((second, ended))


@pytest.mark.parametrize(
    ("day", "award_fen"),
    [
        (date(2026, 6, 30), 150_000_000),
        (date(2026, 7, 1), 180_000_000),
        (date(2025, 1, 21), 0),
    ],
)
def test_law_takes_the_version_of_the_day(day: date, award_fen: int) -> None:
    reward = compute_reward(with_second_version(), "M66-6", SCENE, day)
    assert reward.award_fen == award_fen
    assert reward.binding is True


def test_law_instrument_of_a_later_version_only_is_known_but_not_yet_in_force() -> None:
    law = with_second_version()
    second = law.document_on("M66", date(2026, 7, 1))
    renamed = replace(second.instruments[0], id="M66-new")
    later = replace(second, instruments=(*second.instruments, renamed))
    law = Law((law.document_on("M66", DAY), later))
    reward = compute_reward(law, "M66-new", {"received_subsidy_yuan": "1"}, date(2026, 6, 30))
    assert [reason.code for reason in reward.reasons] == ["outside_period"]
    assert law.instrument_ids[-1] == "M66-new"


def test_parameter_dated_values_change_on_their_day() -> None:
    parameter = replace(
        LAW.document_on("M66", DAY).parameters_by_id["M66-6.cap"],
        values=(
            DatedValue(date(2025, 1, 22), 100, "1"),
            DatedValue(date(2026, 1, 1), 200, "2"),
            DatedValue(date(2027, 1, 1), 300, "3"),
        ),
    )
    days = [date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31)]
    assert [parameter.value_on(day) for day in days] == [100, 100, 200, 200]
    assert parameter.value_on(date(2027, 1, 1)) == 300
    assert parameter.value_on(date(2099, 1, 1)) == 300


def with_dated_figures() -> Law:
    """The measures with a rate, a cap and a threshold that change on 2026-07-01."""
    changes = {
        "M66-6.rate": DatedValue(date(2026, 7, 1), Fraction(60, 100), "60"),
        "M66-6.cap": DatedValue(date(2026, 7, 1), 100_000_000, "1000000"),
        "M66-5b.threshold": DatedValue(date(2026, 7, 1), 300_000_000, "3000000"),
        "M66-5b.cap": DatedValue(date(2026, 7, 1), 1_000_000, "10000"),
    }
    document = LAW.document_on("M66", DAY)
    parameters = tuple(
        replace(p, values=(*p.values, changes[p.id])) if p.id in changes else p
        for p in document.parameters
    )
    return Law((replace(document, parameters=parameters),))


@pytest.mark.parametrize(
    ("day", "rate", "cap", "award_fen"),
    [
        (date(2026, 6, 30), "50%", "2000000.00", 80_000_000),
        (date(2026, 7, 1), "60%", "1000000.00", 96_000_000),
    ],
)
def test_reward_takes_rate_and_cap_of_the_day(
    day: date, rate: str, cap: str, award_fen: int
) -> None:
    scene = {"investment_yuan": "1600000", "designated": "true"}
    reward = compute_reward(with_dated_figures(), "M66-6", scene, day)
    assert reward.award_fen == award_fen
    assert reward.steps[2].inputs["M66-6.rate"] == rate
    assert reward.steps[3].inputs == {"M66-6.cap": cap}
    assert reward.steps[3].output == cap


@pytest.mark.parametrize(
    ("day", "eligible"), [(date(2026, 6, 30), True), (date(2026, 7, 1), False)]
)
def test_reward_takes_the_threshold_of_the_day(day: date, eligible: bool) -> None:
    purchases = {"purchases_yuan": "2000000", "affiliated": "false"}
    reward = compute_reward(with_dated_figures(), "M66-5b", purchases, day)
    assert reward.eligible is eligible


def test_reward_takes_the_remaining_cap_of_the_day() -> None:
    purchases = {"purchases_yuan": "3000000", "affiliated": "false", "paid_this_year_yuan": "1"}
    reward = compute_reward(with_dated_figures(), "M66-5b", purchases, date(2026, 7, 1))
    assert reward.award_fen == 999_900


def test_document_figures_are_those_of_the_day() -> None:
    document = with_dated_figures().document_on("M66", DAY)
    days = (date(2026, 6, 30), date(2026, 7, 1))
    assert [document.money_on("M66-6.cap", day) for day in days] == [200_000_000, 100_000_000]
    assert [document.number_on("M66-6.rate", day) for day in days] == [
        Fraction(1, 2),
        Fraction(3, 5),
    ]


def test_law_first_and_last_day_are_covered() -> None:
    document = LAW.document_on("M66", DAY)
    days = [date(2025, 1, 21), date(2025, 1, 22), date(2027, 12, 31), date(2028, 1, 1)]
    assert [document.covers(day) for day in days] == [False, True, True, False]


def test_law_adopted_draft_binds_from_the_day_of_adoption() -> None:
    law = LAW.with_adoptions(Adoption("A25", "杭政办〔2026〕1号", date(2026, 3, 2)))
    document = law.document_on("A25", DAY)
    assert law.is_binding(document, date(2026, 3, 1)) is False
    assert law.is_binding(document, date(2026, 3, 2)) is True
    assert LAW.is_binding(document, date(2026, 3, 2)) is False
    before = compute_reward(law, "A25-3.1", SCENE, date(2026, 3, 1))
    after = compute_reward(law, "A25-3.1", SCENE, date(2026, 3, 2))
    assert (before.binding, after.binding) == (False, True)
    assert before.steps[-1].output == "测算"
    assert all(step.output != "测算" for step in after.steps)
    assert before.steps[:-1] != after.steps  # the day differs
    assert before.award_fen == after.award_fen == 100_000_000


def test_law_adoption_of_one_document_leaves_the_others() -> None:
    law = LAW.with_adoptions(Adoption("P35", "x", date(2026, 3, 2)))
    assert law.is_binding(law.document_on("A25", DAY), DAY) is False
    assert law.adoption_of("P35") == Adoption("P35", "x", date(2026, 3, 2))
    assert law.adoption_of("A25") is None


def test_law_unknown_document_and_instrument_are_refused() -> None:
    with pytest.raises(NotFound, match="X9") as no_document:
        LAW.document_on("X9", DAY)
    assert no_document.value.code == "unknown_document"
    assert no_document.value.text == "没有编号为“X9”的政策文件，现有：A25、H29、M66、P35。"
    with pytest.raises(InvalidInput) as no_instrument:
        LAW.instrument_on("P35-1", DAY)
    assert no_instrument.value.code == "unknown_instrument"
    assert no_instrument.value.field == "instrument"
    known = "、".join(LAW.instrument_ids)
    assert no_instrument.value.text == f"没有编号为“P35-1”的政策措施。可用编号：{known}。"


def test_law_ids_are_sorted_and_complete() -> None:
    assert LAW.document_ids == ("A25", "H29", "M66", "P35")
    assert len(LAW.instrument_ids) == 20
    assert list(LAW.instrument_ids) == sorted(LAW.instrument_ids)


def test_document_amounts_and_numbers_are_kept_apart() -> None:
    document = LAW.document_on("M66", DAY)
    assert document.money_on("M66-6.cap", DAY) == 200_000_000
    assert document.number_on("M66-6.rate", DAY) == Fraction(1, 2)
    assert document.number_on("M66-3.years", DAY) == 3
    assert document.number_on("M66-6.quota", DAY) == 5
    with pytest.raises(TypeError, match=r"M66-6\.rate"):
        document.money_on("M66-6.rate", DAY)
    with pytest.raises(TypeError, match=r"M66\.overlap"):
        document.number_on("M66.overlap", DAY)
    assert document.cite("六") == "M66 六"


def test_law_unknown_ids_are_shown_in_printable_form() -> None:
    with pytest.raises(InvalidInput, match="“a�b”"):
        LAW.instrument_on("a\udcffb", DAY)
    with pytest.raises(NotFound, match="“�”"):
        LAW.document_on("\x1b", DAY)
