"""Acts of the other units of a consortium: reading the joint application and confirming it."""

from __future__ import annotations

from matchmaker import clock, outbox
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.errors import Conflict, IllegalTransition, InvalidInput, NotFound
from matchmaker.selection.applications import rules
from matchmaker.selection.applications.models import Application, ConsortiumMember
from matchmaker.selection.applications.permissions import (
    REPLY_AS_PARTNER,
    REVIEW_APPLICATION,
    WRITE_APPLICATION,
)
from matchmaker.selection.applications.rules import ApplicationState, Reply

_SUBJECT = "selection_application"
NOTE_MAX = 500


def share_draft(actor: Actor, row: Application) -> int:
    """Show the draft to the other units and ask them to confirm; returns how many are asked."""
    require(actor, WRITE_APPLICATION, row)
    rules.check_editable(row.state)
    if not row.unconfirmed:
        raise Conflict(
            "nobody_to_ask",
            "没有需要在平台上确认的成员：成员单位均已确认，或未在平台注册（请附盖章件）。",
        )
    row.shared_at = row.shared_at or clock.now()
    record(actor, "selection.share_draft", _SUBJECT, row.id)
    return ask_partners(row)


def ask_partners(row: Application) -> int:
    """Tell the units that have not confirmed the present content; returns how many."""
    waiting = row.unconfirmed
    if waiting:
        outbox.send(
            "selection.confirmation_asked",
            application_id=row.id,
            organisation_ids=sorted({m.organisation_id or 0 for m in waiting}),
        )
    return len(waiting)


def find_own_member(actor: Actor, row: Application) -> ConsortiumMember | None:
    """The actor's unit among the other units of the consortium, or None."""
    return next(
        (
            member
            for member in row.members
            if not member.is_lead
            and member.organisation_id is not None
            and member.organisation_id == actor.organisation_id
        ),
        None,
    )


def confirm_membership(
    actor: Actor, row: Application, member: ConsortiumMember, *, sha256: str
) -> None:
    """Agree to be named in the application as it was read; ``sha256`` is that content's hash."""
    require(actor, REPLY_AS_PARTNER, member)
    _check_open(row, member)
    if sha256 != row.content_sha256:
        raise Conflict("content_changed", "申报内容刚刚有改动，请重新阅读后再确认。")
    _store(actor, row, member, Reply.CONFIRMED, "")


def decline_membership(
    actor: Actor, row: Application, member: ConsortiumMember, reason: str
) -> None:
    """Refuse to be named in the application as it stands, with the reason."""
    require(actor, REPLY_AS_PARTNER, member)
    _check_open(row, member)
    _store(actor, row, member, Reply.DECLINED, _check_note(reason, label="不同意的理由"))


def record_paper_reply(actor: Actor, row: Application, member: ConsortiumMember, note: str) -> None:
    """Enter a unit's agreement from a sealed paper: which one, and where it is kept."""
    require(actor, REVIEW_APPLICATION)
    if row.state is not ApplicationState.SUBMITTED:
        raise IllegalTransition("not_submitted", "申报提交后才能登记盖章件。")
    _check_open(row, member)
    _store(actor, row, member, Reply.ON_PAPER, _check_note(note, label="盖章件说明"))


def _check_open(row: Application, member: ConsortiumMember) -> None:
    if member.application_id != row.id or member.is_lead:
        raise NotFound("member_missing", "联合体中没有这个成员。")
    if row.state not in rules.REPLY_STATES:
        raise IllegalTransition(
            "reply_closed",
            "申报当前为“{now}”，不能再确认或变更意见。",
            now=rules.STATE_LABELS[row.state],
        )


def _check_note(text: str, *, label: str) -> str:
    note = text.strip()
    if not 4 <= len(note) <= NOTE_MAX:
        raise InvalidInput(
            "note_missing",
            "请填写{label}（4 至 {limit} 字）。",
            field="note",
            label=label,
            limit=NOTE_MAX,
        )
    return note


def _store(
    actor: Actor, row: Application, member: ConsortiumMember, reply: Reply, note: str
) -> None:
    member.reply, member.reply_note = reply, note
    member.reply_sha256 = row.content_sha256
    member.replied_by_id, member.replied_at = actor.user_id, clock.now()
    record(
        actor,
        "selection.reply_as_partner",
        _SUBJECT,
        row.id,
        member=member.name,
        reply=reply.value,
        sha256=member.reply_sha256,
        note=note,
    )
    outbox.send(
        "selection.partner_replied",
        application_id=row.id,
        member_id=member.id,
        reply=reply.value,
    )
