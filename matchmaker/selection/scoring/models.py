"""Tables of score sheets. Triggers refuse any change of a sheet that has been submitted (L1)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    Enum,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker import clock
from matchmaker.db import Model
from matchmaker.selection.panels.models import Assignment
from matchmaker.selection.scoring.rules import ReopenState, SheetState
from matchmaker.selection.walls import listen_for_triggers


class ScoreSheet(Model):
    """One judge's sheet for one application in one stage; ``version`` counts corrections."""

    __tablename__ = "selection_score_sheet"
    __table_args__ = (
        UniqueConstraint("assignment_id", "version"),
        CheckConstraint("version >= 1", name="version_positive"),
        Index(
            "uq_selection_score_sheet_live",
            "assignment_id",
            "state",
            unique=True,
            sqlite_where=text("state in ('DRAFT', 'SUBMITTED')"),
            postgresql_where=text("state in ('DRAFT', 'SUBMITTED')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("selection_assignment.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[SheetState] = mapped_column(
        Enum(SheetState, native_enum=False, length=20), default=SheetState.DRAFT, index=True
    )
    revision_number: Mapped[int]
    note: Mapped[str] = mapped_column(Text, default="")
    saved_at: Mapped[datetime] = mapped_column(default=clock.now)
    submitted_at: Mapped[datetime | None]

    @property
    def revision(self) -> str:
        """Changes with every save."""
        return f"{self.saved_at:%Y%m%d%H%M%S%f}"

    assignment: Mapped[Assignment] = relationship()
    lines: Mapped[list[ScoreLine]] = relationship(
        order_by="ScoreLine.criterion_id", cascade="all, delete-orphan"
    )


class ScoreLine(Model):
    """One criterion of a sheet, in hundredths of a point of 100."""

    __tablename__ = "selection_score_line"
    __table_args__ = (
        UniqueConstraint("sheet_id", "criterion_id"),
        CheckConstraint("score is null or score between 0 and 10000", name="score_range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("selection_score_sheet.id"), index=True)
    criterion_id: Mapped[int] = mapped_column(ForeignKey("selection_criterion.id"), index=True)
    score: Mapped[int | None]
    note: Mapped[str] = mapped_column(Text, default="")


class ReopenRequest(Model):
    """A wish to correct a submitted sheet; granted or refused by another person."""

    __tablename__ = "selection_reopen_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("selection_score_sheet.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[ReopenState] = mapped_column(
        Enum(ReopenState, native_enum=False, length=20), default=ReopenState.PENDING, index=True
    )
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    requested_at: Mapped[datetime] = mapped_column(default=clock.now)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str] = mapped_column(Text, default="")

    sheet: Mapped[ScoreSheet] = relationship()


class ScoreQuestion(Model):
    """A flag that asks a judge to give a reason; nothing is changed by it."""

    __tablename__ = "selection_score_question"
    __table_args__ = (UniqueConstraint("sheet_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("selection_score_sheet.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    detail: Mapped[str] = mapped_column(String(300))
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]

    sheet: Mapped[ScoreSheet] = relationship()


_LOCKED = "a submitted score is locked"
_SHEET_COLUMNS = "assignment_id, version, revision_number, note, submitted_at"
_LINE_TRIGGER = (
    "CREATE TRIGGER selection_line_locked_<verb> BEFORE <verb> ON selection_score_line "
    "WHEN (SELECT state FROM selection_score_sheet WHERE id = <row>.sheet_id) <> 'DRAFT' "
    "BEGIN SELECT RAISE(ABORT, 'a submitted score is locked'); END"
)

#: Statements of the lock, by dialect; a migration runs the same ones.
LOCK_STATEMENTS = {
    "sqlite": (
        "CREATE TRIGGER selection_sheet_locked BEFORE UPDATE ON selection_score_sheet "
        "WHEN OLD.state <> 'DRAFT' AND (NEW.state NOT IN ('SUPERSEDED', 'VOID') "
        "OR NEW.assignment_id IS NOT OLD.assignment_id OR NEW.version IS NOT OLD.version "
        "OR NEW.revision_number IS NOT OLD.revision_number OR NEW.note IS NOT OLD.note "
        "OR NEW.submitted_at IS NOT OLD.submitted_at) "
        f"BEGIN SELECT RAISE(ABORT, '{_LOCKED}'); END",
        "CREATE TRIGGER selection_sheet_kept BEFORE DELETE ON selection_score_sheet "
        f"WHEN OLD.state <> 'DRAFT' BEGIN SELECT RAISE(ABORT, '{_LOCKED}'); END",
        *(
            _LINE_TRIGGER.replace("<verb>", verb).replace("<row>", row)
            for verb, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD"))
        ),
    ),
    "postgresql": (
        "CREATE FUNCTION selection_sheet_locked() RETURNS trigger AS $$ BEGIN "
        "IF OLD.state <> 'DRAFT' AND (TG_OP = 'DELETE' OR NEW.state NOT IN ('SUPERSEDED', 'VOID') "
        f"OR ({', '.join('NEW.' + c for c in _SHEET_COLUMNS.split(', '))}) IS DISTINCT FROM "
        f"({', '.join('OLD.' + c for c in _SHEET_COLUMNS.split(', '))})) THEN "
        "RAISE EXCEPTION 'a submitted score is locked'; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$ LANGUAGE plpgsql",
        "CREATE TRIGGER selection_sheet_locked BEFORE UPDATE OR DELETE ON selection_score_sheet "
        "FOR EACH ROW EXECUTE FUNCTION selection_sheet_locked()",
        "CREATE FUNCTION selection_line_locked() RETURNS trigger AS $$ DECLARE s integer; BEGIN "
        "IF TG_OP = 'INSERT' THEN s := NEW.sheet_id; ELSE s := OLD.sheet_id; END IF; "
        "IF (SELECT state FROM selection_score_sheet WHERE id = s) <> 'DRAFT' THEN "
        "RAISE EXCEPTION 'a submitted score is locked'; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$ LANGUAGE plpgsql",
        "CREATE TRIGGER selection_line_locked BEFORE INSERT OR UPDATE OR DELETE "
        "ON selection_score_line FOR EACH ROW EXECUTE FUNCTION selection_line_locked()",
    ),
}
listen_for_triggers(ScoreLine.__table__, LOCK_STATEMENTS)
