"""Table of kept facts."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Enum, String
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker import clock
from matchmaker.db import Model

DIGEST_LENGTH = 64


class RecordKind(StrEnum):
    """What was kept."""

    OFFER = "offer"
    NEED = "need"
    CORPUS = "corpus"


class MatchRecord(Model):
    """Facts as a run saw them; equal facts are kept once, nothing is ever changed.

    A need's record names the firms whose private wishes it did not meet: it is read by the
    program only and shown to nobody.
    """

    __tablename__ = "match_record"

    digest: Mapped[str] = mapped_column(String(DIGEST_LENGTH), primary_key=True)
    kind: Mapped[RecordKind] = mapped_column(Enum(RecordKind, native_enum=False, length=8))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    kept_at: Mapped[datetime] = mapped_column(default=clock.now)
