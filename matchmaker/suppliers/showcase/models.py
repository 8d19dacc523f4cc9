"""Tables of cases and solutions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, Enum, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker import clock
from matchmaker.db import Model
from matchmaker.suppliers.models import CATALOGUE_ID_LENGTH, Product, Supplier
from matchmaker.suppliers.rules import ProfileState


def _state() -> Mapped[ProfileState]:
    return mapped_column(
        Enum(ProfileState, native_enum=False, length=12), default=ProfileState.DRAFT, index=True
    )


class Case(Model):
    """A delivered use of a firm's robots, in its own words."""

    __tablename__ = "supplier_case"
    __table_args__ = (CheckConstraint("units IS NULL OR units > 0", name="units"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"), index=True)
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    sector: Mapped[str] = mapped_column(String(CATALOGUE_ID_LENGTH), index=True)
    place: Mapped[str] = mapped_column(String(120))
    year: Mapped[int]
    units: Mapped[int | None]
    summary: Mapped[str] = mapped_column(Text)
    effect: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str | None] = mapped_column(String(300))
    state: Mapped[ProfileState] = _state()
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now, onupdate=clock.now)

    supplier: Mapped[Supplier] = relationship()
    product: Mapped[Product | None] = relationship()


class Solution(Model):
    """How a firm meets a kind of need, with which products and in which modes."""

    __tablename__ = "solution"
    __table_args__ = (Index("ix_solution_state_sector", "state", "sector"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    sector: Mapped[str] = mapped_column(String(CATALOGUE_ID_LENGTH), index=True)
    tasks: Mapped[list[str]] = mapped_column(JSON, default=list)
    modes: Mapped[list[str]] = mapped_column(JSON, default=list)
    summary: Mapped[str] = mapped_column(String(300))
    content: Mapped[str] = mapped_column(Text)
    state: Mapped[ProfileState] = _state()
    published_at: Mapped[datetime | None] = mapped_column(index=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now, onupdate=clock.now)

    supplier: Mapped[Supplier] = relationship()
    products: Mapped[list[Product]] = relationship(
        secondary="solution_product", order_by="Product.code", lazy="selectin"
    )


class SolutionProduct(Model):
    """A product that a solution uses."""

    __tablename__ = "solution_product"
    solution_id: Mapped[int] = mapped_column(ForeignKey("solution.id"), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True, index=True)
