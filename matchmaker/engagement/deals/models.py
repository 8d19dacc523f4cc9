"""Table of deals without an answer."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker import clock
from matchmaker.db import Model
from matchmaker.demands.models import DemandListing
from matchmaker.engagement.deals.rules import NAME_MAX
from matchmaker.suppliers.models import Supplier


class DirectDeal(Model):
    """What the owner recorded on closing a listing without a chosen answer.

    ``partner`` is the name as it was typed, ``supplier_id`` the firm of the platform that it
    means. A deal that was given up by reopening the listing has ``ended_at``; one of a listing
    stands at most.
    """

    __tablename__ = "direct_deal"
    __table_args__ = (
        CheckConstraint("units IS NULL OR units > 0", name="units"),
        CheckConstraint(
            "(units IS NULL) = (started_on IS NULL) AND (units IS NULL) = (site = '')",
            name="deployment",
        ),
        Index(
            "uq_direct_deal_standing",
            "listing_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("demand_listing.id"), index=True)
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("supplier.id"), index=True)
    partner: Mapped[str] = mapped_column(String(NAME_MAX))
    product: Mapped[str] = mapped_column(String(NAME_MAX))
    reason: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]
    site: Mapped[str] = mapped_column(String(NAME_MAX), default="")
    units: Mapped[int | None]
    started_on: Mapped[date | None]

    listing: Mapped[DemandListing] = relationship()
    supplier: Mapped[Supplier | None] = relationship()
