"""Tables of stored bytes and of what they were uploaded for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker import clock
from matchmaker.db import Model


class Blob(Model):
    """Bytes under the instance folder, named by their SHA-256; the same bytes are stored once."""

    __tablename__ = "blob"
    __table_args__ = (CheckConstraint("size > 0", name="size"),)

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class StoredFile(Model):
    """A file of one subject. ``token`` is random: a file's address tells nothing."""

    __tablename__ = "stored_file"
    __table_args__ = (Index("ix_stored_file_subject", "subject_type", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(43), unique=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"), index=True)
    subject_type: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(120))
    uploaded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    removed_at: Mapped[datetime | None]

    blob: Mapped[Blob] = relationship(lazy="joined")
