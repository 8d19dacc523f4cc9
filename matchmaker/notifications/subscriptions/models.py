"""Tables of saved searches and watched listings."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Enum, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker import clock
from matchmaker.db import Model
from matchmaker.demands.models import DemandListing
from matchmaker.notifications.rules import Pace
from matchmaker.notifications.subscriptions.rules import SearchPage


class SavedSearch(Model):
    """A filter of a list, saved by one person, with what of it was told already."""

    __tablename__ = "saved_search"
    __table_args__ = (
        UniqueConstraint("user_id", "name"),
        Index("ix_saved_search_pace_told_until", "pace", "told_until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    page: Mapped[SearchPage] = mapped_column(Enum(SearchPage, native_enum=False, length=12))
    name: Mapped[str] = mapped_column(String(40))
    #: Words of the list's address by name.
    arguments: Mapped[dict[str, str]] = mapped_column(JSON)
    pace: Mapped[Pace] = mapped_column(Enum(Pace, native_enum=False, length=8))
    #: Up to which moment of publication everything was told.
    told_until: Mapped[datetime] = mapped_column(default=clock.now)
    #: Codes near that moment that were told or stood in the list when it was saved.
    told_codes: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class Watch(Model):
    """One person watches one listing."""

    __tablename__ = "listing_watch"
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    listing_id: Mapped[int] = mapped_column(
        ForeignKey("demand_listing.id"), primary_key=True, index=True
    )
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    listing: Mapped[DemandListing] = relationship()
