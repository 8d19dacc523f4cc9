"""Tables of parties and of what they bring."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, Enum, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker import clock
from matchmaker.db import Model
from matchmaker.demands.models import DemandListing
from matchmaker.events.models import Event
from matchmaker.events.parties.rules import PartyState
from matchmaker.events.rules import PartyKind, Side
from matchmaker.suppliers.models import Product


class EventParty(Model):
    """One party of one event.

    ``has_account``: its own people act for it; the bureau acts for the others. ``supplier_id``
    names the profile of a firm, claimed or not. ``topic`` is what the other side reads;
    ``contact_…`` is for the bureau and the party itself.
    """

    __tablename__ = "event_party"
    __table_args__ = (
        UniqueConstraint("event_id", "organisation_id"),
        UniqueConstraint("event_id", "supplier_id"),
        UniqueConstraint("event_id", "name"),
        CheckConstraint("state <> 'REGISTERED' OR topic <> ''", name="topic"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    kind: Mapped[PartyKind] = mapped_column(Enum(PartyKind, native_enum=False, length=12))
    side: Mapped[Side] = mapped_column(Enum(Side, native_enum=False, length=8))
    state: Mapped[PartyState] = mapped_column(
        Enum(PartyState, native_enum=False, length=12), index=True
    )
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("supplier.id"), index=True)
    has_account: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str] = mapped_column(String(120))
    topic: Mapped[str] = mapped_column(Text, default="")
    contact_name: Mapped[str] = mapped_column(String(30), default="")
    contact_phone: Mapped[str] = mapped_column(String(20), default="")
    #: Why the bureau invited it: lines of text, best match first.
    reasons: Mapped[list[str]] = mapped_column(JSON, default=list)
    invited_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    invited_at: Mapped[datetime | None]
    registered_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    registered_at: Mapped[datetime | None]
    checked_in_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    checked_in_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    event: Mapped[Event] = relationship()
    demands: Mapped[list[PartyDemand]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by="PartyDemand.listing_id"
    )
    products: Mapped[list[PartyProduct]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by="PartyProduct.product_id"
    )
    absences: Mapped[list[PartyAbsence]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by="PartyAbsence.slot_id"
    )


class PartyDemand(Model):
    """A listing that a party wants to talk about."""

    __tablename__ = "event_party_demand"
    party_id: Mapped[int] = mapped_column(ForeignKey("event_party.id"), primary_key=True)
    listing_id: Mapped[int] = mapped_column(
        ForeignKey("demand_listing.id"), primary_key=True, index=True
    )

    listing: Mapped[DemandListing] = relationship(lazy="joined")


class PartyProduct(Model):
    """A product that a party shows."""

    __tablename__ = "event_party_product"
    party_id: Mapped[int] = mapped_column(ForeignKey("event_party.id"), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True, index=True)

    product: Mapped[Product] = relationship(lazy="joined")


class PartyAbsence(Model):
    """A time in which a party cannot come; without a row it can."""

    __tablename__ = "event_party_absence"
    party_id: Mapped[int] = mapped_column(ForeignKey("event_party.id"), primary_key=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("event_slot.id"), primary_key=True, index=True)
