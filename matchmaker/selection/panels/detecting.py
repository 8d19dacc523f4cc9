"""Conflicts of interest that the platform finds by itself, and how any conflict is stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from matchmaker import outbox
from matchmaker.actor import BACKGROUND_JOB, Actor
from matchmaker.audit.operations import record
from matchmaker.db import db
from matchmaker.errors import Conflict as ConflictError
from matchmaker.selection.applications import queries as applications
from matchmaker.selection.applications.models import Application
from matchmaker.selection.applications.rules import JUDGED_STATES
from matchmaker.selection.panels import opening, queries, rules
from matchmaker.selection.panels.models import Conflict, PanelMember
from matchmaker.selection.panels.rules import ConflictSource, ConflictState


def detect_conflicts(actor: Actor, round_id: int) -> int:
    """Compare units of judges and consortia; raise what is new. Returns how many were raised."""
    return _compare(actor, round_id, applications.list_in_states(round_id, tuple(JUDGED_STATES)))


def detect_after_qualification(payload: dict[str, Any]) -> None:
    """Handle ``selection.application_qualified``: compare the panel with the new application."""
    row = applications.load_application(payload["application_id"])
    if row is not None and row.state in JUDGED_STATES:
        _compare(BACKGROUND_JOB, row.round_id, [row])


def _compare(actor: Actor, round_id: int, rows: Sequence[Application]) -> int:
    known = {
        (conflict.application_id, conflict.member_id)
        for conflict in queries.list_conflicts(round_id)
        if conflict.source is ConflictSource.DETECTED
    }
    parties = [
        (row, queries.read_parties(row)) for row in rows if opening.takes_conflicts(row.round)
    ]
    raised = 0
    for member in queries.list_members(round_id):
        units = queries.read_affiliations(member.expert)
        for row, others in parties:
            reason = rules.find_conflict(units, others)
            if reason is None or (row.id, member.id) in known:
                continue
            raise_conflict(actor, row, member, ConflictSource.DETECTED, reason)
            raised += 1
    return raised


def raise_conflict(
    actor: Actor, row: Application, member: PanelMember, source: ConflictSource, reason: str
) -> Conflict:
    """Store a conflict; where its first state bars, it bars from now on.

    Raises ``ConflictError`` for a known one.
    """
    opening.check_takes_conflicts(row.round)
    query = select(Conflict).where(
        Conflict.application_id == row.id,
        Conflict.member_id == member.id,
        Conflict.source == source,
    )
    if db.session.scalar(query) is not None:
        raise ConflictError("conflict_known", "这条回避记录已经存在。")
    state = rules.find_first_state(source, opened=opening.has_seen_scores(row.round))
    is_found = state is ConflictState.CONFIRMED
    conflict = Conflict(
        application_id=row.id,
        member_id=member.id,
        source=source,
        reason=reason,
        state=state,
        raised_by_id=None if is_found else actor.user_id,
    )
    db.session.add(conflict)
    db.session.flush()
    record(
        actor,
        "selection.raise_conflict",
        "selection_conflict",
        conflict.id,
        application_id=row.id,
        member_id=member.id,
        source=source.value,
        state=state.value,
        reason=reason,
    )
    if source is not ConflictSource.APPLICANT and state in rules.BARRING:
        announce(conflict)
    outbox.send("selection.conflict_raised", conflict_id=conflict.id, round_id=row.round_id)
    return conflict


def announce(conflict: Conflict) -> None:
    """Tell the scoring room that what the judge had given for this application is void."""
    outbox.send(
        "selection.conflict_barred",
        application_id=conflict.application_id,
        member_id=conflict.member_id,
    )
