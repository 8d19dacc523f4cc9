"""Numbers with units as people write them: ``20kg``, ``八到十二公斤``, ``零下十八度``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_STEPS = {"十": 10, "百": 100, "千": 1_000, "万": 10_000}
_NUMERAL = r"[零〇一二两三四五六七八九十百千万]{1,12}(?:点[零〇一二三四五六七八九]{1,4})?"
_NUMBER = rf"(?:\d{{1,9}}(?:\.\d{{1,4}})?|{_NUMERAL}|半)"

#: Unit as written → (unit, factor).
UNITS: dict[str, tuple[str, float]] = {
    "公斤": ("kg", 1.0),
    "千克": ("kg", 1.0),
    "kg": ("kg", 1.0),
    "市斤": ("kg", 0.5),
    "斤": ("kg", 0.5),
    "吨": ("kg", 1_000.0),
    "克": ("kg", 0.001),
    "小时": ("h", 1.0),
    "个小时": ("h", 1.0),
    "个钟头": ("h", 1.0),
    "钟头": ("h", 1.0),
    "h": ("h", 1.0),
    "分钟": ("h", 1.0 / 60.0),
    "摄氏度": ("c", 1.0),
    "°c": ("c", 1.0),
    "度": ("deg", 1.0),
    "°": ("deg", 1.0),
    "米/秒": ("mps", 1.0),
    "米每秒": ("mps", 1.0),
    "m/s": ("mps", 1.0),
    "公里/小时": ("mps", 1.0 / 3.6),
    "km/h": ("mps", 1.0 / 3.6),
}
_UNIT = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))
_QUANTITY = re.compile(
    rf"(?P<minus>零下|(?<![\da-z])-|负)?\s?(?P<low>{_NUMBER})"
    rf"(?:\s?(?:到|至|~|-|—)\s?(?P<below>零下|-)?(?P<high>{_NUMBER}))?"
    rf"\s?(?P<vague>多|来|几|余)?(?P<half>个半)?\s?(?P<unit>{_UNIT})(?![a-z])"
)


@dataclass(frozen=True)
class Plain:
    """A text in NFKC and lower case, character by character; ``at[i]`` is the original place."""

    text: str
    at: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original span of a span of ``text``."""
        return self.at[start], self.at[end - 1] + 1


@dataclass(frozen=True)
class Quantity:
    """A number with its unit; ``low`` and ``high`` are equal unless a range was written.

    ``start`` and ``end`` are places in the plain text.
    """

    low: float
    high: float
    unit: str
    start: int
    end: int


def make_plain(text: str) -> Plain:
    """Normalise so that every character still knows where it came from."""
    characters: list[str] = []
    places: list[int] = []
    for place, original in enumerate(text):
        for character in unicodedata.normalize("NFKC", original).lower():
            characters.append(character)
            places.append(place)
    return Plain("".join(characters), tuple(places))


def parse_number(text: str) -> tuple[float, float]:
    """The number, or both ends of a spoken range; ValueError for anything else.

    >>> parse_number("一百一十"), parse_number("三四"), parse_number("一两百")
    ((110.0, 110.0), (3.0, 4.0), (100.0, 200.0))
    """
    if text == "半":
        return 0.5, 0.5
    if text[:1].isdigit() and text.isascii():
        value = float(text)
        return value, value
    whole, _, fraction = text.partition("点")
    if (two := _spoken_range(whole)) is not None:
        return two
    value = float(_parse_whole(whole))
    if fraction:
        value += float("0." + "".join(str(_DIGITS[c]) for c in fraction))
    return value, value


def _spoken_range(text: str) -> tuple[float, float] | None:
    """``三四`` and ``七八百``: two neighbouring digits name a range."""
    match = re.fullmatch(r"([一二两三四五六七八九])([一二两三四五六七八九])([十百千万]?)", text)
    if match is None:
        return None
    low, high = _DIGITS[match[1]], _DIGITS[match[2]]
    if high != low + 1:
        raise ValueError(f"no number: {text!r}")
    step = _STEPS.get(match[3], 1)
    return float(low * step), float(high * step)


def _parse_whole(text: str) -> int:
    total = section = digit = 0
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character == "万":
            total, section, digit = (total + section + digit) * 10_000, 0, 0
        elif character in _STEPS:
            section, digit = section + (digit or 1) * _STEPS[character], 0
        else:
            raise ValueError(f"no number: {text!r}")
    return total + section + digit


def find_quantities(plain: str) -> Iterator[Quantity]:
    """The quantities of a plain text in their order."""
    for match in _QUANTITY.finditer(plain):
        try:
            low = parse_number(match["low"])
            high = parse_number(match["high"]) if match["high"] else low
        except (ValueError, KeyError):
            continue
        unit, factor = UNITS[match["unit"]]
        sign = -1.0 if match["minus"] else 1.0
        alike = match["below"] or not match["high"]
        more = 0.5 if match["half"] else 0.0
        last = (sign if alike else 1.0) * (high[1] + more) * factor
        ends = sorted((sign * (low[0] + more) * factor, last))
        yield Quantity(ends[0], ends[1], unit, match.start(), match.end())
