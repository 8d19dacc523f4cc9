"""Tables of listings: content, requirements, reviews, public history."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Computed,
    Enum,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker import clock
from matchmaker.accounts.models import Organisation
from matchmaker.catalogue.columns import ValueText
from matchmaker.catalogue.values import Value
from matchmaker.db import Fen, Model
from matchmaker.demands.rules import (
    PUBLIC_STATUSES,
    Decision,
    ListingKind,
    ListingStatus,
    ReviewPart,
)

CODE_LENGTH = 20
CATALOGUE_ID_LENGTH = 60
_PUBLIC_NAMES = ", ".join(f"'{name}'" for name in sorted(each.name for each in PUBLIC_STATUSES))
#: The database's own form of ``rules.PUBLIC_STATUSES``.
PUBLIC_SQL = f"CASE WHEN status IN ({_PUBLIC_NAMES}) THEN 1 ELSE 0 END"


class DemandListing(Model):
    """A need of an owner: scene, job post, component or open challenge.

    ``version`` grows with each change of the content; a form carries the one it was filled from.
    ``round`` counts submissions; reviews belong to one of them.
    """

    __tablename__ = "demand_listing"
    __table_args__ = (
        CheckConstraint("quantity IS NULL OR quantity > 0", name="quantity"),
        CheckConstraint(
            "budget_low_fen IS NULL OR budget_high_fen IS NULL"
            " OR budget_low_fen <= budget_high_fen",
            name="budget",
        ),
        CheckConstraint("budget_low_fen IS NULL OR budget_low_fen >= 0", name="budget_low"),
        CheckConstraint("budget_high_fen IS NULL OR budget_high_fen >= 0", name="budget_high"),
        # Each order and each count of the public list stays inside one of these.
        Index("ix_demand_listing_is_public_published_at", "is_public", "published_at"),
        Index("ix_demand_listing_is_public_sector", "is_public", "sector", "published_at"),
        Index("ix_demand_listing_is_public_district", "is_public", "district", "published_at"),
        Index("ix_demand_listing_is_public_kind", "is_public", "kind", "published_at"),
        Index("ix_demand_listing_is_public_deadline", "is_public", "deadline", "status"),
        Index(
            "ix_demand_listing_is_public_budget", "is_public", "budget_high_fen", "budget_low_fen"
        ),
        Index("ix_demand_listing_status_submitted_at", "status", "submitted_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(CODE_LENGTH), unique=True)
    kind: Mapped[ListingKind] = mapped_column(Enum(ListingKind, native_enum=False, length=12))
    status: Mapped[ListingStatus] = mapped_column(
        Enum(ListingStatus, native_enum=False, length=16), default=ListingStatus.DRAFT
    )
    #: 1 where everybody may see it: follows from the status, kept by the database for its indexes.
    is_public: Mapped[int] = mapped_column(
        SmallInteger, Computed(PUBLIC_SQL, persisted=True), nullable=True
    )
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    #: The listing that this one was copied or made into a challenge from.
    origin_id: Mapped[int | None] = mapped_column(ForeignKey("demand_listing.id"), index=True)

    title: Mapped[str] = mapped_column(String(80))
    sector: Mapped[str | None] = mapped_column(String(CATALOGUE_ID_LENGTH))
    district: Mapped[str | None] = mapped_column(String(CATALOGUE_ID_LENGTH))
    owner_kind: Mapped[str | None] = mapped_column(String(CATALOGUE_ID_LENGTH))
    owner_description: Mapped[str] = mapped_column(String(240), default="")
    pain_point: Mapped[str] = mapped_column(Text, default="")
    description: Mapped[str] = mapped_column(Text, default="")
    quantity: Mapped[int | None]
    budget_low_fen: Mapped[int | None] = mapped_column(Fen)
    budget_high_fen: Mapped[int | None] = mapped_column(Fen)
    deadline: Mapped[date | None]
    #: The tasks in the owner's own words; ``tasks`` are what they mean in the catalogue.
    task_words: Mapped[list[str]] = mapped_column(JSON, default=list)
    #: Yes/no properties that the owner expressly does without: never compared.
    not_needed: Mapped[list[str]] = mapped_column(JSON, default=list)
    #: Answers to the robot questions by key.
    facts: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)

    #: Compiled by the platform from public sources; pages say so.
    is_demo: Mapped[bool] = mapped_column(default=False)
    facts_note: Mapped[str] = mapped_column(Text, default="")
    sources: Mapped[list[str]] = mapped_column(JSON, default=list)

    version: Mapped[int] = mapped_column(default=1)
    round: Mapped[int] = mapped_column(default=0)
    status_note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now)
    submitted_at: Mapped[datetime | None] = mapped_column(index=True)
    published_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    chased_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship()
    tasks: Mapped[list[DemandTask]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by="DemandTask.position"
    )
    modes: Mapped[list[DemandMode]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by="DemandMode.position"
    )
    requirements: Mapped[list[DemandRequirement]] = relationship(
        cascade="all, delete-orphan", order_by="DemandRequirement.position"
    )
    reviews: Mapped[list[DemandReview]] = relationship(order_by="DemandReview.id")
    revisions: Mapped[list[DemandRevision]] = relationship(order_by="DemandRevision.id")


class DemandTask(Model):
    """A task that the robot is wanted for."""

    __tablename__ = "demand_task"
    __table_args__ = (Index("ix_demand_task_task", "task", "listing_id"),)
    listing_id: Mapped[int] = mapped_column(ForeignKey("demand_listing.id"), primary_key=True)
    task: Mapped[str] = mapped_column(String(CATALOGUE_ID_LENGTH), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)


class DemandMode(Model):
    """A cooperation mode that the owner accepts."""

    __tablename__ = "demand_mode"
    __table_args__ = (Index("ix_demand_mode_mode", "mode", "listing_id"),)
    listing_id: Mapped[int] = mapped_column(ForeignKey("demand_listing.id"), primary_key=True)
    mode: Mapped[str] = mapped_column(String(CATALOGUE_ID_LENGTH), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)


class DemandRequirement(Model):
    """What is asked of an attribute: hard (必须) or a wish (期望)."""

    __tablename__ = "demand_requirement"
    __table_args__ = (UniqueConstraint("listing_id", "attribute"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("demand_listing.id"), index=True)
    attribute: Mapped[str] = mapped_column(String(CATALOGUE_ID_LENGTH))
    operator: Mapped[str] = mapped_column(String(4))
    value: Mapped[Value] = mapped_column(ValueText)
    hard: Mapped[bool]
    #: The demand's own word for it (payload_kg_min).
    key: Mapped[str] = mapped_column(String(CATALOGUE_ID_LENGTH))
    position: Mapped[int] = mapped_column(default=0)


class DemandReview(Model):
    """One decision of one part (行业主管部门, 属地区县) on one submission."""

    __tablename__ = "demand_review"
    __table_args__ = (UniqueConstraint("listing_id", "round", "part"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("demand_listing.id"), index=True)
    round: Mapped[int]
    part: Mapped[ReviewPart] = mapped_column(Enum(ReviewPart, native_enum=False, length=12))
    decision: Mapped[Decision] = mapped_column(Enum(Decision, native_enum=False, length=12))
    note: Mapped[str] = mapped_column(Text, default="")
    #: Until when a rectification is asked for.
    due_on: Mapped[date | None]
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    #: The unit that decided, as it is shown; "市经信局（代审）" where the bureau stood in.
    reviewer_name: Mapped[str] = mapped_column(String(120))
    decided_at: Mapped[datetime] = mapped_column(default=clock.now)


class DemandRevision(Model):
    """One edit after publication; anybody may read it."""

    __tablename__ = "demand_revision"
    __table_args__ = (UniqueConstraint("listing_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("demand_listing.id"), index=True)
    number: Mapped[int]
    #: [{"field", "label", "before", "after"}] as it is shown.
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime] = mapped_column(default=clock.now)


class DemandSequence(Model):
    """The last running number of a kind in a year."""

    __tablename__ = "demand_sequence"
    kind: Mapped[ListingKind] = mapped_column(
        Enum(ListingKind, native_enum=False, length=12), primary_key=True
    )
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]
