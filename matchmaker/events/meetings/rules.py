"""Pure decisions about meetings: where they stand, who was there, at which table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

REASON_MIN, REASON_MAX = 4, 300


class MeetingState(StrEnum):
    """Whether a meeting takes place."""

    PLANNED = "planned"
    CANCELLED = "cancelled"


class Presence(StrEnum):
    """Who was there."""

    EXPECTED = "expected"
    HELD = "held"
    NEED_ABSENT = "need_absent"
    OFFER_ABSENT = "offer_absent"
    BOTH_ABSENT = "both_absent"


PRESENCE_LABELS = {
    Presence.EXPECTED: "待会面",
    Presence.HELD: "已会面",
    Presence.NEED_ABSENT: "需求方缺席",
    Presence.OFFER_ABSENT: "供给方缺席",
    Presence.BOTH_ABSENT: "双方缺席",
}


def presence_of(*, need_came: bool, offer_came: bool) -> Presence:
    """What the check-in says of a meeting when the event is over."""
    if need_came and offer_came:
        return Presence.HELD
    if need_came:
        return Presence.OFFER_ABSENT
    return Presence.NEED_ABSENT if offer_came else Presence.BOTH_ABSENT


@dataclass(frozen=True)
class Seat:
    """A meeting that needs a table."""

    need: int
    offer: int
    slot: int


def assign_tables(
    seats: Iterable[Seat], tables: int, taken: Collection[tuple[int, int]] = ()
) -> dict[Seat, int]:
    """A table (1 … ``tables``) for each seat, none twice in a slot.

    ``taken``: (slot, table) of meetings that keep theirs. Whoever looks for something stays at the
    table it had before where that is free, so that few people walk.

    >>> assign_tables([Seat(7, 1, 1), Seat(7, 2, 2), Seat(8, 1, 2)], 2, {(1, 1)})[Seat(7, 2, 2)]
    2
    """
    occupied: dict[int, set[int]] = defaultdict(set)
    for slot, table in taken:
        occupied[slot].add(table)
    home: dict[int, int] = {}
    assigned: dict[Seat, int] = {}
    for seat in sorted(seats, key=lambda each: (each.slot, each.need, each.offer)):
        busy = occupied[seat.slot]
        free = [table for table in range(1, tables + 1) if table not in busy]
        if not free:
            raise ValueError("more meetings than tables in one slot")
        table = home.get(seat.need, 0)
        if table not in free:
            others = {home[need] for need in home if need != seat.need}
            table = next((each for each in free if each not in others), free[0])
        busy.add(table)
        home[seat.need] = assigned[seat] = table
    return assigned
