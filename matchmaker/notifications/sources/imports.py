"""A confirmed table was stored, or stopped: the person who confirmed it."""

from __future__ import annotations

from typing import Any

from matchmaker.accounts.queries import find_user
from matchmaker.actor import Actor
from matchmaker.imports import queries as imports
from matchmaker.imports.rules import STATE_LABELS
from matchmaker.notifications.inbox.telling import Note, source_of, tell
from matchmaker.notifications.rules import NotificationKind
from matchmaker.notifications.subjects import Subject, SubjectKind


def tell_import_finished(payload: dict[str, Any]) -> None:
    """How many rows were stored; what was refused stands on the page of the import."""
    run_id = payload["run_id"]

    def make(actor: Actor) -> Note | None:
        run = imports.get_run(actor, run_id)
        result = f"{STATE_LABELS[run.state]}：{run.rows_stored} / {run.rows_total} 行"
        return Note(
            kind=NotificationKind.IMPORT_FINISHED,
            title=f"{run.title}表格{result}",
            path=f"/{run.address}/runs/{run_id}",
            source=source_of(payload),
            subject=Subject(SubjectKind.IMPORT, str(run_id)),
        )

    user = find_user(payload["user_id"])
    tell(() if user is None else (user,), make)
