"""Table of objections."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Enum, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker import clock
from matchmaker.db import Model
from matchmaker.selection.objections.rules import ObjectionState, find_deadline, mask_receipt


class Objection(Model):
    """One objection to one line of a published result (or to the whole of it)."""

    __tablename__ = "selection_objection"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: What the objector follows it by; cannot be guessed.
    receipt: Mapped[str] = mapped_column(String(40), unique=True)
    result_id: Mapped[int] = mapped_column(ForeignKey("selection_result.id"), index=True)
    application_id: Mapped[int | None] = mapped_column(
        ForeignKey("selection_application.id"), index=True
    )
    #: The person, where it was filed signed in: told of the answer, shown to nobody.
    filed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    name: Mapped[str] = mapped_column(String(120))
    contact: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[ObjectionState] = mapped_column(
        Enum(ObjectionState, native_enum=False, length=20),
        default=ObjectionState.FILED,
        index=True,
    )
    filed_at: Mapped[datetime] = mapped_column(default=clock.now)
    accept_by: Mapped[date]
    enquire_by: Mapped[date | None]
    answer_by: Mapped[date | None]
    #: What the enquiry found; for the bureau, the answer is what the objector reads.
    enquiry: Mapped[str] = mapped_column(Text, default="")
    enquired_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    enquired_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    handled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    handled_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[datetime | None]

    @property
    def desk_number(self) -> str:
        """What the bureau calls it by: its own number, and the receipt number masked."""
        return f"第{self.id}号（{mask_receipt(self.receipt)}）"

    @property
    def file_subject(self) -> tuple[str, str]:
        """Type and id under which the evidence is stored."""
        return ("selection_objection", str(self.id))

    @property
    def deadline(self) -> date | None:
        """Until when the next step is due; None once it was decided."""
        return find_deadline(
            self.state,
            accept_by=self.accept_by,
            enquire_by=self.enquire_by,
            answer_by=self.answer_by,
        )
