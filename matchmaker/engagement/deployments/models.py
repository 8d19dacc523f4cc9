"""Tables of pairings and what follows from them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Enum, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker import clock
from matchmaker.db import Fen, Model
from matchmaker.demands.models import CATALOGUE_ID_LENGTH
from matchmaker.engagement.answers.models import Answer
from matchmaker.engagement.deployments.rules import Stage


class Pairing(Model):
    """A chosen answer on its way to work; one for each."""

    __tablename__ = "pairing"

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("listing_answer.id"), unique=True)
    stage: Mapped[Stage] = mapped_column(
        Enum(Stage, native_enum=False, length=12), default=Stage.PROPOSED, index=True
    )
    proposed_at: Mapped[datetime] = mapped_column(default=clock.now)
    paired_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str] = mapped_column(Text, default="")
    is_demo: Mapped[bool] = mapped_column(default=False)

    answer: Mapped[Answer] = relationship()
    trial: Mapped[Trial | None] = relationship(back_populates="pairing")
    contract: Mapped[Contract | None] = relationship(back_populates="pairing")
    deployment: Mapped[Deployment | None] = relationship(back_populates="pairing")


class Trial(Model):
    """The first use on site (首试首用). ``result`` counts once both sides have accepted it."""

    __tablename__ = "trial"
    __table_args__ = (CheckConstraint("starts_on <= ends_on", name="period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pairing_id: Mapped[int] = mapped_column(ForeignKey("pairing.id"), unique=True)
    plan: Mapped[str] = mapped_column(Text)
    site: Mapped[str] = mapped_column(String(120))
    starts_on: Mapped[date]
    ends_on: Mapped[date] = mapped_column(index=True)
    result: Mapped[str] = mapped_column(Text, default="")
    has_passed: Mapped[bool | None]
    result_at: Mapped[datetime | None]
    owner_accepted_at: Mapped[datetime | None]
    supplier_accepted_at: Mapped[datetime | None]
    #: When both sides were last reminded that the result is due.
    reminded_at: Mapped[datetime | None]

    pairing: Mapped[Pairing] = relationship(back_populates="trial")


class Contract(Model):
    """What the two sides signed, as the owner recorded it."""

    __tablename__ = "contract"
    __table_args__ = (
        CheckConstraint("value_fen > 0", name="value"),
        CheckConstraint("units > 0", name="units"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pairing_id: Mapped[int] = mapped_column(ForeignKey("pairing.id"), unique=True)
    number: Mapped[str] = mapped_column(String(60))
    mode: Mapped[str] = mapped_column(String(CATALOGUE_ID_LENGTH))
    value_fen: Mapped[int] = mapped_column(Fen)
    units: Mapped[int]
    signed_on: Mapped[date]
    #: When the firm confirmed the record; a correction asks it anew.
    confirmed_at: Mapped[datetime | None]
    objection: Mapped[str | None] = mapped_column(Text)
    objected_at: Mapped[datetime | None]

    pairing: Mapped[Pairing] = relationship(back_populates="contract")


class Deployment(Model):
    """Robots at work on a site."""

    __tablename__ = "deployment"
    __table_args__ = (CheckConstraint("units > 0", name="units"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pairing_id: Mapped[int] = mapped_column(ForeignKey("pairing.id"), unique=True)
    site: Mapped[str] = mapped_column(String(120))
    units: Mapped[int]
    started_on: Mapped[date]
    #: When the firm confirmed the record; a correction asks it anew.
    confirmed_at: Mapped[datetime | None]
    objection: Mapped[str | None] = mapped_column(Text)
    objected_at: Mapped[datetime | None]

    pairing: Mapped[Pairing] = relationship(back_populates="deployment")
    hours: Mapped[list[RunningHours]] = relationship(lazy="selectin", order_by="RunningHours.as_of")


class RunningHours(Model):
    """Cumulative hours of a deployment on a day; a new figure is added, none is overwritten."""

    __tablename__ = "running_hours"
    __table_args__ = (
        UniqueConstraint("deployment_id", "as_of"),
        CheckConstraint("hours >= 0", name="hours"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"), index=True)
    as_of: Mapped[date]
    hours: Mapped[int]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
