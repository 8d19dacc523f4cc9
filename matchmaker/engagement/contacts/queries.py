"""Reads of consents; the caller has loaded the answer through its own ``visible_to``."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from matchmaker.actor import Actor, RoleName
from matchmaker.db import db
from matchmaker.engagement.answers import queries as answers
from matchmaker.engagement.answers.models import Answer
from matchmaker.engagement.answers.rules import AnswerState
from matchmaker.engagement.contacts.models import ContactConsent
from matchmaker.engagement.contacts.permissions import side_of
from matchmaker.engagement.contacts.rules import Side

#: Answers on which the two sides may want to speak.
SPEAKING = frozenset({AnswerState.SUBMITTED, AnswerState.SHORTLISTED, AnswerState.CHOSEN})


def list_valid(answer: Answer) -> dict[Side, ContactConsent]:
    """The consents in force, by side."""
    query = select(ContactConsent).where(
        ContactConsent.answer_id == answer.id, ContactConsent.revoked_at.is_(None)
    )
    return {row.side: row for row in db.session.scalars(query)}


def list_asking(actor: Actor) -> Sequence[Answer]:
    """Answers where the other side has consented and the actor's own has not."""
    if not actor.has_role(RoleName.OWNER, RoleName.SUPPLIER):
        return ()
    query = (
        answers.visible_to(actor)
        .join(ContactConsent, ContactConsent.answer_id == Answer.id)
        .where(ContactConsent.revoked_at.is_(None), Answer.state.in_(SPEAKING))
        .add_columns(ContactConsent.side)
    )
    given: dict[Answer, set[Side]] = {}
    for answer, side in db.session.execute(query.order_by(Answer.id)):
        given.setdefault(answer, set()).add(side)
    mine = {answer: side_of(actor, answer) for answer in given}
    return [answer for answer, sides in given.items() if mine[answer] not in {None, *sides}]
