"""Acts on objections: filing with a receipt, accepting or declining, answering."""

from __future__ import annotations

import secrets
from datetime import date

from matchmaker import clock, outbox
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db
from matchmaker.errors import InvalidInput
from matchmaker.policy.publicity import add_working_days
from matchmaker.selection.objections import rules
from matchmaker.selection.objections.models import Objection
from matchmaker.selection.objections.permissions import ANSWER_OBJECTION, HANDLE_OBJECTION
from matchmaker.selection.objections.rules import ObjectionState
from matchmaker.selection.panels.rules import check_reason

_SUBJECT = "selection_objection"


def file_objection(
    actor: Actor,
    *,
    result_id: int,
    application_ids: frozenset[int],
    application_id: int | None,
    first_day: date,
    last_day: date,
    name: str,
    contact: str,
    text: str,
    evidence: str = "",
) -> Objection:
    """Anyone may object by name within the publicity period; the receipt number follows it.

    ``application_ids`` are the lines of the published list, one of which may be named.
    """
    rules.check_within_publicity(clock.today(), first_day, last_day)
    rules.check_filing(name=name, contact=contact, text=text)
    if application_id is not None and application_id not in application_ids:
        raise InvalidInput("line_unknown", "公示名单中没有这一项。", field="application_id")
    if len(evidence) > rules.TEXT_MAX:
        raise InvalidInput("evidence_long", "证据说明过长，请精简。", field="evidence")
    row = Objection(
        receipt=f"YY{clock.today():%Y%m%d}-{secrets.token_hex(5).upper()}",
        result_id=result_id,
        application_id=application_id,
        name=name.strip(),
        contact=contact.strip(),
        text=text.strip(),
        evidence=evidence.strip(),
        accept_by=add_working_days(clock.today(), rules.ACCEPT_DAYS),
    )
    db.session.add(row)
    db.session.flush()
    record(actor, "selection.file_objection", _SUBJECT, row.id, result_id=result_id)
    outbox.send("selection.objection_filed", objection_id=row.id, result_id=result_id)
    return row


def accept_objection(actor: Actor, row: Objection) -> None:
    """Take the objection in; the time for the answer begins."""
    require(actor, HANDLE_OBJECTION)
    rules.check_transition(row.state, ObjectionState.ACCEPTED)
    row.state = ObjectionState.ACCEPTED
    row.handled_by_id, row.handled_at = actor.user_id, clock.now()
    row.answer_by = add_working_days(clock.today(), rules.ANSWER_DAYS)
    record(actor, "selection.accept_objection", _SUBJECT, row.id)
    outbox.send("selection.objection_accepted", objection_id=row.id, result_id=row.result_id)


def decline_objection(actor: Actor, row: Objection, reason: str) -> None:
    """Decline an objection without facts, with the reason."""
    require(actor, HANDLE_OBJECTION)
    rules.check_transition(row.state, ObjectionState.DECLINED)
    row.answer = check_reason(reason)
    row.state = ObjectionState.DECLINED
    row.handled_by_id, row.handled_at = actor.user_id, clock.now()
    row.answered_by_id, row.answered_at = actor.user_id, clock.now()
    record(actor, "selection.decline_objection", _SUBJECT, row.id, reason=row.answer)
    outbox.send("selection.objection_declined", objection_id=row.id, result_id=row.result_id)


def answer_objection(actor: Actor, row: Objection, *, upheld: bool, text: str) -> None:
    """Answer an accepted objection after the enquiry; another person than the one who accepted."""
    require(actor, ANSWER_OBJECTION, row)
    target = ObjectionState.UPHELD if upheld else ObjectionState.DISMISSED
    rules.check_transition(row.state, target)
    row.answer = check_reason(text, field="text")
    row.state = target
    row.answered_by_id, row.answered_at = actor.user_id, clock.now()
    record(actor, "selection.answer_objection", _SUBJECT, row.id, upheld=upheld, answer=row.answer)
    outbox.send(
        "selection.objection_answered",
        objection_id=row.id,
        result_id=row.result_id,
        upheld=upheld,
    )
