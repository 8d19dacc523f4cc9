"""Tables of rounds. After the applications open, triggers refuse a change of what decides."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Enum,
    ForeignKey,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker import clock
from matchmaker.db import Model
from matchmaker.selection.official import ScoreRule
from matchmaker.selection.rounds.rules import RoundState
from matchmaker.selection.walls import listen_for_triggers


class SelectionRound(Model):
    """One year's round of a programme. ``code`` is its address, for example 2026-humanoid."""

    __tablename__ = "selection_round"
    __table_args__ = (
        UniqueConstraint("programme", "year"),
        CheckConstraint("quota >= 1", name="quota_positive"),
        CheckConstraint("stages in (1, 2)", name="stages_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    programme: Mapped[str] = mapped_column(String(40), index=True)
    year: Mapped[int] = mapped_column(index=True)
    title: Mapped[str] = mapped_column(String(120))
    notice_text: Mapped[str] = mapped_column(Text)
    state: Mapped[RoundState] = mapped_column(
        Enum(RoundState, native_enum=False, length=20), default=RoundState.DRAFT, index=True
    )
    quota: Mapped[int]
    rule: Mapped[ScoreRule] = mapped_column(Enum(ScoreRule, native_enum=False, length=20))
    stages: Mapped[int]
    judges_per_scene: Mapped[int]
    panel_size: Mapped[int]
    quorum_preliminary: Mapped[int]
    quorum_final: Mapped[int]
    shortlist_size: Mapped[int]
    #: Hundredths of a point; None means that no pass mark is set.
    pass_mark: Mapped[int | None]
    item_pass_percent: Mapped[int]
    consortium_max: Mapped[int]
    publicity_days: Mapped[int]
    needs_district_review: Mapped[bool]
    needs_department_opinion: Mapped[bool]
    tie_chain: Mapped[list[str]] = mapped_column(JSON)
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    #: ISO days between which the investment counts; empty where the notice sets none.
    investment_from: Mapped[str] = mapped_column(String(10), default="")
    investment_to: Mapped[str] = mapped_column(String(10), default="")
    frozen_at: Mapped[datetime | None]
    #: Text to which the public lot of equal scenes is bound, published before the scores are known.
    lot_commitment: Mapped[str | None] = mapped_column(String(64))
    revision: Mapped[int] = mapped_column(default=1)
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    criteria: Mapped[list[RoundCriterion]] = relationship(
        order_by="RoundCriterion.position", cascade="all, delete-orphan"
    )
    gates: Mapped[list[RoundGate]] = relationship(
        order_by="RoundGate.position", cascade="all, delete-orphan"
    )
    attachments: Mapped[list[RoundAttachment]] = relationship(
        order_by="RoundAttachment.position", cascade="all, delete-orphan"
    )


class RoundCriterion(Model):
    """One criterion (指标) of a round."""

    __tablename__ = "selection_criterion"
    __table_args__ = (
        UniqueConstraint("round_id", "position"),
        UniqueConstraint("round_id", "name"),
        CheckConstraint("weight between 1 and 100", name="weight_range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("selection_round.id"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(60))
    description: Mapped[str] = mapped_column(Text)
    weight: Mapped[int]
    inspection_points: Mapped[int] = mapped_column(default=0)
    basis: Mapped[str] = mapped_column(String(120))
    #: Five texts, for 95, 85, 75, 65 and 50 points of 100.
    anchors: Mapped[list[str]] = mapped_column(JSON)

    @property
    def key(self) -> str:
        """Stable name of the criterion in snapshots."""
        return f"c{self.position:02d}"

    @property
    def site_key(self) -> str:
        """Stable name of the part that the site inspection gives."""
        return f"{self.key}s"


class RoundGate(Model):
    """One yes/no requirement (资格条件) of a round."""

    __tablename__ = "selection_gate"
    __table_args__ = (UniqueConstraint("round_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("selection_round.id"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(60))
    question: Mapped[str] = mapped_column(Text)
    basis: Mapped[str] = mapped_column(String(120))


class RoundAttachment(Model):
    """One line of the attachments checklist of a round."""

    __tablename__ = "selection_round_attachment"
    __table_args__ = (UniqueConstraint("round_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("selection_round.id"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(80))
    note: Mapped[str] = mapped_column(String(200), default="")
    required: Mapped[bool] = mapped_column(default=True)


_FROZEN = "selection rules are frozen once applications open"
_DECIDING = (
    "quota",
    "rule",
    "stages",
    "quorum_preliminary",
    "quorum_final",
    "pass_mark",
    "item_pass_percent",
    "tie_chain",
    "publicity_days",
    "programme",
    "year",
    "shortlist_size",
    "judges_per_scene",
    "panel_size",
    "consortium_max",
    "notice_text",
    "investment_from",
    "investment_to",
    "needs_district_review",
    "needs_department_opinion",
)
_FROZEN_ROWS = ("selection_criterion", "selection_gate", "selection_round_attachment")
_ROW_TRIGGER = (
    "CREATE TRIGGER <table>_frozen_<verb> BEFORE <verb> ON <table> "
    "WHEN (SELECT state FROM selection_round WHERE id = <row>.round_id) <> 'DRAFT' "
    "BEGIN SELECT RAISE(ABORT, '{text}'); END"
)

#: Statements that stand behind the freeze, by dialect; a migration runs the same ones.
FREEZE = {
    "sqlite": (
        "CREATE TRIGGER selection_round_frozen BEFORE UPDATE OF {columns} ON selection_round "
        "WHEN OLD.state <> 'DRAFT' BEGIN SELECT RAISE(ABORT, '{text}'); END",
        *(
            _ROW_TRIGGER.replace("<table>", table).replace("<verb>", verb).replace("<row>", row)
            for table in _FROZEN_ROWS
            for verb, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD"))
        ),
    ),
    "postgresql": (
        "CREATE FUNCTION selection_frozen() RETURNS trigger AS $$ BEGIN "
        "RAISE EXCEPTION '{text}'; END $$ LANGUAGE plpgsql",
        "CREATE TRIGGER selection_round_frozen BEFORE UPDATE OF {columns} ON selection_round "
        "FOR EACH ROW WHEN (OLD.state <> 'DRAFT') EXECUTE FUNCTION selection_frozen()",
        "CREATE FUNCTION selection_rule_row_frozen() RETURNS trigger AS $$ DECLARE r integer; "
        "BEGIN IF TG_OP = 'INSERT' THEN r := NEW.round_id; ELSE r := OLD.round_id; END IF; "
        "IF (SELECT state FROM selection_round WHERE id = r) <> 'DRAFT' THEN "
        "RAISE EXCEPTION '{text}'; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$ LANGUAGE plpgsql",
        *(
            f"CREATE TRIGGER {table}_frozen BEFORE INSERT OR UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION selection_rule_row_frozen()"
            for table in _FROZEN_ROWS
        ),
    ),
}
FREEZE_STATEMENTS = {
    dialect: tuple(text.format(columns=", ".join(_DECIDING), text=_FROZEN) for text in statements)
    for dialect, statements in FREEZE.items()
}
listen_for_triggers(RoundAttachment.__table__, FREEZE_STATEMENTS)
