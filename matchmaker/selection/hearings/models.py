"""Tables of hearings. Triggers refuse a change of the record after the lock of the scores (L1)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Enum, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker import clock
from matchmaker.db import Model
from matchmaker.selection.hearings.rules import OrderKind
from matchmaker.selection.panels.models import PanelMember
from matchmaker.selection.walls import listen_for_triggers


class PresentationSlot(Model):
    """The time at which a consortium presents (答辩)."""

    __tablename__ = "selection_presentation"
    __table_args__ = (
        UniqueConstraint("application_id"),
        UniqueConstraint("round_id", "starts_at", "place"),
        CheckConstraint("minutes between 5 and 120", name="minutes_range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("selection_round.id"), index=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("selection_application.id"), index=True)
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    place: Mapped[str] = mapped_column(String(120))


class Hearing(Model):
    """The hearing of a round: how its order came about and when it began."""

    __tablename__ = "selection_hearing"
    __table_args__ = (
        UniqueConstraint("round_id"),
        CheckConstraint("draws >= 0", name="draws_not_negative"),
        CheckConstraint("order_kind <> 'DRAWN' or seed <> ''", name="drawn_with_seed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("selection_round.id"))
    order_kind: Mapped[OrderKind] = mapped_column(
        Enum(OrderKind, native_enum=False, length=20), default=OrderKind.STATED
    )
    #: Text that the present order was drawn with; empty where it was not drawn.
    seed: Mapped[str] = mapped_column(String(80), default="")
    #: How often lots were drawn; each draw stands in the trail.
    draws: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    #: From here on the order is fixed.
    started_at: Mapped[datetime | None]


class HearingEntry(Model):
    """One question and its answer; a correction after the lock is an entry of its own."""

    __tablename__ = "selection_hearing_entry"
    __table_args__ = (
        UniqueConstraint("corrects_id"),
        CheckConstraint("corrects_id is null or reason <> ''", name="correction_has_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("selection_application.id"), index=True)
    #: Who asked, where it was noted; shown to the bureau only.
    member_id: Mapped[int | None] = mapped_column(ForeignKey("selection_panel_member.id"))
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    #: Why the entry was written after the lock; empty for one of the hearing itself.
    reason: Mapped[str] = mapped_column(Text, default="")
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("selection_hearing_entry.id"))
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    written_at: Mapped[datetime] = mapped_column(default=clock.now)
    edited_at: Mapped[datetime | None]

    member: Mapped[PanelMember | None] = relationship()


_FROZEN = "the record of a hearing is frozen once the scores are locked"
_STATE = (
    "(SELECT r.state FROM selection_round r JOIN selection_application a ON a.round_id = r.id "
    "WHERE a.id = <row>.application_id) IN ('RANKED', 'PUBLICITY', 'CONFIRMED')"
)
_TRIGGER = (
    "CREATE TRIGGER selection_hearing_frozen_<verb> BEFORE <verb> ON selection_hearing_entry "
    f"WHEN {_STATE}<more> BEGIN SELECT RAISE(ABORT, '{_FROZEN}'); END"
)

#: Statements of the freeze, by dialect; a migration runs the same ones.
FREEZE_STATEMENTS = {
    "sqlite": tuple(
        _TRIGGER.replace("<verb>", verb).replace("<row>", row).replace("<more>", more)
        for verb, row, more in (
            ("INSERT", "NEW", " AND NEW.reason = ''"),
            ("UPDATE", "OLD", ""),
            ("DELETE", "OLD", ""),
        )
    ),
    "postgresql": (
        "CREATE FUNCTION selection_hearing_frozen() RETURNS trigger AS $$ DECLARE k integer; "
        "BEGIN IF TG_OP = 'INSERT' THEN k := NEW.application_id; "
        "ELSE k := OLD.application_id; END IF; "
        f"IF {_STATE.replace('<row>.application_id', 'k')} "
        "AND (TG_OP <> 'INSERT' OR NEW.reason = '') THEN "
        f"RAISE EXCEPTION '{_FROZEN}'; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$ LANGUAGE plpgsql",
        "CREATE TRIGGER selection_hearing_frozen BEFORE INSERT OR UPDATE OR DELETE "
        "ON selection_hearing_entry FOR EACH ROW EXECUTE FUNCTION selection_hearing_frozen()",
    ),
}
listen_for_triggers(HearingEntry.__table__, FREEZE_STATEMENTS)
