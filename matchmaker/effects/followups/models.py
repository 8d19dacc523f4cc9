"""Tables of follow-ups and of the reports that were handed in."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Enum, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker import clock
from matchmaker.db import Fen, Model
from matchmaker.effects.followups.rules import FollowupState
from matchmaker.selection.results.models import Designation


class Followup(Model):
    """One due report of a designated scene."""

    __tablename__ = "effect_followup"
    __table_args__ = (
        UniqueConstraint("designation_id", "months"),
        CheckConstraint("months in (3, 6, 12)", name="months_known"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    designation_id: Mapped[int] = mapped_column(ForeignKey("selection_designation.id"), index=True)
    months: Mapped[int]
    due_on: Mapped[date] = mapped_column(index=True)
    state: Mapped[FollowupState] = mapped_column(
        Enum(FollowupState, native_enum=False, length=16),
        default=FollowupState.EXPECTED,
        index=True,
    )
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    #: What the unit reads: why it was sent back or found wanting.
    decision_note: Mapped[str] = mapped_column(Text, default="")
    chased_on: Mapped[date | None]
    chase_count: Mapped[int] = mapped_column(default=0)

    designation: Mapped[Designation] = relationship()
    reports: Mapped[list[Report]] = relationship(order_by="Report.id", back_populates="followup")

    @property
    def report(self) -> Report | None:
        """The newest report; it supersedes the earlier ones."""
        return self.reports[-1] if self.reports else None


class Report(Model):
    """What the unit reported; never edited, one after a return is a new row."""

    __tablename__ = "effect_report"
    __table_args__ = (
        CheckConstraint(
            "units >= 0 and hours >= 0 and failures >= 0 and savings_fen >= 0", name="figures"
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    followup_id: Mapped[int] = mapped_column(ForeignKey("effect_followup.id"), index=True)
    units: Mapped[int]
    hours: Mapped[int]
    failures: Mapped[int]
    savings_fen: Mapped[int] = mapped_column(Fen)
    #: The unit agrees that everybody sees the savings.
    savings_public: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text)
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    submitted_at: Mapped[datetime] = mapped_column(default=clock.now)

    followup: Mapped[Followup] = relationship(back_populates="reports")

    @property
    def file_subject(self) -> tuple[str, str]:
        """Type and id under which the evidence is stored."""
        return ("effect_report", str(self.id))
