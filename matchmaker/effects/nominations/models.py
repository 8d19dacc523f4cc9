"""Table of nominations."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Enum, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker import clock
from matchmaker.db import Model
from matchmaker.effects.nominations.rules import Level, NominationKind, NominationState
from matchmaker.selection.results.models import Designation

_LIVE = text("state <> 'WITHDRAWN'")


class Nomination(Model):
    """One designated scene put forward for one list."""

    __tablename__ = "effect_nomination"
    __table_args__ = (
        Index(
            "uq_effect_nomination_live",
            "designation_id",
            "list_name",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        CheckConstraint("state <> 'NAMED' OR result_document <> ''", name="named_by_document"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    designation_id: Mapped[int] = mapped_column(ForeignKey("selection_designation.id"), index=True)
    level: Mapped[Level] = mapped_column(Enum(Level, native_enum=False, length=16))
    kind: Mapped[NominationKind] = mapped_column(Enum(NominationKind, native_enum=False, length=16))
    list_name: Mapped[str] = mapped_column(String(200))
    nominated_on: Mapped[date]
    document_number: Mapped[str] = mapped_column(String(200))
    state: Mapped[NominationState] = mapped_column(
        Enum(NominationState, native_enum=False, length=16),
        default=NominationState.NOMINATED,
        index=True,
    )
    result_on: Mapped[date | None]
    result_document: Mapped[str] = mapped_column(String(200), default="")
    note: Mapped[str] = mapped_column(String(500), default="")
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime] = mapped_column(default=clock.now)

    designation: Mapped[Designation] = relationship()
