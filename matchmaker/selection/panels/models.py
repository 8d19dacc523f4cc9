"""Tables of experts, panels, conflicts and assignments."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Enum, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker import clock
from matchmaker.db import Model
from matchmaker.selection.panels.rules import ConflictSource, ConflictState, MemberRole
from matchmaker.selection.rounds.rules import Stage


class Expert(Model):
    """A member of the expert committee's pool (专家库)."""

    __tablename__ = "selection_expert"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(60), default="")
    employer: Mapped[str] = mapped_column(String(120))
    employer_credit_code: Mapped[str | None] = mapped_column(String(18), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    #: Units of part-time posts, shares held, and the like: names and credit codes, one each.
    other_units: Mapped[list[str]] = mapped_column(JSON, default=list)
    other_credit_codes: Mapped[list[str]] = mapped_column(JSON, default=list)
    #: Ids of the catalogue's sectors.
    sectors: Mapped[list[str]] = mapped_column(JSON, default=list)
    #: What the person knows, in words; the matcher reads it for the assignment.
    fields: Mapped[str] = mapped_column(Text, default="")
    is_active: Mapped[bool] = mapped_column(default=True)
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class PanelMember(Model):
    """An expert in the panel of a round."""

    __tablename__ = "selection_panel_member"
    __table_args__ = (UniqueConstraint("round_id", "expert_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("selection_round.id"), index=True)
    expert_id: Mapped[int] = mapped_column(ForeignKey("selection_expert.id"), index=True)
    role: Mapped[MemberRole] = mapped_column(
        Enum(MemberRole, native_enum=False, length=20), default=MemberRole.MEMBER
    )
    #: When the undertaking (评审承诺) and the declaration (回避声明) were signed.
    declared_at: Mapped[datetime | None]
    declared_name: Mapped[str] = mapped_column(String(60), default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    expert: Mapped[Expert] = relationship()

    @property
    def key(self) -> str:
        """Stable name of the judge in snapshots."""
        return f"J{self.expert_id:05d}"


class Conflict(Model):
    """A conflict of interest (回避) of one judge with one application."""

    __tablename__ = "selection_conflict"
    __table_args__ = (UniqueConstraint("application_id", "member_id", "source"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("selection_application.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("selection_panel_member.id"), index=True)
    source: Mapped[ConflictSource] = mapped_column(
        Enum(ConflictSource, native_enum=False, length=20)
    )
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[ConflictState] = mapped_column(
        Enum(ConflictState, native_enum=False, length=20), index=True
    )
    raised_at: Mapped[datetime] = mapped_column(default=clock.now)
    #: Who entered it; None where the platform found it by itself.
    raised_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str] = mapped_column(Text, default="")

    member: Mapped[PanelMember] = relationship()


class Assignment(Model):
    """One judge reads one application in one stage; bound to the revision that is read."""

    __tablename__ = "selection_assignment"
    __table_args__ = (UniqueConstraint("application_id", "member_id", "stage"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("selection_round.id"), index=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("selection_application.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("selection_panel_member.id"), index=True)
    stage: Mapped[Stage] = mapped_column(Enum(Stage, native_enum=False, length=20), index=True)
    revision_number: Mapped[int]
    assigned_at: Mapped[datetime] = mapped_column(default=clock.now)
    #: When the judge first saved something; from then on the work is not taken back.
    started_at: Mapped[datetime | None]

    member: Mapped[PanelMember] = relationship()


class ScoreOpening(Model):
    """The scores of a stage were opened; from then on its panel and work stay as they are."""

    __tablename__ = "selection_score_opening"
    __table_args__ = (UniqueConstraint("round_id", "stage"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("selection_round.id"), index=True)
    stage: Mapped[Stage] = mapped_column(Enum(Stage, native_enum=False, length=20))
    opened_at: Mapped[datetime] = mapped_column(default=clock.now)
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str] = mapped_column(Text)
