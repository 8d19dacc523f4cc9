"""Telephone numbers and e-mail addresses inside a text that is not the place for them."""

from __future__ import annotations

import re
import unicodedata

_NUMBERS = (
    re.compile(r"(?<!\d)(?:\+?86[ -]?)?1[3-9](?:[ .-]?\d){9}(?!\d)", re.ASCII),
    re.compile(r"(?<!\d)\(?0\d{2,3}\)?[ -]?\d{7,8}(?!\d)", re.ASCII),
    re.compile(r"(?<!\d)400[ -]?\d{3}[ -]?\d{4}(?!\d)", re.ASCII),
)
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_SPACES = re.compile(r"\s+")


def find_contact_detail(text: str) -> str | None:
    """What reads as a telephone number or an e-mail address, or None.

    Full-width digits and gaps between the digits hide nothing.

    >>> find_contact_detail("请联系１３８ 1234 0000")
    '138 1234 0000'
    >>> find_contact_detail("电话：（0571）88886666")
    '(0571)88886666'
    >>> find_contact_detail("写信到 a.b@example.com 即可")
    'a.b@example.com'
    >>> find_contact_detail("巡检 13800 平方米，2026-11-20 前完成，型号 0571-A") is None
    True
    """
    plain = unicodedata.normalize("NFKC", text)
    for pattern in (*_NUMBERS, _ADDRESS):
        if found := pattern.search(plain):
            return found.group()
    return None


def names_one_of(text: str, names: list[str]) -> str | None:
    """The first of some names that the text contains, whatever the width, case and gaps."""
    folded = _fold(text)
    return next((name for name in names if name and _fold(name) in folded), None)


def _fold(text: str) -> str:
    return _SPACES.sub("", unicodedata.normalize("NFKC", text)).casefold()
