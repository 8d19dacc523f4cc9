"""Asking and replying."""

from __future__ import annotations

from matchmaker import clock, outbox
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db, lock_row
from matchmaker.demands.models import DemandListing
from matchmaker.demands.rules import OPEN_STATUSES, PUBLIC_STATUSES, STATUS_LABELS
from matchmaker.engagement.questions.models import Question
from matchmaker.engagement.questions.permissions import ASK, REPLY
from matchmaker.engagement.questions.queries import count_unanswered_of
from matchmaker.engagement.rules import check_not_passed, clean_text
from matchmaker.errors import Conflict, LimitExceeded

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
        text=clean_text(text, field="text", label="提问", low=TEXT_MIN, high=TEXT_MAX),
        is_demo=listing.is_demo,
    )
    db.session.add(question)
    db.session.flush()
    record(actor, "questions.ask", "listing_question", question.id, demand=listing.code)
    outbox.send("engagement.question_asked", question_id=question.id, code=listing.code)
    return question


def reply_to_question(actor: Actor, question: Question, *, text: str) -> Question:
    """Answer a question to all; a reply may be put right as long as the listing is public."""
    require(actor, REPLY, question)
    if question.listing.status not in PUBLIC_STATUSES:
        raise Conflict("listing_closed", "这条需求已不公开，不能再答复。")
    before = question.reply
    question.reply = clean_text(text, field="text", label="答复", low=1, high=TEXT_MAX)
    question.replied_by = actor.user_id
    question.replied_at = clock.now()
    db.session.flush()
    values = {"before": before} if before else {}
    record(actor, "questions.reply", "listing_question", question.id, **values)
    outbox.send("engagement.question_answered", question_id=question.id, code=question.listing.code)
    return question
