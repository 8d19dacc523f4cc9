"""The table of archives that were made."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Enum, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker import clock
from matchmaker.db import Model
from matchmaker.reporting.archives.rules import Edition


class ArchivePackage(Model):
    """One archive of a round; its bytes lie in the instance folder by their SHA-256."""

    __tablename__ = "archive_package"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("selection_round.id"), index=True)
    edition: Mapped[Edition] = mapped_column(Enum(Edition, native_enum=False, length=12))
    sha256: Mapped[str] = mapped_column(String(64))
    manifest_sha256: Mapped[str] = mapped_column(String(64))
    snapshot_sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    files: Mapped[int]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
