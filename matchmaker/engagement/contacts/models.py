"""Table of consents."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Enum, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker import clock
from matchmaker.db import Model
from matchmaker.engagement.answers.models import Answer
from matchmaker.engagement.contacts.rules import Contact, Side

_VALID = text("revoked_at IS NULL")


class ContactConsent(Model):
    """One side's consent to give its contact to the other; a revoked one stays in the record."""

    __tablename__ = "contact_consent"
    __table_args__ = (
        Index(
            "uq_contact_consent_valid",
            "answer_id",
            "side",
            unique=True,
            sqlite_where=_VALID,
            postgresql_where=_VALID,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("listing_answer.id"), index=True)
    side: Mapped[Side] = mapped_column(Enum(Side, native_enum=False, length=12))
    name: Mapped[str] = mapped_column(String(30))
    phone: Mapped[str] = mapped_column(String(20))
    given_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    given_at: Mapped[datetime] = mapped_column(default=clock.now)
    revoked_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    revoked_at: Mapped[datetime | None]

    answer: Mapped[Answer] = relationship()

    @property
    def contact(self) -> Contact:
        return Contact(self.name, self.phone)
