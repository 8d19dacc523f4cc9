"""The table of first purchases and first orders."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Enum, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker import clock
from matchmaker.db import Fen, Model
from matchmaker.suppliers.first_orders.rules import OrderKind, OrderState
from matchmaker.suppliers.models import Product


class FirstOrder(Model):
    """One order of a product; it counts and shows once the bureau has confirmed it."""

    __tablename__ = "first_order"
    __table_args__ = (
        CheckConstraint("units > 0", name="units"),
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("decided_by IS NULL OR decided_by <> reported_by", name="second_person"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    kind: Mapped[OrderKind] = mapped_column(Enum(OrderKind, native_enum=False, length=16))
    state: Mapped[OrderState] = mapped_column(
        Enum(OrderState, native_enum=False, length=12), default=OrderState.REPORTED, index=True
    )
    buyer: Mapped[str] = mapped_column(String(120))
    units: Mapped[int]
    amount_fen: Mapped[int] = mapped_column(Fen)
    ordered_on: Mapped[date] = mapped_column(index=True)
    note: Mapped[str] = mapped_column(Text, default="")
    reported_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reported_at: Mapped[datetime] = mapped_column(default=clock.now)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str] = mapped_column(Text, default="")
    is_demo: Mapped[bool] = mapped_column(default=False)

    product: Mapped[Product] = relationship()
