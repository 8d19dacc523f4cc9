"""The page of one confirmed import: how far it is, what became of each row, what was refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.db import MAX_ID
from matchmaker.documents.table import ACT_LABELS, Act, Fault, TableImport
from matchmaker.errors import NotFound
from matchmaker.imports import operations, queries
from matchmaker.imports.models import ImportedRow, ImportRun
from matchmaker.imports.rules import STATE_LABELS, UNFINISHED, ImportState
from matchmaker.web.base import Route, current_actor
from matchmaker.web.paging import Page, read_page_number

PER_PAGE = 50
#: The page asks again so often while the import runs, also without a script.
REFRESH_SECONDS = 3
_RUN = f"/runs/<int(max={MAX_ID}):run_id>"


@dataclass(frozen=True, kw_only=True)
class ImportPlace:
    """Where an import stands: its area, the page it belongs to."""

    audience: str
    home: str
    back: str
    back_label: str
    #: The endpoint of one thing that was stored, and the argument that takes its key.
    item: tuple[str, str] | None = None


class RunPages:
    """The views of the confirmed imports of one kind."""

    def __init__(self, name: str, table: TableImport, place: ImportPlace) -> None:
        self.name, self.table, self.place = name, table, place

    def routes(self) -> tuple[Route, ...]:
        """What ``bind_views`` takes."""
        return (
            (_RUN, "GET", self.run),
            (f"{_RUN}/resume", "POST", self.resume),
            (f"{_RUN}/give-up", "POST", self.give_up),
        )

    def run(self, run_id: int) -> ResponseReturnValue:
        """Progress, then the result."""
        run = self._get(run_id)
        number = read_page_number(request.args.get("page"))
        rows = queries.list_stored(run, page=number, per_page=PER_PAGE)
        return render_template(
            "shared/imports/run.html",
            run=describe_run(run, queries.count_acts(run), self.table.unit),
            table=self.table,
            place=self.place,
            endpoint=self.name,
            faults=[Fault(*fault) for fault in run.faults],
            last_row=queries.find_last_row(run),
            rows=[self._describe_row(row) for row in rows],
            page=Page(rows, number, PER_PAGE, run.rows_stored),
            refresh_seconds=REFRESH_SECONDS,
        )

    def resume(self, run_id: int) -> ResponseReturnValue:
        """Go on with the rows that are not stored."""
        run = self._get(run_id)
        operations.resume_import(current_actor(), self.table, run)
        return redirect(address_of(self.name, run))

    def give_up(self, run_id: int) -> ResponseReturnValue:
        """Drop the rows that are not stored."""
        run = self._get(run_id)
        operations.give_up_import(current_actor(), self.table, run)
        flash("其余各行已放弃，已导入的各行不受影响。", "success")
        return redirect(address_of(self.name, run))

    def _get(self, run_id: int) -> ImportRun:
        """The person's own import of this kind, as long as they may import at all."""
        actor = current_actor()
        self.table.permit(actor)
        run = queries.get_run(actor, run_id)
        if run.kind != self.table.kind:
            raise NotFound("import_run", "没有这次导入。")
        return run

    def _describe_row(self, row: ImportedRow) -> dict[str, Any]:
        url = ""
        if self.place.item is not None and row.key:
            endpoint, argument = self.place.item
            keys: dict[str, Any] = {argument: row.key}
            url = url_for(endpoint, **keys)
        return {"row": row.row, "act": ACT_LABELS[row.act], "label": row.label, "url": url}


def address_of(name: str, run: ImportRun) -> str:
    """The page of an import."""
    return url_for(f"{name}.run", run_id=run.id)


def describe_run(run: ImportRun, acts: Mapping[Act, int], unit: str) -> dict[str, Any]:
    """What the page of an import says at its head."""
    return {
        "id": run.id,
        "state": STATE_LABELS[run.state],
        "is_running": run.state in UNFINISHED,
        "is_waiting": run.state is ImportState.WAITING,
        "is_done": run.state is ImportState.DONE,
        "is_stopped": run.state is ImportState.STOPPED,
        "file_name": run.file_name,
        "stored": run.rows_stored,
        "total": run.rows_total,
        "left": run.rows_total - run.rows_stored,
        "outcome": "、".join(f"{ACT_LABELS[act]} {acts[act]} {unit}" for act in Act if act in acts),
        "error": run.error,
        "created_at": run.created_at,
        "finished_at": run.finished_at,
    }


def describe_recent(name: str, runs: Sequence[ImportRun]) -> list[dict[str, Any]]:
    """The lines of the list of earlier imports."""
    return [{**describe_run(run, {}, ""), "url": address_of(name, run)} for run in runs]
