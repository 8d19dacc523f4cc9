"""Table of feedback."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Enum, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker import clock
from matchmaker.db import Model
from matchmaker.matching.feedback.rules import NOTE_MAX, Reason, Usefulness

CODE_LENGTH = 60
SCORER_LENGTH = 60
DIGEST_LENGTH = 64


class MatchFeedback(Model):
    """One word on one match; a later one of the same person stands in its place, none is lost."""

    __tablename__ = "match_feedback"
    __table_args__ = (
        CheckConstraint("rank_shown >= 1", name="rank_shown"),
        CheckConstraint("usefulness = 'USEFUL' OR reason IS NOT NULL", name="reason"),
        Index("ix_match_feedback_listing_id_product", "listing_id", "product"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("demand_listing.id"))
    #: Codes of the product and its firm.
    product: Mapped[str] = mapped_column(String(CODE_LENGTH), index=True)
    supplier: Mapped[str] = mapped_column(String(CODE_LENGTH), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    usefulness: Mapped[Usefulness] = mapped_column(
        Enum(Usefulness, native_enum=False, length=12), index=True
    )
    reason: Mapped[Reason | None] = mapped_column(Enum(Reason, native_enum=False, length=20))
    note: Mapped[str] = mapped_column(String(NOTE_MAX), default="")
    #: The place in the list that was on the screen, and what had made the list.
    rank_shown: Mapped[int]
    scorer: Mapped[str] = mapped_column(String(SCORER_LENGTH))
    corpus: Mapped[str] = mapped_column(String(DIGEST_LENGTH))
    at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
