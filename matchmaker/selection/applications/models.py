"""Tables of applications."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Enum, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker import clock
from matchmaker.db import Fen, Model
from matchmaker.selection.applications.rules import (
    ApplicationState,
    OpinionKind,
    Reply,
    Side,
    compute_content_hash,
)
from matchmaker.selection.rounds.models import RoundGate, SelectionRound


class Application(Model):
    """One application (申报) to a round. ``working_content`` is what is being written."""

    __tablename__ = "selection_application"
    __table_args__ = (UniqueConstraint("round_id", "demand_code", "applicant_organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("selection_round.id"), index=True)
    #: Code of the demand listing that the scene came from; None for a community.
    demand_code: Mapped[str | None] = mapped_column(String(40), index=True)
    applicant_organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id"), index=True
    )
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    title: Mapped[str] = mapped_column(String(200))
    sector: Mapped[str | None] = mapped_column(String(40), index=True)
    district: Mapped[str | None] = mapped_column(String(40), index=True)
    state: Mapped[ApplicationState] = mapped_column(
        Enum(ApplicationState, native_enum=False, length=20),
        default=ApplicationState.DRAFT,
        index=True,
    )
    working_content: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    #: Rises with each save; a save that knows an older number is refused.
    save_number: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[datetime | None]
    #: When the draft was first shown to the other units for their confirmation.
    shared_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    rectify_note: Mapped[str] = mapped_column(Text, default="")
    rectify_due_on: Mapped[date | None]
    #: One cycle of rectification is allowed.
    rectify_count: Mapped[int] = mapped_column(default=0)
    decision_note: Mapped[str] = mapped_column(Text, default="")
    #: Persons and units that the applicant asks to be kept away, with the reason.
    avoid_request: Mapped[str] = mapped_column(Text, default="")
    is_demo: Mapped[bool] = mapped_column(default=False)
    #: Scored together before the round begins; never ranked.
    is_calibration: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    round: Mapped[SelectionRound] = relationship()
    members: Mapped[list[ConsortiumMember]] = relationship(
        order_by="ConsortiumMember.position", cascade="all, delete-orphan"
    )
    revisions: Mapped[list[ApplicationRevision]] = relationship(
        order_by="ApplicationRevision.number"
    )

    @property
    def content_sha256(self) -> str:
        """Hash of the content as it stands: of the working one while it may change."""
        return compute_content_hash(self.working_content)

    @property
    def unconfirmed(self) -> list[ConsortiumMember]:
        """Units with an account on the platform that have not confirmed the present content."""
        return [
            member
            for member in self.members
            if member.organisation_id is not None
            and not member.is_lead
            and not member.has_agreed_to(self.content_sha256)
        ]

    @property
    def revision(self) -> ApplicationRevision | None:
        """The newest frozen revision."""
        return self.revisions[-1] if self.revisions else None


class ConsortiumMember(Model):
    """One unit of the consortium (联合体)."""

    __tablename__ = "selection_consortium_member"
    __table_args__ = (UniqueConstraint("application_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("selection_application.id"), index=True)
    position: Mapped[int]
    side: Mapped[Side] = mapped_column(Enum(Side, native_enum=False, length=20))
    name: Mapped[str] = mapped_column(String(120))
    credit_code: Mapped[str | None] = mapped_column(String(18), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    supplier_id: Mapped[str | None] = mapped_column(String(40), index=True)
    product_ids: Mapped[list[str]] = mapped_column(JSON, default=list)
    is_lead: Mapped[bool] = mapped_column(default=False)
    reply: Mapped[Reply | None] = mapped_column(Enum(Reply, native_enum=False, length=20))
    #: SHA-256 of the content that the unit had read; a later content asks for a new reply.
    reply_sha256: Mapped[str | None] = mapped_column(String(64))
    reply_note: Mapped[str] = mapped_column(Text, default="")
    replied_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    replied_at: Mapped[datetime | None]

    def has_agreed_to(self, sha256: str) -> bool:
        """True when the unit has confirmed this content."""
        return self.reply in {Reply.CONFIRMED, Reply.ON_PAPER} and self.reply_sha256 == sha256


class ApplicationRevision(Model):
    """A frozen copy of the content, made at each submission."""

    __tablename__ = "selection_application_revision"
    __table_args__ = (UniqueConstraint("application_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("selection_application.id"), index=True)
    number: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    investment_fen: Mapped[int | None] = mapped_column(Fen)
    sha256: Mapped[str] = mapped_column(String(64))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class ApplicationAttachment(Model):
    """What stands on one line of the attachments checklist; its files hang on ``file_subject``."""

    __tablename__ = "selection_application_attachment"
    __table_args__ = (UniqueConstraint("application_id", "checklist_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("selection_application.id"), index=True)
    checklist_id: Mapped[int] = mapped_column(ForeignKey("selection_round_attachment.id"))
    note: Mapped[str] = mapped_column(String(300), default="")
    added_at: Mapped[datetime] = mapped_column(default=clock.now)

    @property
    def file_subject(self) -> tuple[str, str]:
        """Type and id under which the files of this line are stored."""
        return ("selection_attachment", f"{self.application_id}-{self.checklist_id}")


class GateDecision(Model):
    """The answer to one gate, with its evidence."""

    __tablename__ = "selection_gate_decision"
    __table_args__ = (UniqueConstraint("application_id", "gate_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("selection_application.id"), index=True)
    gate_id: Mapped[int] = mapped_column(ForeignKey("selection_gate.id"))
    passed: Mapped[bool]
    evidence: Mapped[str] = mapped_column(Text)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime]
    revision_number: Mapped[int]

    gate: Mapped[RoundGate] = relationship()


class Opinion(Model):
    """The district's first review or the lead department's opinion."""

    __tablename__ = "selection_opinion"
    __table_args__ = (UniqueConstraint("application_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("selection_application.id"), index=True)
    kind: Mapped[OpinionKind] = mapped_column(Enum(OpinionKind, native_enum=False, length=20))
    recommends: Mapped[bool]
    text: Mapped[str] = mapped_column(Text)
    unit: Mapped[str] = mapped_column(String(120))
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    given_at: Mapped[datetime]
    revision_number: Mapped[int]


class SiteInspection(Model):
    """The record of one visit (现场核查); its points enter the final score."""

    __tablename__ = "selection_inspection"
    __table_args__ = (
        UniqueConstraint("application_id"),
        CheckConstraint("score between 0 and 10000", name="score_range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("selection_application.id"), index=True)
    inspected_on: Mapped[date]
    place: Mapped[str] = mapped_column(String(200))
    inspectors: Mapped[str] = mapped_column(String(200))
    units_seen: Mapped[int]
    running_hours: Mapped[str] = mapped_column(String(40))
    findings: Mapped[str] = mapped_column(Text)
    #: Hundredths of a point of 100.
    score: Mapped[int]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime]

    @property
    def file_subject(self) -> tuple[str, str]:
        """Type and id under which the photos are stored."""
        return ("selection_inspection", str(self.application_id))
