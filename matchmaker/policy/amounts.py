"""Money as typed and as printed: yuan in text, whole fen inside, never a float."""

from __future__ import annotations

import re
from fractions import Fraction

#: An amount in yuan: ASCII digits, at most two decimals, no sign, exponent, separator or space.
YUAN_PATTERN = re.compile(r"[0-9]+(?:\.[0-9]{1,2})?", re.ASCII)

#: More digits than any public budget has; longer input is refused before it is converted.
MAX_DIGITS = 40


def is_plain_decimal(text: str) -> bool:
    """True for ``12``, ``12.5`` and ``12.50`` in ASCII digits, of at most 40 characters."""
    return len(text) <= MAX_DIGITS and YUAN_PATTERN.fullmatch(text) is not None


def parse_hundredths(text: str) -> int:
    """Hundredths of a plain decimal; the caller has checked ``is_plain_decimal``.

    >>> parse_hundredths("12.5")
    1250
    """
    whole, _, decimals = text.partition(".")
    return int(whole + decimals.ljust(2, "0"))


def format_yuan(fen: int) -> str:
    """Yuan with two decimals, as printed in JSON and receipts.

    >>> format_yuan(150000000)
    '1500000.00'
    """
    yuan, rest = divmod(fen, 100)
    return f"{yuan}.{rest:02d}"


def group_yuan(fen: int | Fraction) -> str:
    """Yuan with separators for reading; exact like ``format_yuan_exact``.

    >>> group_yuan(150000000)
    '1,500,000.00'
    """
    if fen.denominator == 1:
        yuan, rest = divmod(fen.numerator, 100)
        return f"{yuan:,}.{rest:02d}"
    whole, _, decimals = format_yuan_exact(fen).partition(".")
    return f"{int(whole):,}.{decimals}"


def format_exact(value: int | Fraction) -> str:
    """A number whose denominator divides a power of ten, without trailing zeros.

    >>> format_exact(Fraction(5, 2))
    '2.5'
    """
    if value.denominator == 1:
        return str(value.numerator)
    scale, places = 10, 1
    while scale % value.denominator:
        scale, places = scale * 10, places + 1
    whole, rest = divmod(value.numerator * (scale // value.denominator), scale)
    return f"{whole}.{rest:0{places}d}"


def format_yuan_exact(fen: int | Fraction) -> str:
    """Yuan with at least two decimals and as many more as the exact value needs.

    >>> format_yuan_exact(Fraction(1, 2))
    '0.005'
    """
    if fen.denominator == 1:
        return format_yuan(fen.numerator)
    return format_exact(Fraction(fen, 100))
