"""A second calculation of all 20 instruments, by exact fractions and straight from the texts.

It shares neither code nor data with the package: its figures are typed here from the documents,
so that a wrong figure in the law data or a wrong step in the code shows as a difference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

Given = Mapping[str, str]
WAN = 10_000
PERIODS = {
    "M66": (date(2025, 1, 22), date(2027, 12, 31)),
    "A25": (date(2025, 1, 1), date(2027, 12, 31)),
}


@dataclass(frozen=True)
class Expected:
    """What an instrument should give: eligible or not, and fen."""

    eligible: bool
    award_fen: int


def expect(instrument: str, given: Given, on: date) -> Expected:
    """The expected result for well-formed facts."""
    first, last = PERIODS[instrument.split("-")[0]]
    if on < first or on > last:
        return Expected(eligible=False, award_fen=0)
    yuan = RULES[instrument](given)
    if yuan is None:
        return Expected(eligible=False, award_fen=0)
    fen = yuan * 100
    return Expected(eligible=True, award_fen=fen.numerator // fen.denominator)


def _n(given: Given, name: str) -> Fraction:
    return Fraction(given.get(name, "0"))


def _capped(amount: Fraction, cap: int, used: Fraction = Fraction(0)) -> Fraction:
    left = cap - used
    if left < 0:
        left = Fraction(0)
    return min(left, amount)


def _research(given: Given) -> Fraction:
    return _capped(_n(given, "received_subsidy_yuan") / 4, 500 * WAN)


def _special_task(given: Given) -> Fraction:
    base = _n(given, "investment_yuan")
    base -= _n(given, "excluded_yuan") + _n(given, "received_funds_yuan")
    return _capped(base / 2 if base > 0 else Fraction(0), 300 * WAN)


def _office(_given: Given) -> Fraction:
    return Fraction(0)


def _new_project(given: Given) -> Fraction | None:
    if given["above_scale_within_2_years"] != "true":
        return None
    base = _n(given, "investment_yuan") - _n(given, "excluded_yuan")
    return _capped(base * 3 / 10 if base > 0 else Fraction(0), 5_000 * WAN)


def _interest(given: Given) -> Fraction | None:
    invested = _n(given, "investment_yuan") - _n(given, "excluded_yuan")
    if invested < 500 * WAN or _n(given, "loan_yuan") == 0:
        return None
    interest = _n(given, "loan_yuan") * _n(given, "years") / 100
    return _capped(interest, 150 * WAN, _n(given, "paid_before_yuan"))


def _catalogue(given: Given) -> Fraction | None:
    if given["in_catalogue"] == "false" or given["affiliated"] == "true":
        return None
    if given.get("received_before") == "true":
        return None
    lower = min(_n(given, "sales_year1_yuan"), _n(given, "sales_year2_yuan"))
    return Fraction(100 * WAN) if lower > 1_000 * WAN else None


def _purchases(given: Given) -> Fraction | None:
    if given["affiliated"] == "true" or _n(given, "purchases_yuan") < 100 * WAN:
        return None
    return _capped(_n(given, "purchases_yuan") / 10, 500 * WAN, _n(given, "paid_this_year_yuan"))


def _scene(cap: int) -> Callable[[Given], Fraction | None]:
    def rule(given: Given) -> Fraction | None:
        if given["designated"] != "true":
            return None
        return _capped(_n(given, "investment_yuan") / 2, cap)

    return rule


def _platform(given: Given) -> Fraction:
    progress = _n(given, "investment_yuan") * Fraction(30, 100)
    return _capped(progress, 5_000 * WAN, _n(given, "paid_before_yuan"))


def _data_ground(given: Given) -> Fraction | None:
    return Fraction(100 * WAN) if given["level"] == "national" else None


def _data_purchase(given: Given) -> Fraction:
    wanted = _n(given, "purchases_yuan") * Fraction(3, 10)
    return _capped(wanted, 30 * WAN, _n(given, "paid_this_year_yuan"))


def _software(given: Given) -> Fraction | None:
    if int(given["units"]) <= 1_000 or _n(given, "benefit_yuan") < 500 * WAN:
        return None
    return None if given.get("received_before") == "true" else Fraction(50 * WAN)


def _secondary(given: Given) -> Fraction:
    prices = sorted(Fraction(price) for price in given["robot_prices_yuan"].split(","))
    return _capped(sum(prices[-10:], Fraction(0)) / 5, 30 * WAN, _n(given, "paid_before_yuan"))


def _community(given: Given) -> Fraction:
    return _capped(_n(given, "assessed_yuan"), 100 * WAN)


def _event(given: Given) -> Fraction:
    return _capped(_n(given, "cost_yuan") / 4, 300 * WAN, _n(given, "paid_this_year_yuan"))


def _prize(given: Given) -> Fraction:
    return Fraction({"national": 50, "provincial": 20}[given["level"]] * WAN)


RULES: dict[str, Callable[[Given], Fraction | None]] = {
    "M66-2a": _research,
    "A25-1.2": _research,
    "M66-2b": _special_task,
    "M66-3": _office,
    "M66-4a": _new_project,
    "M66-4b": _interest,
    "M66-5a": _catalogue,
    "A25-2.2b": _catalogue,
    "M66-5b": _purchases,
    "A25-2.2a": _purchases,
    "M66-6": _scene(200 * WAN),
    "A25-3.1": _scene(100 * WAN),
    "M66-7": _platform,
    "A25-1.3a": _data_ground,
    "A25-1.3b": _data_purchase,
    "A25-2.3a": _software,
    "A25-2.3b": _secondary,
    "A25-3.2": _community,
    "A25-3.3a": _event,
    "A25-3.3b": _prize,
}
