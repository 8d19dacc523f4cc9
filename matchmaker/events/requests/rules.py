"""Pure decisions about requests: strengths, and what a pair is worth to the schedule."""

from __future__ import annotations

from enum import StrEnum


class Wish(StrEnum):
    """How much a party wants to meet another."""

    AVOID = "avoid"
    OPEN = "open"
    WANT = "want"
    MUST = "must"


WISH_LABELS = {
    Wish.MUST: "务必会面",
    Wish.WANT: "希望会面",
    Wish.OPEN: "有空可见",
    Wish.AVOID: "不安排",
}

#: What a wish adds to the value of a meeting; a match score counts from 0 to 1 beside it.
WISH_POINTS = {Wish.OPEN: 0.1, Wish.WANT: 0.3, Wish.MUST: 0.6}
#: Added when both sides ask for each other.
MUTUAL_POINTS = 0.5


def compute_pair_value(score: float | None, need: Wish | None, offer: Wish | None) -> float:
    """What a meeting is worth; 0 means that the two are not planned together.

    ``score``: the match of the two, 0 to 100, None where it does not reach the bar. Without it
    both sides must ask for each other. Whoever refuses is not overruled.

    >>> compute_pair_value(80.0, None, None)
    0.8
    >>> compute_pair_value(80.0, Wish.MUST, Wish.AVOID)
    0.0
    >>> compute_pair_value(None, Wish.WANT, None)
    0.0
    """
    wishes = [wish for wish in (need, offer) if wish is not None]
    if Wish.AVOID in wishes:
        return 0.0
    is_mutual = len(wishes) == 2
    if score is None and not is_mutual:
        return 0.0
    value = (score or 0.0) / 100.0 + sum(WISH_POINTS[wish] for wish in wishes)
    return value + (MUTUAL_POINTS if is_mutual else 0.0)
