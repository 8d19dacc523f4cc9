"""Acts on objections: filing with a receipt, accepting or declining, the enquiry, answering."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import suppress
from datetime import date

from matchmaker import clock, outbox
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db
from matchmaker.errors import InvalidInput
from matchmaker.files.operations import attach_files
from matchmaker.files.rules import CheckedUpload
from matchmaker.policy.publicity import CalendarUnknown, add_working_days
from matchmaker.policy.queries import get_calendar
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
    uploads: Sequence[CheckedUpload] = (),
) -> Objection:
    """Anyone may object by name within the publicity period; the receipt number follows it.

    ``application_ids`` are the lines of the published list, one of which may be named. The bytes
    of ``uploads`` were kept before this transaction. The caller holds the round's lock.
    """
    rules.check_within_publicity(clock.today(), first_day, last_day)
    rules.check_filing(name=name, contact=contact, text=text)
    if application_id is not None and application_id not in application_ids:
        raise InvalidInput("line_unknown", "公示名单中没有这一项。", field="application_id")
    if len(evidence) > rules.TEXT_MAX:
        raise InvalidInput("evidence_long", "证据说明过长，请精简。", field="evidence")
    if len(uploads) > rules.FILES_MAX:
        raise InvalidInput(
            "evidence_files",
            "证据文件不超过 {most} 个，请合并后上传。",
            field="files",
            most=rules.FILES_MAX,
        )
    signs = "".join(secrets.choice(rules.RECEIPT_SIGNS) for _ in range(16))
    row = Objection(
        receipt=rules.make_receipt(clock.today(), signs),
        result_id=result_id,
        application_id=application_id,
        filed_by_id=actor.user_id,
        name=name.strip(),
        contact=contact.strip(),
        text=text.strip(),
        evidence=evidence.strip(),
        accept_by=_find_acceptance_deadline(),
    )
    db.session.add(row)
    db.session.flush()
    if uploads:
        kind, key = row.file_subject
        attach_files(actor, uploads, subject_type=kind, subject_id=key)
    digest = rules.compute_digest(row.receipt, row.name, row.contact, row.text, row.evidence)
    record(
        actor,
        "selection.file_objection",
        _SUBJECT,
        row.id,
        result_id=result_id,
        content_sha256=digest,
    )
    outbox.send("selection.objection_filed", objection_id=row.id, result_id=row.result_id)
    return row


def _find_acceptance_deadline() -> date:
    """Within ``ACCEPT_DAYS``; earlier where the calendar ends: nobody is kept from objecting."""
    for days in range(rules.ACCEPT_DAYS, 0, -1):
        with suppress(CalendarUnknown):
            return _add_days(days)
    return clock.today()


def _add_days(working_days: int) -> date:
    return add_working_days(clock.today(), working_days, calendar=get_calendar())


def accept_objection(actor: Actor, row: Objection) -> None:
    """Take the objection in; the times for the enquiry and the answer begin."""
    require(actor, HANDLE_OBJECTION)
    rules.check_transition(row.state, ObjectionState.ACCEPTED)
    enquire_by, answer_by = _add_days(rules.ENQUIRE_DAYS), _add_days(rules.ANSWER_DAYS)
    row.state = ObjectionState.ACCEPTED
    row.handled_by_id, row.handled_at = actor.user_id, clock.now()
    row.enquire_by, row.answer_by = enquire_by, answer_by
    record(
        actor,
        "selection.accept_objection",
        _SUBJECT,
        row.id,
        enquire_by=enquire_by.isoformat(),
        answer_by=answer_by.isoformat(),
    )
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


def record_enquiry(actor: Actor, row: Objection, findings: str) -> None:
    """Note what the enquiry found: whom was asked, what was seen, which proof."""
    require(actor, HANDLE_OBJECTION)
    rules.check_transition(row.state, ObjectionState.ENQUIRED)
    row.enquiry = check_reason(findings, field="text")
    row.state = ObjectionState.ENQUIRED
    row.enquired_by_id, row.enquired_at = actor.user_id, clock.now()
    record(actor, "selection.enquire_objection", _SUBJECT, row.id, findings=row.enquiry)
    outbox.send("selection.objection_enquired", objection_id=row.id, result_id=row.result_id)


def answer_objection(actor: Actor, row: Objection, *, upheld: bool, text: str) -> None:
    """Answer after the enquiry; another person than those who accepted and enquired."""
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
