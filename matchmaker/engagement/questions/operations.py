"""Asking, taking a question back, and replying."""

from __future__ import annotations

from matchmaker import clock, outbox
from matchmaker.accounts.models import Organisation
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db, lock_row
from matchmaker.demands.models import DemandListing
from matchmaker.demands.rules import OPEN_STATUSES, PUBLIC_STATUSES, STATUS_LABELS
from matchmaker.engagement.questions.models import Question
from matchmaker.engagement.questions.permissions import ASK, REPLY, WITHDRAW
from matchmaker.engagement.questions.queries import count_unanswered_of
from matchmaker.engagement.rules import check_no_contact, check_not_passed, clean_text
from matchmaker.errors import Conflict, InvalidInput, LimitExceeded
from matchmaker.suppliers.queries import find_own_supplier
from matchmaker.text.contact_details import names_one_of

TEXT_MIN, TEXT_MAX = 4, 1000
#: One unit's questions on one listing that wait for a reply.
UNANSWERED_MAX = 5


def ask_question(actor: Actor, listing: DemandListing, *, text: str) -> Question:
    """Ask the owner something; refused once the listing is closed or past its deadline."""
    require(actor, ASK, listing)
    lock_row(listing)
    if listing.status not in OPEN_STATUSES:
        raise Conflict(
            "listing_closed",
            "这条需求的状态为“{status}”，不再接受提问。",
            status=STATUS_LABELS[listing.status],
        )
    check_not_passed(listing.deadline, clock.today(), "提问")
    if count_unanswered_of(actor.organisation_id, listing) >= UNANSWERED_MAX:
        raise LimitExceeded(
            "questions_waiting",
            "贵单位已有 {most} 个提问待业主答复，请等待答复后再提问。",
            most=UNANSWERED_MAX,
        )
    question = Question(
        listing_id=listing.id,
        organisation_id=actor.organisation_id,
        asked_by=actor.user_id,
        text=_clean_question(actor, text),
        is_demo=listing.is_demo,
    )
    db.session.add(question)
    db.session.flush()
    record(actor, "questions.ask", "listing_question", question.id, demand=listing.code)
    outbox.send("engagement.question_asked", question_id=question.id, code=listing.code)
    return question


def _clean_question(actor: Actor, text: str) -> str:
    """The question as everybody reads it at once: without a word of who asks."""
    cleaned = clean_text(text, field="text", label="提问", low=TEXT_MIN, high=TEXT_MAX)
    check_no_contact(
        cleaned, field="text", label="提问", instead="提问对所有人公开，业主的答复会通知贵单位。"
    )
    if found := names_one_of(cleaned, _list_own_names(actor)):
        raise InvalidInput(
            "asker_named",
            "提问不公开提问单位，请删去“{found}”等本单位、本人的名称。",
            field="text",
            found=found,
        )
    return cleaned


def _list_own_names(actor: Actor) -> list[str]:
    supplier = find_own_supplier(actor)
    unit = db.session.get(Organisation, actor.organisation_id)
    names = [supplier.legal_name, supplier.short_name] if supplier else []
    names += [unit.name] if unit else []
    return [name for name in (*names, actor.name) if len(name) > 1]


def withdraw_question(actor: Actor, question: Question) -> None:
    """Take back a question that has no reply; its text is not kept."""
    require(actor, WITHDRAW, question)
    lock_row(question)
    if question.replied_at is not None:
        raise Conflict("question_answered", "业主已答复，提问和答复对所有人公开，不能再撤回。")
    record(
        actor, "questions.withdraw", "listing_question", question.id, demand=question.listing.code
    )
    db.session.delete(question)
    db.session.flush()


def reply_to_question(actor: Actor, question: Question, *, text: str) -> Question:
    """Answer a question to all; a reply may be put right as long as the listing is public."""
    require(actor, REPLY, question)
    if question.listing.status not in PUBLIC_STATUSES:
        raise Conflict("listing_closed", "这条需求已不公开，不能再答复。")
    before = question.reply
    reply = clean_text(text, field="text", label="答复", low=1, high=TEXT_MAX)
    check_no_contact(
        reply,
        field="text",
        label="答复",
        instead="答复对所有人公开，双方同意后可另换联系方式。",
    )
    question.reply = reply
    question.replied_by = actor.user_id
    question.replied_at = clock.now()
    db.session.flush()
    values = {"before": before} if before else {}
    record(actor, "questions.reply", "listing_question", question.id, **values)
    outbox.send("engagement.question_answered", question_id=question.id, code=question.listing.code)
    return question
