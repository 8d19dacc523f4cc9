"""Storing experts of a table in the present transaction."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.db import db, lock
from matchmaker.documents.table import Act, Record, Stored
from matchmaker.selection.panels.models import Expert
from matchmaker.selection.panels.operations import ExpertDraft, add_expert, edit_expert
from matchmaker.selection.panels.permissions import MANAGE_PANEL
from matchmaker.selection.panels.queries import list_experts

_Key = tuple[str, str]


def key_of(row: Record) -> _Key | None:
    """Name and unit, which together tell who an expert is."""
    found = (row.get("name"), row.get("employer"))
    return None if None in found else found  # type: ignore[return-value]


def index_experts() -> dict[_Key, Expert]:
    """The pool by name and unit."""
    return {(expert.name, expert.employer): expert for expert in list_experts()}


def import_experts(actor: Actor, records: Sequence[Record]) -> list[Stored]:
    """Add and change experts; what a row leaves empty stays. Says what each row became."""
    require(actor, MANAGE_PANEL)
    lock(db.session(), "selection.experts")
    known, stored = index_experts(), []
    for row in records:
        expert = known.get(key_of(row) or ("", ""))
        draft = _make_draft(row, expert)
        if expert is None:
            add_expert(actor, draft)
        else:
            edit_expert(actor, expert, draft)
        act = Act.MADE if expert is None else Act.CHANGED
        stored.append(Stored(act, f"{draft.name}（{draft.employer}）"))
    return stored


def _make_draft(row: Record, expert: Expert | None) -> ExpertDraft:
    values: dict[str, Any] = {k: v for k, v in row.values.items() if k != "account"}
    if "account" in row.values:
        values["user_id"], values["organisation_id"] = row.values["account"]
    if expert is None:
        return ExpertDraft(**values)
    present = {each.name: getattr(expert, each.name) for each in dataclasses.fields(ExpertDraft)}
    for name, value in present.items():
        present[name] = tuple(value) if isinstance(value, list) else value
    return ExpertDraft(**{**present, **values})
