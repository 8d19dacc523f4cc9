"""Tables of the firm library and of key projects."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Enum, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker import clock
from matchmaker.db import Fen, Model
from matchmaker.suppliers.models import CATALOGUE_ID_LENGTH, Supplier


class Stage(StrEnum):
    """The stages that the provincial plan names (P35 (十四))."""

    CHAIN_LEADER = "chain_leader"
    CHAMPION = "champion"
    LITTLE_GIANT = "little_giant"
    SPECIALISED = "specialised"
    UNICORN = "unicorn"


STAGE_LABELS = {
    Stage.CHAIN_LEADER: "链主",
    Stage.CHAMPION: "单项冠军",
    Stage.LITTLE_GIANT: "小巨人",
    Stage.SPECIALISED: "专精特新",
    Stage.UNICORN: "独角兽",
}


class Standing(StrEnum):
    """Whether a firm is being fostered towards a stage or has been recognised."""

    FOSTERED = "fostered"
    RECOGNISED = "recognised"


STANDING_LABELS = {Standing.FOSTERED: "培育中", Standing.RECOGNISED: "已认定"}


class ProjectPhase(StrEnum):
    """How far a key project is."""

    PLANNED = "planned"
    BUILDING = "building"
    RUNNING = "running"
    STOPPED = "stopped"


PHASE_LABELS = {
    ProjectPhase.PLANNED: "前期",
    ProjectPhase.BUILDING: "在建",
    ProjectPhase.RUNNING: "投用",
    ProjectPhase.STOPPED: "终止",
}

#: A project moves forward or stops; a project in use stays so.
NEXT_PHASES: dict[ProjectPhase, frozenset[ProjectPhase]] = {
    ProjectPhase.PLANNED: frozenset({ProjectPhase.BUILDING, ProjectPhase.STOPPED}),
    ProjectPhase.BUILDING: frozenset({ProjectPhase.RUNNING, ProjectPhase.STOPPED}),
    ProjectPhase.RUNNING: frozenset(),
    ProjectPhase.STOPPED: frozenset({ProjectPhase.PLANNED}),
}


class LibraryEntry(Model):
    """A firm in the library at one stage. A firm that leaves keeps its entry with a date."""

    __tablename__ = "library_entry"
    __table_args__ = (
        Index(
            "uq_library_entry_present",
            "supplier_id",
            "stage",
            unique=True,
            sqlite_where=text("left_on IS NULL"),
            postgresql_where=text("left_on IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"), index=True)
    stage: Mapped[Stage] = mapped_column(Enum(Stage, native_enum=False, length=16), index=True)
    standing: Mapped[Standing] = mapped_column(Enum(Standing, native_enum=False, length=12))
    entered_on: Mapped[date]
    left_on: Mapped[date | None]
    #: The document of recognition (文号) or the ground for fostering.
    basis: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    supplier: Mapped[Supplier] = relationship()


class KeyProject(Model):
    """A key project of the bureau's library; ``firm_name`` where the firm has no profile."""

    __tablename__ = "key_project"
    __table_args__ = (
        CheckConstraint("investment_fen > 0", name="investment"),
        CheckConstraint("starts_on <= ends_on", name="period"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("supplier.id"), index=True)
    firm_name: Mapped[str] = mapped_column(String(120))
    district: Mapped[str | None] = mapped_column(String(CATALOGUE_ID_LENGTH), index=True)
    investment_fen: Mapped[int] = mapped_column(Fen)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    phase: Mapped[ProjectPhase] = mapped_column(
        Enum(ProjectPhase, native_enum=False, length=12), index=True
    )
    content: Mapped[str] = mapped_column(Text)
    progress: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now, onupdate=clock.now)

    supplier: Mapped[Supplier | None] = relationship()
