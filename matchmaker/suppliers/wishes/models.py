"""Table of private wishes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, Enum, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker import clock
from matchmaker.db import Fen, Model
from matchmaker.suppliers.rules import Wish, WishKind


class SupplierWish(Model):
    """One condition; read by the firm's own people and by the matcher's check only."""

    __tablename__ = "supplier_wish"
    __table_args__ = (
        UniqueConstraint("supplier_id", "kind"),
        CheckConstraint("amount >= 0", name="amount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"), index=True)
    kind: Mapped[WishKind] = mapped_column(Enum(WishKind, native_enum=False, length=20))
    amount: Mapped[int] = mapped_column(Fen, default=0)
    ids: Mapped[list[str]] = mapped_column(JSON, default=list)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now, onupdate=clock.now)

    def as_value(self) -> Wish:
        """The wish as the rules take it."""
        return Wish(kind=self.kind, amount=self.amount, ids=frozenset(self.ids))
