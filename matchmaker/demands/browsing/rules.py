"""What listings can be filtered and sorted by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from matchmaker.demands.rules import STATUS_LABELS, ListingStatus

WAN_FEN = 1_000_000
QUESTION_MAX = 200


class Phase(StrEnum):
    """Where a public listing stands, as a reader asks for it."""

    OPEN = "open"
    EXPIRED = "expired"
    AGREED = "agreed"
    DEPLOYED = "deployed"
    UNMET = "unmet"


PHASE_LABELS = {
    Phase.OPEN: "征集中",
    Phase.EXPIRED: "已截止待办结",
    Phase.AGREED: STATUS_LABELS[ListingStatus.AGREED],
    Phase.DEPLOYED: STATUS_LABELS[ListingStatus.DEPLOYED],
    Phase.UNMET: STATUS_LABELS[ListingStatus.UNMET],
}


@dataclass(frozen=True)
class BudgetBand:
    """A band of budgets in fen; a listing belongs to each band that its own range touches."""

    id: str
    label: str
    low_fen: int
    high_fen: int | None


BUDGET_BANDS = (
    BudgetBand("to-50", "50万元以下", 0, 50 * WAN_FEN),
    BudgetBand("50-200", "50万—200万元", 50 * WAN_FEN, 200 * WAN_FEN),
    BudgetBand("200-500", "200万—500万元", 200 * WAN_FEN, 500 * WAN_FEN),
    BudgetBand("from-500", "500万元以上", 500 * WAN_FEN, None),
)


class Order(StrEnum):
    """The orders of a list; a leading minus means descending, as on the table heads."""

    NEWEST = "-published"
    OLDEST = "published"
    DEADLINE = "deadline"
    DEADLINE_LAST = "-deadline"
    BUDGET = "budget"
    BUDGET_LARGEST = "-budget"


ORDER_LABELS = {
    Order.NEWEST: "最新发布",
    Order.DEADLINE: "最近截止",
    Order.BUDGET_LARGEST: "预算从高到低",
    Order.BUDGET: "预算从低到高",
}


@dataclass(frozen=True, kw_only=True)
class ListingFilter:
    """What a reader asked for; an empty word means everything. Ids are the catalogue's."""

    question: str = ""
    kind: str = ""
    sector: str = ""
    district: str = ""
    task: str = ""
    mode: str = ""
    budget: str = ""
    phase: str = ""
    order: Order = Order.NEWEST


def read_filter(values: Mapping[str, str]) -> ListingFilter:
    """The filter that an address asks for; what it doesn't know finds nothing."""
    order = values.get("sort", "")
    return ListingFilter(
        question=values.get("q", "").strip()[:QUESTION_MAX],
        kind=values.get("kind", ""),
        sector=values.get("sector", ""),
        district=values.get("district", ""),
        task=values.get("task", ""),
        mode=values.get("mode", ""),
        budget=values.get("budget", ""),
        phase=values.get("phase", ""),
        order=Order(order) if order in set(Order) else Order.NEWEST,
    )
