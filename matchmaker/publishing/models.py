"""Tables of notices and their corrections."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Enum, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker import clock
from matchmaker.db import Model
from matchmaker.publishing.rules import NoticeKind, NoticeState, compute_digest

#: Columns that make the content of a notice.
_SHOWN = (
    "kind",
    "title",
    "body",
    "issuer",
    "columns",
    "rows",
    "starts_on",
    "ends_on",
    "valid_until",
    "subject_type",
    "subject_id",
    "snapshot_sha256",
)


class Notice(Model):
    """One announcement, call, publicity page or result. ``rows`` is the list that it shows."""

    __tablename__ = "notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[NoticeKind] = mapped_column(
        Enum(NoticeKind, native_enum=False, length=20), index=True
    )
    state: Mapped[NoticeState] = mapped_column(
        Enum(NoticeState, native_enum=False, length=20), default=NoticeState.DRAFT, index=True
    )
    title: Mapped[str] = mapped_column(String(160))
    body: Mapped[str] = mapped_column(Text)
    issuer: Mapped[str] = mapped_column(String(120))
    #: Columns and rows of a list, as texts.
    columns: Mapped[list[str]] = mapped_column(JSON, default=list)
    rows: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    published_at: Mapped[datetime | None] = mapped_column(index=True)
    #: When a draft is to be published by itself.
    publish_at: Mapped[datetime | None] = mapped_column(index=True)
    #: Last legal day on which it holds; None for one that holds until it is withdrawn.
    valid_until: Mapped[date | None]
    #: First and last legal day of a publicity or application period.
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None] = mapped_column(index=True)
    #: What the notice is about in the room that asked for it.
    subject_type: Mapped[str | None] = mapped_column(String(60), index=True)
    subject_id: Mapped[str | None] = mapped_column(String(80), index=True)
    #: Head of the audit chain and hash of the list, printed so that they stand outside.
    chain_seq: Mapped[int | None]
    chain_hash: Mapped[str | None] = mapped_column(String(64))
    snapshot_sha256: Mapped[str | None] = mapped_column(String(64))
    withdrawn_reason: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int] = mapped_column(default=1)
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    corrections: Mapped[list[NoticeCorrection]] = relationship(order_by="NoticeCorrection.id")

    @property
    def content_sha256(self) -> str:
        """Hash of everything that its page shows of its content."""
        return compute_digest({name: getattr(self, name) for name in _SHOWN})


class NoticeCorrection(Model):
    """A correction of a published notice, shown with it."""

    __tablename__ = "notice_correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"), index=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    reason: Mapped[str] = mapped_column(Text)
    #: Label of what changed → [old, new].
    changes: Mapped[dict[str, Any]] = mapped_column(JSON)
    corrected_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
