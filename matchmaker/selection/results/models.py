"""Tables of results and designations."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Enum, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker import clock
from matchmaker.db import Fen, Model
from matchmaker.selection.applications.models import Application
from matchmaker.selection.results.rules import ResultState
from matchmaker.selection.results.votes import ResolutionKind, ResolutionState
from matchmaker.selection.rounds.rules import Stage


class RoundResult(Model):
    """One computed ranking of one stage, with everything that it was computed from."""

    __tablename__ = "selection_result"
    __table_args__ = (UniqueConstraint("round_id", "stage", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("selection_round.id"), index=True)
    stage: Mapped[Stage] = mapped_column(Enum(Stage, native_enum=False, length=20))
    version: Mapped[int]
    state: Mapped[ResultState] = mapped_column(
        Enum(ResultState, native_enum=False, length=20), index=True
    )
    #: Canonical JSON of the scores, and its SHA-256.
    snapshot: Mapped[str] = mapped_column(Text)
    snapshot_sha256: Mapped[str] = mapped_column(String(64))
    #: The round's settings that decide, and their SHA-256 (the rule version).
    rule: Mapped[dict[str, Any]] = mapped_column(JSON)
    rule_sha256: Mapped[str] = mapped_column(String(64))
    package_version: Mapped[str] = mapped_column(String(40))
    lot: Mapped[str | None] = mapped_column(String(200))
    ballots: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    #: Codes that the panel voted not to propose, and the resolutions that this result follows.
    withheld: Mapped[list[str]] = mapped_column(JSON, default=list)
    resolution_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    judges: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    warnings: Mapped[list[str]] = mapped_column(JSON, default=list)
    computed_at: Mapped[datetime] = mapped_column(default=clock.now)
    computed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    publicity_from: Mapped[date | None]
    publicity_to: Mapped[date | None]
    #: Notice (公示) that shows it.
    notice_id: Mapped[int | None] = mapped_column(index=True)
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    entries: Mapped[list[ResultEntry]] = relationship(order_by="ResultEntry.position")


class ResultEntry(Model):
    """One line of a result."""

    __tablename__ = "selection_result_entry"
    __table_args__ = (UniqueConstraint("result_id", "application_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    result_id: Mapped[int] = mapped_column(ForeignKey("selection_result.id"), index=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("selection_application.id"), index=True)
    position: Mapped[int]
    rank: Mapped[int | None]
    official: Mapped[str | None] = mapped_column(String(10))
    official_exact: Mapped[str | None] = mapped_column(String(60))
    valid_scores: Mapped[int]
    selected: Mapped[bool | None]
    reserve: Mapped[bool]
    tie_broken_by: Mapped[str | None] = mapped_column(String(20))
    below_quorum: Mapped[bool]
    failed: Mapped[list[str]] = mapped_column(JSON, default=list)

    application: Mapped[Application] = relationship()


class Resolution(Model):
    """A vote of the panel on the list (合议决议), entered by one person, confirmed by another."""

    __tablename__ = "selection_resolution"
    __table_args__ = (
        CheckConstraint(
            "votes_for >= 0 and votes_against >= 0 and votes_abstained >= 0",
            name="votes_not_negative",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("selection_round.id"), index=True)
    kind: Mapped[ResolutionKind] = mapped_column(Enum(ResolutionKind, native_enum=False, length=20))
    state: Mapped[ResolutionState] = mapped_column(
        Enum(ResolutionState, native_enum=False, length=20),
        default=ResolutionState.PENDING,
        index=True,
    )
    #: Codes of the scenes voted on: one, or all that share the place at the cut.
    scenes: Mapped[list[str]] = mapped_column(JSON)
    #: Keys of the members who were present and voted; how each voted is not recorded.
    voters: Mapped[list[str]] = mapped_column(JSON)
    #: How many members could have voted.
    entitled: Mapped[int]
    votes_for: Mapped[int] = mapped_column(default=0)
    votes_against: Mapped[int] = mapped_column(default=0)
    votes_abstained: Mapped[int] = mapped_column(default=0)
    #: Of a ballot: votes by code.
    ballots: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    carried: Mapped[bool]
    held_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    minutes: Mapped[str] = mapped_column(Text)
    #: The scores that the panel had before it.
    snapshot_sha256: Mapped[str] = mapped_column(String(64))
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime] = mapped_column(default=clock.now)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    decision_note: Mapped[str] = mapped_column(Text, default="")


class Designation(Model):
    """A scene named in the confirmed list; the award room starts from it."""

    __tablename__ = "selection_designation"
    __table_args__ = (UniqueConstraint("number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("selection_application.id"), unique=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("selection_round.id"), index=True)
    result_id: Mapped[int] = mapped_column(ForeignKey("selection_result.id"), index=True)
    number: Mapped[str] = mapped_column(String(40))
    designated_on: Mapped[date]
    #: What the applicant declared; the award is computed on the verified amount only.
    declared_investment_fen: Mapped[int | None] = mapped_column(Fen)

    application: Mapped[Application] = relationship()
    result: Mapped[RoundResult] = relationship()
