"""Acts on nominations: putting forward, noting the result, taking back."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from matchmaker import clock
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db, lock
from matchmaker.effects.nominations import rules
from matchmaker.effects.nominations.models import Nomination
from matchmaker.effects.nominations.permissions import RECORD_NOMINATION
from matchmaker.effects.nominations.rules import NominationDraft, NominationState
from matchmaker.errors import Conflict
from matchmaker.outbox import send
from matchmaker.selection.results.models import Designation

SUBJECT = "nomination"


def nominate_scene(actor: Actor, designation: Designation, draft: NominationDraft) -> Nomination:
    """Put a designated scene forward for a list of the province or the nation."""
    require(actor, RECORD_NOMINATION)
    rules.check_draft(draft, designated_on=designation.designated_on, today=clock.today())
    name = rules.check_text(draft.list_name, "list_name", "推荐的名单或项目名称")
    lock(db.session(), f"nomination:{designation.id}")
    query = select(Nomination.id).where(
        Nomination.designation_id == designation.id,
        Nomination.list_name == name,
        Nomination.state != NominationState.WITHDRAWN,
    )
    if db.session.scalar(query) is not None:
        raise Conflict("nominated_before", "这个场景已经推荐过“{name}”。", name=name)
    row = Nomination(
        designation=designation,
        level=draft.level,
        kind=draft.kind,
        list_name=name,
        nominated_on=draft.nominated_on,
        document_number=rules.check_text(draft.document_number, "document_number", "推荐文号"),
        recorded_by=actor.user_id,
    )
    db.session.add(row)
    db.session.flush()
    record(
        actor,
        "effects.nominate_scene",
        SUBJECT,
        row.id,
        designation=designation.number,
        list_name=name,
        level=row.level.value,
        document_number=row.document_number,
    )
    return row


def record_result(
    actor: Actor,
    row: Nomination,
    *,
    is_named: bool,
    result_on: date | None,
    document_number: str,
    note: str = "",
) -> None:
    """Note what the province or the nation decided, with the document that says so."""
    require(actor, RECORD_NOMINATION)
    _lock(row)
    rules.check_open(row.state)
    row.result_on = rules.check_day(
        result_on, row.nominated_on, clock.today(), "result_on", "公布日期"
    )
    row.result_document = rules.check_text(document_number, "result_document", "公布文号")
    row.note = note.strip()[:500]
    _end(actor, row, NominationState.NAMED if is_named else NominationState.NOT_NAMED)


def withdraw_nomination(actor: Actor, row: Nomination, *, reason: str) -> None:
    """Take a nomination back before its result."""
    require(actor, RECORD_NOMINATION)
    _lock(row)
    rules.check_open(row.state)
    row.note = rules.check_text(reason, "note", "撤回理由")
    _end(actor, row, NominationState.WITHDRAWN)


def _end(actor: Actor, row: Nomination, state: NominationState) -> None:
    row.state = state
    db.session.flush()
    record(
        actor,
        "effects.end_nomination",
        SUBJECT,
        row.id,
        state=state.value,
        document_number=row.result_document,
        note=row.note,
    )
    send("effects.nomination_ended", nomination_id=row.id, state=state.value)


def _lock(row: Nomination) -> None:
    lock(db.session(), f"nomination:{row.designation_id}")
    db.session.refresh(row)
