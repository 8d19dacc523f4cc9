"""Consenting, revoking, and revealing a number once both sides have consented."""

from __future__ import annotations

from matchmaker import clock, outbox
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db, lock_row
from matchmaker.engagement.answers.models import Answer
from matchmaker.engagement.contacts.models import ContactConsent
from matchmaker.engagement.contacts.permissions import TAKE_PART, side_of
from matchmaker.engagement.contacts.queries import SPEAKING, list_valid
from matchmaker.engagement.contacts.rules import Contact, Side, check_contact
from matchmaker.engagement.rules import has_passed
from matchmaker.errors import Conflict

SUBJECT = "listing_answer"


def give_consent(actor: Actor, answer: Answer, contact: Contact) -> ContactConsent:
    """Agree to exchange contacts; the other side sees the number once it agrees as well."""
    side = _require_side(actor, answer)
    lock_row(answer)
    if answer.state not in SPEAKING or not has_passed(answer.sealed_until, clock.today()):
        raise Conflict("no_exchange", "应答开启后、未落选的，双方方可交换联系方式。")
    check_contact(contact)
    if side in list_valid(answer):
        raise Conflict("consent_given", "本单位已同意交换联系方式。如需更换联系人，请先撤回。")
    consent = ContactConsent(
        answer_id=answer.id,
        side=side,
        name=contact.name,
        phone=contact.phone,
        given_by=actor.user_id,
    )
    db.session.add(consent)
    db.session.flush()
    record(actor, "contacts.consent", SUBJECT, answer.id, side=side.value)
    outbox.send("engagement.consent_given", answer_id=answer.id, side=side.value)
    return consent


def revoke_consent(actor: Actor, answer: Answer) -> None:
    """Take the own side's consent back: from now on neither side can reveal the other's number."""
    side = _require_side(actor, answer)
    consent = list_valid(answer).get(side)
    if consent is None:
        raise Conflict("no_consent", "本单位尚未同意交换联系方式。")
    consent.revoked_by = actor.user_id
    consent.revoked_at = clock.now()
    db.session.flush()
    record(actor, "contacts.revoke", SUBJECT, answer.id, side=side.value)
    outbox.send("engagement.consent_revoked", answer_id=answer.id, side=side.value)


def reveal_contact(actor: Actor, answer: Answer) -> Contact:
    """The other side's contact in full; every reveal is in the trail."""
    side = _require_side(actor, answer)
    valid = list_valid(answer)
    if len(valid) < len(Side):
        raise Conflict("consent_missing", "双方都同意后方可查看联系方式。")
    other = next(each for each in Side if each is not side)
    record(actor, "contacts.reveal", SUBJECT, answer.id, side=other.value)
    return valid[other].contact


def _require_side(actor: Actor, answer: Answer) -> Side:
    require(actor, TAKE_PART, answer)
    side = side_of(actor, answer)
    if side is None:
        raise Conflict("no_side", "只有双方当事单位可以办理。")
    return side
