"""Table of changes that an index must take up."""

from __future__ import annotations

import secrets
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Enum, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker import clock
from matchmaker.db import Model

MARK_BYTES = 8
KEY_LENGTH = 60


class ChangeKind(StrEnum):
    """Whose text changed."""

    PRODUCT = "product"
    DEMAND = "demand"


class ChangeOp(StrEnum):
    """What is to be done with the row."""

    PUT = "put"
    REMOVE = "remove"


def _make_mark() -> str:
    return secrets.token_hex(MARK_BYTES)


class IndexChange(Model):
    """One change; ``seq`` follows the order of the commits.

    ``mark`` is random: it tells two databases apart that count alike (one restored from a copy).
    """

    __tablename__ = "index_change"
    __table_args__ = (Index("ix_index_change_kind_seq", "kind", "seq"),)

    seq: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ChangeKind] = mapped_column(Enum(ChangeKind, native_enum=False, length=8))
    #: The product's or the demand's code.
    key: Mapped[str] = mapped_column(String(KEY_LENGTH))
    op: Mapped[ChangeOp] = mapped_column(Enum(ChangeOp, native_enum=False, length=8))
    mark: Mapped[str] = mapped_column(String(2 * MARK_BYTES), default=_make_mark)
    at: Mapped[datetime] = mapped_column(default=clock.now)
