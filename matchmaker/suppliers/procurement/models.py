"""Tables of the criteria, of recommendations and of opinions on them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Enum,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker import clock
from matchmaker.db import Model
from matchmaker.suppliers.models import Product
from matchmaker.suppliers.procurement.rules import OpinionKind, Origin, RecommendationState

_LIVE = "state IN ('SUBMITTED', 'RECOMMENDED', 'HANDED_OVER', 'LISTED')"


class ProcurementCriteria(Model):
    """One version of the criteria (推荐标准). It is never edited: a later one follows it."""

    __tablename__ = "procurement_criteria"
    __table_args__ = (CheckConstraint("number > 0", name="number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    effective_from: Mapped[date] = mapped_column(unique=True)
    #: [[name, what is asked]] in order.
    items: Mapped[list[list[str]]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text)
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class Recommendation(Model):
    """A product put forward for the catalogue, by its firm or by the bureau."""

    __tablename__ = "procurement_recommendation"
    __table_args__ = (
        Index(
            "uq_procurement_recommendation_live",
            "product_id",
            unique=True,
            sqlite_where=text(_LIVE),
            postgresql_where=text(_LIVE),
        ),
        CheckConstraint("decided_by IS NULL OR decided_by <> created_by", name="second_person"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    criteria_id: Mapped[int] = mapped_column(ForeignKey("procurement_criteria.id"))
    origin: Mapped[Origin] = mapped_column(Enum(Origin, native_enum=False, length=12))
    state: Mapped[RecommendationState] = mapped_column(
        Enum(RecommendationState, native_enum=False, length=12),
        default=RecommendationState.SUBMITTED,
        index=True,
    )
    statement: Mapped[str] = mapped_column(Text)
    #: One answer to each line of the criteria.
    answers: Mapped[list[str]] = mapped_column(JSON)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    submitted_at: Mapped[datetime] = mapped_column(default=clock.now)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str] = mapped_column(Text, default="")
    #: The body above, the letter and the day of the hand-over, and what came of it.
    handed_to: Mapped[str] = mapped_column(String(120), default="")
    handed_number: Mapped[str] = mapped_column(String(80), default="")
    handed_on: Mapped[date | None]
    result_on: Mapped[date | None]
    result_note: Mapped[str] = mapped_column(Text, default="")
    is_demo: Mapped[bool] = mapped_column(default=False)

    product: Mapped[Product] = relationship()
    criteria: Mapped[ProcurementCriteria] = relationship()
    opinions: Mapped[list[RecommendationOpinion]] = relationship(
        order_by="RecommendationOpinion.id"
    )


class RecommendationOpinion(Model):
    """What one expert or one department says of it."""

    __tablename__ = "procurement_opinion"
    __table_args__ = (UniqueConstraint("recommendation_id", "given_by"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recommendation_id: Mapped[int] = mapped_column(
        ForeignKey("procurement_recommendation.id"), index=True
    )
    kind: Mapped[OpinionKind] = mapped_column(Enum(OpinionKind, native_enum=False, length=12))
    supports: Mapped[bool]
    text: Mapped[str] = mapped_column(Text)
    unit: Mapped[str] = mapped_column(String(120))
    given_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    given_at: Mapped[datetime] = mapped_column(default=clock.now)
