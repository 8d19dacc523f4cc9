"""Tables of calls and of published editions."""

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
)
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker import clock
from matchmaker.campaigns.rules import CampaignState, ListKind
from matchmaker.db import Model


class Campaign(Model):
    """A call for needs (征集通知). Empty ``sectors`` or ``kinds`` mean all of them."""

    __tablename__ = "campaign"
    __table_args__ = (CheckConstraint("opens_on <= closes_on", name="dates"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)
    kinds: Mapped[list[str]] = mapped_column(JSON, default=list)
    sectors: Mapped[list[str]] = mapped_column(JSON, default=list)
    opens_on: Mapped[date] = mapped_column(index=True)
    closes_on: Mapped[date] = mapped_column(index=True)
    state: Mapped[CampaignState] = mapped_column(
        Enum(CampaignState, native_enum=False, length=12), default=CampaignState.DRAFT, index=True
    )
    #: The notice that published the call.
    notice_id: Mapped[int | None]
    is_demo: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    published_at: Mapped[datetime | None]


class Edition(Model):
    """One edition of a list: the rows as they were printed. Public once published."""

    __tablename__ = "list_edition"
    __table_args__ = (
        UniqueConstraint("list_kind", "number"),
        Index("ix_list_edition_list_kind_published_at", "list_kind", "published_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    list_kind: Mapped[ListKind] = mapped_column(Enum(ListKind, native_enum=False, length=12))
    number: Mapped[int]
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"), index=True)
    columns: Mapped[list[str]] = mapped_column(JSON)
    #: The first cell of a row is its stable key, the second its name.
    rows: Mapped[list[list[str]]] = mapped_column(JSON)
    #: SHA-256 over columns and rows, printed on every form of the edition.
    sha256: Mapped[str] = mapped_column(String(64))
    is_demo: Mapped[bool] = mapped_column(default=False)
    prepared_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    prepared_at: Mapped[datetime] = mapped_column(default=clock.now)
    published_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    published_at: Mapped[datetime | None]
    #: Head of the audit trail when it was published.
    chain_seq: Mapped[int | None]
    chain_hash: Mapped[str | None] = mapped_column(String(64))
