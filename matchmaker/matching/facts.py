"""What a ranking is computed from: plain values that a database or a file can fill.

Words (forms, tasks, sectors, cooperation modes, districts) are the Chinese labels of the
catalogue. Money is integer 分.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from matchmaker.matching.constraints import Capability, Requirement


@dataclass(frozen=True)
class FirmWishes:
    """What a firm wants of a demand; private, so only ``供方条件不符`` may be shown of it.

    Empty tuples and zeros mean "no wish". ``regions`` are districts; ``minimum_order_fen`` is
    compared with the upper end of the budget.
    """

    sectors: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    minimum_quantity: int = 0
    minimum_order_fen: int = 0


@dataclass(frozen=True)
class DemandFacts:
    """A demand. ``budget_fen`` is the range for everything asked, (0, 0) where none is named."""

    demand_id: str | None
    title: str
    description: str = ""
    pain_point: str = ""
    sector: str = ""
    tasks: tuple[str, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    modes: tuple[str, ...] = ()
    quantity: int = 0
    budget_fen: tuple[int, int] = (0, 0)
    district: str = ""


@dataclass(frozen=True)
class ProductFacts:
    """A product with what is known of its firm.

    ``price_fen`` is the price of one piece, 0 where unknown. ``abroad``: the firm sits outside
    the country. ``certificates`` and figures are among the ``capabilities``.
    """

    product_id: str
    supplier_id: str
    model: str
    form: str
    description: str = ""
    tasks: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    capabilities: tuple[Capability, ...] = ()
    price_fen: int = 0
    abroad: bool = False
    wishes: FirmWishes = field(default_factory=FirmWishes)

    @property
    def is_empty(self) -> bool:
        """Nothing to judge by: such a profile gets no score, only 资料不足."""
        return not (self.description.strip() or self.tasks or self.capabilities)
