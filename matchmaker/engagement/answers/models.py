"""Tables of answers."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Enum, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker import clock
from matchmaker.db import Fen, Model
from matchmaker.demands.models import CATALOGUE_ID_LENGTH, DemandListing
from matchmaker.engagement.answers.rules import AnswerState
from matchmaker.suppliers.models import Product, Supplier


class Answer(Model):
    """A firm's offer on a listing, one for each firm.

    ``sealed_until`` is the last day on which nobody but the firm sees it; it follows the listing's
    deadline until it has passed and never moves again. ``version`` rises with each change.
    """

    __tablename__ = "listing_answer"
    __table_args__ = (
        UniqueConstraint("listing_id", "supplier_id"),
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("delivery_days > 0", name="delivery"),
        CheckConstraint(
            "state NOT IN ('CHOSEN', 'RUNNER_UP', 'DECLINED') OR outcome_reason <> ''",
            name="reason",
        ),
        Index("ix_listing_answer_organisation_id_state", "organisation_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("demand_listing.id"), index=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    mode: Mapped[str] = mapped_column(String(CATALOGUE_ID_LENGTH))
    amount_fen: Mapped[int] = mapped_column(Fen)
    delivery_days: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[AnswerState] = mapped_column(
        Enum(AnswerState, native_enum=False, length=12), default=AnswerState.SUBMITTED, index=True
    )
    sealed_until: Mapped[date] = mapped_column(index=True)
    #: When the passing of the seal was told; None while it holds.
    opened_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    submitted_at: Mapped[datetime] = mapped_column(default=clock.now)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    outcome_reason: Mapped[str] = mapped_column(Text, default="")
    outcome_at: Mapped[datetime | None]
    is_demo: Mapped[bool] = mapped_column(default=False)

    listing: Mapped[DemandListing] = relationship()
    supplier: Mapped[Supplier] = relationship()
    products: Mapped[list[AnswerProduct]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by="AnswerProduct.position"
    )


class AnswerProduct(Model):
    """A product that the firm offers."""

    __tablename__ = "listing_answer_product"
    answer_id: Mapped[int] = mapped_column(ForeignKey("listing_answer.id"), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(default=0)

    product: Mapped[Product] = relationship(lazy="joined")
