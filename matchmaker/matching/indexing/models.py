"""Table of the stored generations."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Enum, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker import clock
from matchmaker.db import Model
from matchmaker.matching.archive.models import DIGEST_LENGTH
from matchmaker.matching.changes.models import ChangeKind

SCORER_LENGTH = 60
FOLDER_LENGTH = 120


class IndexGeneration(Model):
    """One stored corpus of texts; every change up to ``covers_seq`` is in it."""

    __tablename__ = "index_generation"
    __table_args__ = (UniqueConstraint("kind", "n"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ChangeKind] = mapped_column(Enum(ChangeKind, native_enum=False, length=8))
    n: Mapped[int]
    #: Name below ``index/`` in the instance folder.
    folder: Mapped[str] = mapped_column(String(FOLDER_LENGTH))
    #: Of its files.
    sha256: Mapped[str] = mapped_column(String(DIGEST_LENGTH))
    covers_seq: Mapped[int]
    scorer: Mapped[str] = mapped_column(String(SCORER_LENGTH))
    #: Digest of the offers whose texts it holds, as the archive keeps them.
    corpus: Mapped[str] = mapped_column(String(DIGEST_LENGTH))
    n_rows: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
