"""Table of impressions, counted by day."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, Enum, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.db import Model

CODE_LENGTH = 60


class Place(StrEnum):
    """Where a product was shown."""

    OWNER_LIST = "owner_list"
    TRY_OUT = "try_out"


class MatchImpression(Model):
    """How often a product stood at a rank of the lists of one day."""

    __tablename__ = "match_impression"
    __table_args__ = (
        UniqueConstraint("day", "place", "product", "rank"),
        CheckConstraint("shown > 0", name="shown"),
        CheckConstraint("rank > 0", name="rank"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(index=True)
    place: Mapped[Place] = mapped_column(Enum(Place, native_enum=False, length=12))
    #: Codes of the product and its firm.
    product: Mapped[str] = mapped_column(String(CODE_LENGTH))
    supplier: Mapped[str] = mapped_column(String(CODE_LENGTH), index=True)
    rank: Mapped[int]
    shown: Mapped[int]
