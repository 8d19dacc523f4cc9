"""Confirmed imports, and what each row of them became."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Enum, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker import clock
from matchmaker.db import Model
from matchmaker.documents.table import Act
from matchmaker.imports.rules import ImportState

LABEL_MAX = 200


class ImportRun(Model):
    """One confirmed table. Its bytes stand here until all rows are stored, so none is lost."""

    __tablename__ = "import_run"
    __table_args__ = (
        CheckConstraint("rows_stored >= 0 AND rows_stored <= rows_total", name="progress"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Which table of ``wiring.IMPORTS``.
    kind: Mapped[str] = mapped_column(String(60), index=True)
    title: Mapped[str] = mapped_column(String(60))
    #: Of the dry run: the same one confirmed twice is one import.
    token: Mapped[str] = mapped_column(String(64), unique=True)
    #: The page of this kind of import, below the root of the site.
    address: Mapped[str] = mapped_column(String(120))
    file_name: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[ImportState] = mapped_column(
        Enum(ImportState, native_enum=False, length=12), default=ImportState.WAITING, index=True
    )
    rows_total: Mapped[int]
    rows_stored: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(String(500))
    #: (row, column, message) of what the check before storing found.
    faults: Mapped[list[list[Any]]] = mapped_column(JSON, default=list)
    job_id: Mapped[int | None]
    created_by: Mapped[int] = mapped_column(index=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    #: When a worker last stored something of it.
    touched_at: Mapped[datetime] = mapped_column(default=clock.now)
    finished_at: Mapped[datetime | None]


class ImportedRow(Model):
    """What one row of a table became."""

    __tablename__ = "imported_row"

    run_id: Mapped[int] = mapped_column(
        ForeignKey("import_run.id", ondelete="CASCADE"), primary_key=True
    )
    #: As the spreadsheet counts.
    row: Mapped[int] = mapped_column(primary_key=True)
    act: Mapped[Act] = mapped_column(Enum(Act, native_enum=False, length=12))
    label: Mapped[str] = mapped_column(String(LABEL_MAX))
    #: What the page of the thing is found by, where it has one.
    key: Mapped[str] = mapped_column(String(60), default="")
