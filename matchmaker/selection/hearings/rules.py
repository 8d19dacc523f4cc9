"""Pure decisions about hearings: their order, when it is fixed, when the record is frozen."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from matchmaker.errors import IllegalTransition, InvalidInput
from matchmaker.selection.rounds.rules import RoundState

SEED_MAX = 80
QUESTION_MAX = 1000
ANSWER_MAX = 3000
TEXT_MIN = 2


class OrderKind(StrEnum):
    """How the order of a hearing came about."""

    CODE = "code"
    DRAWN = "drawn"
    STATED = "stated"


ORDER_LABELS: Mapping[OrderKind, str] = {
    OrderKind.CODE: "按申报编号",
    OrderKind.DRAWN: "抽签确定",
    OrderKind.STATED: "由组织单位排定",
}

#: States of a round in which its hearing may be held; one stage has no shortlist.
_HELD: Mapping[int, frozenset[RoundState]] = {
    1: frozenset({RoundState.REVIEW, RoundState.FINAL}),
    2: frozenset({RoundState.SHORTLIST, RoundState.FINAL}),
}
#: All scores are locked: the record is corrected by new entries with a reason only.
LOCKED_STATES = frozenset({RoundState.RANKED, RoundState.PUBLICITY, RoundState.CONFIRMED})


def draw_order(seed: str, codes: Iterable[str]) -> list[str]:
    """Codes in ascending SHA-256 of ``seed|code`` in UTF-8: anybody can draw again.

    >>> draw_order("2026-12-08", ["A-001", "A-002", "A-003"])
    ['A-002', 'A-001', 'A-003']
    """
    return sorted(codes, key=lambda code: (hash_lot(seed, code), code))


def hash_lot(seed: str, code: str) -> str:
    """The number that an application draws."""
    return hashlib.sha256(f"{seed}|{code}".encode()).hexdigest()


def check_seed(seed: str) -> str:
    """The trimmed seed; raises ``InvalidInput`` for an empty or long one."""
    text = seed.strip()
    if not text or len(text) > SEED_MAX:
        raise InvalidInput(
            "draw_seed", "请填写抽签种子，不超过 {limit} 个字。", field="seed", limit=SEED_MAX
        )
    return text


def move(order: Sequence[int], item: int, step: int) -> list[int]:
    """The order after an item has changed places with its neighbour; at the end nothing moves.

    >>> move([5, 7, 9], 9, -1), move([5, 7, 9], 9, 1)
    ([5, 9, 7], [5, 7, 9])
    """
    moved = list(order)
    if item not in moved:
        raise InvalidInput("slot_unknown", "这份申报不在答辩安排中。", field="order")
    here = moved.index(item)
    there = here + step
    if 0 <= there < len(moved):
        moved[here], moved[there] = moved[there], moved[here]
    return moved


def sort_by_numbers(numbers: Mapping[int, str]) -> list[int]:
    """Items by their typed numbers; raises ``InvalidInput`` unless these are 1 to n, each once.

    >>> sort_by_numbers({5: "2", 7: " 1 "})
    [7, 5]
    """
    typed = {item: text.strip() for item, text in numbers.items()}
    wanted = {str(number) for number in range(1, len(typed) + 1)}
    if set(typed.values()) != wanted:
        raise InvalidInput(
            "order_numbers",
            "序号应为 1 至 {last}，每个序号用一次。请改正后再保存。",
            field="order",
            last=len(typed),
        )
    return sorted(typed, key=lambda item: int(typed[item]))


def check_arrangeable(state: RoundState) -> None:
    """Raise ``IllegalTransition`` when it is too late to arrange anything of the hearing."""
    if state in LOCKED_STATES or state is RoundState.CANCELLED:
        raise IllegalTransition("hearing_over", "评分已经结束，答辩安排不能再改。")


def check_order_open(started_at: datetime | None) -> None:
    """Raise ``IllegalTransition`` once the hearing has begun: its order is fixed."""
    if started_at is not None:
        raise IllegalTransition(
            "hearing_begun",
            "答辩已经开始，顺序不能再调整。因故改期的，请保持原来的顺序。",
        )


def check_can_begin(state: RoundState, stages: int, *, scheduled: int, wanted: int) -> None:
    """Raise unless the round is where hearings are held and each application has its slot."""
    if state not in _HELD[stages]:
        raise IllegalTransition("hearing_closed", "当前阶段不举行答辩，不能开始。")
    if wanted == 0 or scheduled < wanted:
        raise IllegalTransition(
            "hearing_unscheduled",
            "复评范围内有 {wanted} 份申报，已排定 {scheduled} 场。请先排定全部答辩。",
            wanted=wanted,
            scheduled=scheduled,
        )


def check_writable(state: RoundState, stages: int, started_at: datetime | None) -> None:
    """Raise ``IllegalTransition`` unless the record is open: begun, and scores not locked."""
    if state in LOCKED_STATES:
        raise IllegalTransition(
            "record_frozen",
            "评分已经锁定，答辩记录不能修改或删除。如有错漏，请写明理由另作更正。",
        )
    if started_at is None:
        raise IllegalTransition("hearing_not_begun", "答辩还没有开始，请先宣布答辩开始，再作记录。")
    if state not in _HELD[stages]:
        raise IllegalTransition("hearing_closed", "当前阶段不举行答辩，不能记录。")


def check_correctable(state: RoundState) -> None:
    """Raise ``IllegalTransition`` while entries can still be edited, or the round was cancelled."""
    if state not in LOCKED_STATES:
        raise IllegalTransition("record_open", "评分锁定以前，请直接修改答辩记录。")


def check_text(text: str, *, field: str, label: str, limit: int) -> str:
    """The trimmed text; raises ``InvalidInput`` for one that is empty or too long."""
    said = text.strip()
    if not TEXT_MIN <= len(said) <= limit:
        raise InvalidInput(
            "entry_text",
            "{label}应为 {least} 至 {limit} 个字。",
            field=field,
            label=label,
            least=TEXT_MIN,
            limit=limit,
        )
    return said
