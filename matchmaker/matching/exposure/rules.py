"""Pure measures of a distribution."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def compute_gini(counts: Sequence[int]) -> Fraction:
    """Gini coefficient of counts ≥ 0: 0 where all are equal, near 1 where one has everything.

    0 for an empty sequence and for nothing but zeros. Source: C. Gini, Variabilità e mutabilità.

    >>> compute_gini([0, 0, 0, 4])
    Fraction(3, 4)
    """
    total, n = sum(counts), len(counts)
    if total == 0:
        return Fraction(0)
    weighted = sum(place * count for place, count in enumerate(sorted(counts), start=1))
    return Fraction(2 * weighted, n * total) - Fraction(n + 1, n)
