"""Contacts: masked until both consent, revocable, every reveal in the trail."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from matchmaker.actor import Actor
from matchmaker.db import db, read_tx, write_tx
from matchmaker.engagement.answers.queries import get_answer
from matchmaker.engagement.contacts import operations, queries
from matchmaker.engagement.contacts.models import ContactConsent
from matchmaker.engagement.contacts.rules import Contact, mask
from matchmaker.errors import Conflict, DomainError, InvalidInput, NotFound
from tests.engagement.world import Place
from tests.suppliers.market import count_acts

OWNER, FIRM = Contact("王小明", "13800000001"), Contact("李雷", "0571-87654321")


@pytest.fixture
def answer_id(place: Place) -> Iterator[int]:
    id_ = place.answer(place.people.firm)
    with place.opening():
        yield id_


def give(place: Place, actor: Actor, answer_id: int, contact: Contact) -> None:
    with place.app.app_context(), write_tx():
        operations.give_consent(actor, get_answer(actor, answer_id), contact)


def revoke(place: Place, actor: Actor, answer_id: int) -> None:
    with place.app.app_context(), write_tx():
        operations.revoke_consent(actor, get_answer(actor, answer_id))


def reveal(place: Place, actor: Actor, answer_id: int) -> Contact:
    with place.app.app_context(), write_tx():
        return operations.reveal_contact(actor, get_answer(actor, answer_id))


def test_a_contact_is_masked() -> None:
    assert mask(OWNER) == Contact("王**", "138****0001")


def test_both_must_consent_and_either_may_revoke(place: Place, answer_id: int) -> None:
    owner, firm = place.people.owner, place.people.firm
    give(place, owner, answer_id, OWNER)
    for actor in (owner, firm):
        with pytest.raises(Conflict, match="consent_missing"):
            reveal(place, actor, answer_id)
    with place.app.app_context(), read_tx():
        assert [row.id for row in queries.list_asking(firm)] == [answer_id]
        assert queries.list_asking(owner) == []
    with pytest.raises(Conflict, match="consent_given"):
        give(place, place.people.colleague, answer_id, OWNER)
    give(place, firm, answer_id, FIRM)
    assert reveal(place, firm, answer_id) == OWNER
    assert reveal(place, place.people.colleague, answer_id) == FIRM
    revoke(place, firm, answer_id)
    for actor in (owner, firm):
        with pytest.raises(Conflict, match="consent_missing"):
            reveal(place, actor, answer_id)
    with place.app.app_context(), read_tx() as session:
        assert count_acts(session, "contacts.reveal") == 2
        rows = db.session.query(ContactConsent).order_by(ContactConsent.id).all()
        assert [row.revoked_at is None for row in rows] == [True, False]
    give(place, firm, answer_id, FIRM)
    assert reveal(place, owner, answer_id) == FIRM


@pytest.mark.parametrize(
    ("part", "error"), [("stranger", NotFound), ("other_firm", NotFound), ("officer", DomainError)]
)
def test_nobody_else_takes_part(
    place: Place, answer_id: int, part: str, error: type[DomainError]
) -> None:
    actor = getattr(place.people, part)
    give(place, place.people.owner, answer_id, OWNER)
    give(place, place.people.firm, answer_id, FIRM)
    with pytest.raises(error):
        give(place, actor, answer_id, OWNER)
    with pytest.raises(error):
        revoke(place, actor, answer_id)
    with pytest.raises(error):
        reveal(place, actor, answer_id)
    assert reveal(place, place.people.owner, answer_id) == FIRM


def test_a_sealed_answer_gives_no_contacts(place: Place) -> None:
    id_ = place.answer(place.people.firm)
    with place.last_second(), pytest.raises(Conflict, match="no_exchange"):
        give(place, place.people.firm, id_, FIRM)
    with place.opening():
        give(place, place.people.firm, id_, FIRM)


@pytest.mark.parametrize(
    ("contact", "field"),
    [
        (Contact("", "13800000001"), "name"),
        (Contact("王", "12345678901"), "phone"),
        (Contact("王", "1380000000"), "phone"),
        (Contact("王", "１３８００００００１１"), "phone"),
        (Contact("王", ""), "phone"),
    ],
)
def test_a_wrong_contact_is_refused(
    place: Place, answer_id: int, contact: Contact, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        give(place, place.people.firm, answer_id, contact)
    assert refused.value.field == field
