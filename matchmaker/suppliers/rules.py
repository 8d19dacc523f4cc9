"""Pure decisions about profiles: states and steps, evidence and its expiry, what a wish accepts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from matchmaker.steps import take_step

#: A proof that ends within so many days is on the firm's list of things to renew.
DUE_SOON_DAYS = 60


class ProfileState(StrEnum):
    """The life of a firm's profile, of a product and of a solution."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Step(StrEnum):
    """What can be done to a profile, a product or a solution."""

    PUBLISH = "publish"
    WITHDRAW = "withdraw"


STATE_LABELS = {
    ProfileState.DRAFT: "草稿",
    ProfileState.PUBLISHED: "已发布",
    ProfileState.WITHDRAWN: "已下架",
}

STEP_LABELS = {Step.PUBLISH: "发布", Step.WITHDRAW: "下架"}

TRANSITIONS: dict[tuple[ProfileState, Step], ProfileState] = {
    (ProfileState.DRAFT, Step.PUBLISH): ProfileState.PUBLISHED,
    (ProfileState.WITHDRAWN, Step.PUBLISH): ProfileState.PUBLISHED,
    (ProfileState.PUBLISHED, Step.WITHDRAW): ProfileState.WITHDRAWN,
}


def next_state(state: ProfileState, step: Step) -> ProfileState:
    """The state after a step; raises ``IllegalTransition`` where the step does not exist."""
    return take_step(
        TRANSITIONS, state, step, subject="所填内容", states=STATE_LABELS, steps=STEP_LABELS
    )


class Evidence(StrEnum):
    """How well a value is founded, weakest first (DESIGN 5)."""

    UNVERIFIED = "unverified"
    CLAIMED = "claimed"
    DOCUMENTED = "documented"
    VERIFIED = "verified"

    @property
    def strength(self) -> int:
        return list(Evidence).index(self)

    @property
    def is_proof(self) -> bool:
        """Founded on material that somebody other than the firm has looked at."""
        return self in {Evidence.DOCUMENTED, Evidence.VERIFIED}


def compute_evidence(evidence: Evidence, proven_until: date | None, today: date) -> Evidence:
    """The evidence as it counts on a day: a proof past its last day counts as said by the firm.

    >>> compute_evidence(Evidence.VERIFIED, date(2026, 11, 19), date(2026, 11, 20)).value
    'claimed'
    """
    if evidence.is_proof and proven_until is not None and proven_until < today:
        return Evidence.CLAIMED
    return evidence


def is_due_soon(proven_until: date | None, today: date) -> bool:
    """True when a proof has ended or ends within ``DUE_SOON_DAYS``."""
    return proven_until is not None and proven_until <= today + timedelta(days=DUE_SOON_DAYS)


class WishKind(StrEnum):
    """What a firm would rather not say aloud about the orders it takes."""

    MIN_BUDGET_FEN = "min_budget_fen"
    MIN_UNITS = "min_units"
    ONLY_SECTORS = "only_sectors"
    NOT_SECTORS = "not_sectors"
    ONLY_DISTRICTS = "only_districts"
    ONLY_MODES = "only_modes"


WISH_LABELS = {
    WishKind.MIN_BUDGET_FEN: "最低合同金额",
    WishKind.MIN_UNITS: "最少台数",
    WishKind.ONLY_SECTORS: "只承接的行业",
    WishKind.NOT_SECTORS: "暂不承接的行业",
    WishKind.ONLY_DISTRICTS: "只服务的区县",
    WishKind.ONLY_MODES: "只接受的合作方式",
}


@dataclass(frozen=True, kw_only=True)
class Wish:
    """One private condition of a firm: a number in ``amount`` or catalogue ids in ``ids``."""

    kind: WishKind
    amount: int = 0
    ids: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Order:
    """What of a demand a firm's wishes look at; None and empty mean that the owner did not say."""

    sector: str | None = None
    district: str | None = None
    budget_max_fen: int | None = None
    units: int | None = None
    modes: frozenset[str] = frozenset()


def is_welcome(wishes: Iterable[Wish], order: Order) -> bool:
    """True when the order contradicts none of the wishes; what the owner did not say never does.

    Callers show the outcome as 供方条件不符 and nothing more.
    """
    return all(_accepts(wish, order) for wish in wishes)


def _accepts(wish: Wish, order: Order) -> bool:
    match wish.kind:
        case WishKind.MIN_BUDGET_FEN:
            return order.budget_max_fen is None or order.budget_max_fen >= wish.amount
        case WishKind.MIN_UNITS:
            return order.units is None or order.units >= wish.amount
        case WishKind.ONLY_SECTORS:
            return order.sector is None or order.sector in wish.ids
        case WishKind.NOT_SECTORS:
            return order.sector is None or order.sector not in wish.ids
        case WishKind.ONLY_DISTRICTS:
            return order.district is None or order.district in wish.ids
        case WishKind.ONLY_MODES:
            return not order.modes or not order.modes.isdisjoint(wish.ids)
