"""The owner's shortlist and choice: every firm that answered gets an outcome with a reason."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial

from matchmaker import clock, outbox
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db, lock_row
from matchmaker.demands.lifecycle.operations import close_agreed, close_unmet
from matchmaker.demands.models import DemandListing
from matchmaker.demands.rules import ListingStatus
from matchmaker.engagement.answers import queries
from matchmaker.engagement.answers.models import Answer
from matchmaker.engagement.answers.operations import SUBJECT
from matchmaker.engagement.answers.permissions import CHOOSE
from matchmaker.engagement.answers.rules import Step, next_state
from matchmaker.engagement.rules import check_each, clean_reason, has_passed
from matchmaker.errors import Conflict, InvalidInput, NotFound


def shortlist_answer(actor: Actor, answer: Answer) -> Answer:
    """Put an opened answer on the shortlist."""
    return _step(actor, answer, Step.SHORTLIST)


def drop_answer(actor: Actor, answer: Answer) -> Answer:
    """Take an answer off the shortlist again."""
    return _step(actor, answer, Step.DROP)


def _step(actor: Actor, answer: Answer, step: Step) -> Answer:
    require(actor, CHOOSE, answer.listing)
    lock_row(answer)
    _check_opened([answer])
    answer.state = next_state(answer.state, step)
    db.session.flush()
    record(actor, f"answers.{step.value}", SUBJECT, answer.id, demand=answer.listing.code)
    if step is Step.SHORTLIST:
        outbox.send("engagement.answer_shortlisted", answer_id=answer.id)
    return answer


def give_outcomes(
    actor: Actor, listing: DemandListing, *, chosen: Collection[int], reasons: Mapping[int, str]
) -> Sequence[Answer]:
    """Choose one or more answers, give each a reason, and close the listing as 成交."""
    standing = _load_standing(actor, listing)
    if not chosen:
        raise InvalidInput("nothing_chosen", "请选中至少一份应答，或按“无合适方案”办结。")
    if unknown := set(chosen) - {answer.id for answer in standing}:
        raise NotFound("answer_missing", "所选应答不在待定名单中。", ids=sorted(unknown))
    _give_each(actor, standing, chosen, reasons)
    if listing.status is not ListingStatus.AGREED:
        close_agreed(actor, listing)
    return standing


def give_no_outcome(
    actor: Actor, listing: DemandListing, *, reasons: Mapping[int, str], note: str
) -> Sequence[Answer]:
    """Choose none, give each a reason, and close the listing as 无合适方案."""
    standing = _load_standing(actor, listing)
    _give_each(actor, standing, (), reasons)
    close_unmet(actor, listing, note=note)
    return standing


def _load_standing(actor: Actor, listing: DemandListing) -> Sequence[Answer]:
    require(actor, CHOOSE, listing)
    lock_row(listing)
    standing = queries.list_standing(listing)
    if not standing:
        raise Conflict("no_answers", "没有待定的应答，请在需求页面直接登记结果。")
    _check_opened(standing)
    return standing


def _check_opened(answers: Sequence[Answer]) -> None:
    today = clock.today()
    if not all(has_passed(answer.sealed_until, today) for answer in answers):
        raise Conflict("answers_sealed", "应答截止日24时以后方可开启、入围和选择。")


def _give_each(
    actor: Actor, standing: Sequence[Answer], chosen: Collection[int], reasons: Mapping[int, str]
) -> None:
    def clean(answer: Answer) -> str:
        label = f"给{answer.supplier.short_name}的理由"
        return clean_reason(reasons.get(answer.id, ""), field=f"reason_{answer.id}", label=label)

    check_each(*(partial(clean, answer) for answer in standing))
    for answer in standing:
        step = Step.CHOOSE if answer.id in chosen else Step.DECLINE
        set_outcome(actor, answer, step, clean(answer))


def set_outcome(actor: Actor, answer: Answer, step: Step, reason: str) -> None:
    """Store one outcome with its audit entry and its message; asks no permission."""
    answer.state = next_state(answer.state, step)
    answer.outcome_reason = reason
    answer.outcome_at = clock.now()
    db.session.flush()
    values = {"choice": answer.state.value, "reason": reason}
    record(actor, "answers.give_outcome", SUBJECT, answer.id, **values)
    outbox.send("engagement.outcome_given", answer_id=answer.id)
