"""States, evidence and its expiry, private wishes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from matchmaker.errors import IllegalTransition
from matchmaker.suppliers.rules import (
    DUE_SOON_DAYS,
    Evidence,
    Order,
    ProfileState,
    Step,
    Wish,
    WishKind,
    compute_evidence,
    is_due_soon,
    is_welcome,
    next_state,
)

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("evidence", "until", "counted"),
    [
        (Evidence.VERIFIED, None, Evidence.VERIFIED),
        (Evidence.VERIFIED, TODAY, Evidence.VERIFIED),
        (Evidence.VERIFIED, TODAY - timedelta(days=1), Evidence.CLAIMED),
        (Evidence.DOCUMENTED, TODAY - timedelta(days=1), Evidence.CLAIMED),
        (Evidence.CLAIMED, TODAY - timedelta(days=1), Evidence.CLAIMED),
        (Evidence.UNVERIFIED, TODAY - timedelta(days=1), Evidence.UNVERIFIED),
    ],
)
def test_an_expired_proof_counts_as_claimed(
    evidence: Evidence, until: date | None, counted: Evidence
) -> None:
    assert compute_evidence(evidence, until, TODAY) is counted


def test_evidence_is_ordered() -> None:
    assert [item.strength for item in Evidence] == [0, 1, 2, 3]
    assert [item for item in Evidence if item.is_proof] == [
        Evidence.DOCUMENTED,
        Evidence.VERIFIED,
    ]


@pytest.mark.parametrize(
    ("days", "due"), [(-1, True), (0, True), (DUE_SOON_DAYS, True), (DUE_SOON_DAYS + 1, False)]
)
def test_a_proof_is_due_from_sixty_days_before_its_end(days: int, due: bool) -> None:
    assert is_due_soon(TODAY + timedelta(days=days), TODAY) is due


def test_a_proof_without_an_end_is_never_due() -> None:
    assert is_due_soon(None, TODAY) is False


@pytest.mark.parametrize(
    ("state", "step", "following"),
    [
        (ProfileState.DRAFT, Step.PUBLISH, ProfileState.PUBLISHED),
        (ProfileState.WITHDRAWN, Step.PUBLISH, ProfileState.PUBLISHED),
        (ProfileState.PUBLISHED, Step.WITHDRAW, ProfileState.WITHDRAWN),
    ],
)
def test_steps_that_exist(state: ProfileState, step: Step, following: ProfileState) -> None:
    assert next_state(state, step) is following


@pytest.mark.parametrize(
    ("state", "step"),
    [
        (ProfileState.PUBLISHED, Step.PUBLISH),
        (ProfileState.DRAFT, Step.WITHDRAW),
        (ProfileState.WITHDRAWN, Step.WITHDRAW),
    ],
)
def test_steps_that_do_not_exist(state: ProfileState, step: Step) -> None:
    with pytest.raises(IllegalTransition) as refused:
        next_state(state, step)
    assert refused.value.code == "step_missing"


@pytest.mark.parametrize(
    ("wish", "order", "welcome"),
    [
        (Wish(kind=WishKind.MIN_BUDGET_FEN, amount=100), Order(budget_max_fen=99), False),
        (Wish(kind=WishKind.MIN_BUDGET_FEN, amount=100), Order(budget_max_fen=100), True),
        (Wish(kind=WishKind.MIN_BUDGET_FEN, amount=100), Order(), True),
        (Wish(kind=WishKind.MIN_UNITS, amount=3), Order(units=2), False),
        (Wish(kind=WishKind.MIN_UNITS, amount=3), Order(units=3), True),
        (Wish(kind=WishKind.ONLY_SECTORS, ids=frozenset({"a"})), Order(sector="b"), False),
        (Wish(kind=WishKind.ONLY_SECTORS, ids=frozenset({"a"})), Order(sector="a"), True),
        (Wish(kind=WishKind.NOT_SECTORS, ids=frozenset({"a"})), Order(sector="a"), False),
        (Wish(kind=WishKind.NOT_SECTORS, ids=frozenset({"a"})), Order(sector="b"), True),
        (Wish(kind=WishKind.ONLY_DISTRICTS, ids=frozenset({"x"})), Order(district="y"), False),
        (Wish(kind=WishKind.ONLY_DISTRICTS, ids=frozenset({"x"})), Order(), True),
        (
            Wish(kind=WishKind.ONLY_MODES, ids=frozenset({"raas"})),
            Order(modes=frozenset({"purchase"})),
            False,
        ),
        (
            Wish(kind=WishKind.ONLY_MODES, ids=frozenset({"raas"})),
            Order(modes=frozenset({"purchase", "raas"})),
            True,
        ),
        (Wish(kind=WishKind.ONLY_MODES, ids=frozenset({"raas"})), Order(), True),
    ],
)
def test_a_wish_speaks_only_where_the_owner_said_something(
    wish: Wish, order: Order, welcome: bool
) -> None:
    assert is_welcome((wish,), order) is welcome


def test_one_contradicted_wish_is_enough() -> None:
    wishes = (
        Wish(kind=WishKind.MIN_UNITS, amount=1),
        Wish(kind=WishKind.NOT_SECTORS, ids=frozenset({"a"})),
    )
    assert is_welcome(wishes, Order(units=5, sector="a")) is False
    assert is_welcome((), Order(units=5, sector="a")) is True
