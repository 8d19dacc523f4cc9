"""Tables of milestones and of what was handed in on them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Enum, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker import clock
from matchmaker.db import Model
from matchmaker.engagement.deployments.models import Pairing
from matchmaker.engagement.milestones.rules import MilestoneState


class Milestone(Model):
    """Something that the chosen firm of a challenge reaches by a day."""

    __tablename__ = "milestone"

    id: Mapped[int] = mapped_column(primary_key=True)
    pairing_id: Mapped[int] = mapped_column(ForeignKey("pairing.id"), index=True)
    title: Mapped[str] = mapped_column(String(60))
    target: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date] = mapped_column(index=True)
    state: Mapped[MilestoneState] = mapped_column(
        Enum(MilestoneState, native_enum=False, length=12),
        default=MilestoneState.PLANNED,
        index=True,
    )
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    #: When both sides were last reminded of the day.
    reminded_at: Mapped[datetime | None]

    pairing: Mapped[Pairing] = relationship()
    reports: Mapped[list[MilestoneReport]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by="MilestoneReport.id"
    )


class MilestoneReport(Model):
    """What the firm handed in once, and the owner's decision; an earlier one is never changed."""

    __tablename__ = "milestone_report"
    __table_args__ = (
        CheckConstraint("(accepted IS NULL) = (decided_at IS NULL)", name="decision"),
        CheckConstraint("accepted IS NULL OR accepted OR note <> ''", name="note"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    milestone_id: Mapped[int] = mapped_column(ForeignKey("milestone.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    submitted_at: Mapped[datetime] = mapped_column(default=clock.now)
    #: None until the owner has decided.
    accepted: Mapped[bool | None]
    note: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]

    milestone: Mapped[Milestone] = relationship(back_populates="reports")
