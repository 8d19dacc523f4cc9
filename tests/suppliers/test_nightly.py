"""What the night tells firms and those who verify: proofs that end, requests that are overdue."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from matchmaker import clock
from matchmaker.db import db, read_tx
from matchmaker.suppliers.capabilities.operations import set_capability
from matchmaker.suppliers.models import Capability, Supplier
from matchmaker.suppliers.proofs.nightly import FORGOTTEN, remind_of_proofs
from matchmaker.suppliers.rules import DUE_SOON_DAYS, Evidence
from matchmaker.suppliers.verification import operations
from matchmaker.suppliers.verification.models import Verification
from matchmaker.suppliers.verification.nightly import remind_of_verifications
from tests.files.samples import kept_upload
from tests.people import People
from tests.suppliers.market import list_messages, make_product, world


def list_told(app: Flask, topic: str) -> list[dict[str, object]]:
    with app.app_context(), read_tx():
        return list_messages(db.session(), topic)


def set_end(app: Flask, days: int) -> None:
    """The firm's one proof ends in so many days, and nobody has been told."""
    with world(app) as session:
        figure = session.query(Capability).one()
        figure.evidence = Evidence.VERIFIED
        figure.proven_until = clock.today() + timedelta(days=days)
        session.query(Supplier).one().proofs_reminded_at = None


def test_a_firm_hears_of_proofs_that_end_and_not_every_night(app: Flask, people: People) -> None:
    with world(app):
        product = make_product(people.firm)
        set_capability(people.firm, product, attribute="payload_kg", text="20")
    with app.app_context():
        for days in (DUE_SOON_DAYS + 1, -FORGOTTEN.days - 1):
            set_end(app, days)
            remind_of_proofs()
            assert list_told(app, "suppliers.proofs_ending") == [], days
        for number, days in enumerate((DUE_SOON_DAYS, 0, -FORGOTTEN.days), start=1):
            set_end(app, days)
            remind_of_proofs()
            remind_of_proofs()
            told = list_told(app, "suppliers.proofs_ending")
            first = (clock.today() + timedelta(days=days)).isoformat()
            assert len(told) == number, days
            assert (told[-1]["count"], told[-1]["first"]) == (1, first)


def test_an_overdue_verification_is_told_again_after_a_week(app: Flask, people: People) -> None:
    with world(app):
        product = make_product(people.firm)
        figure = set_capability(people.firm, product, attribute="payload_kg", text="20")
        row = operations.submit_verification(people.firm, figure, [kept_upload()])
        id_, row.due_on = row.id, clock.today()
    with app.app_context():
        remind_of_verifications()
        assert list_told(app, "suppliers.verification_overdue") == []
        with world(app) as session:
            session.get_one(Verification, id_).due_on = clock.today() - timedelta(days=1)
        remind_of_verifications()
        remind_of_verifications()
        assert list_told(app, "suppliers.verification_overdue") == [{"verification_id": id_}]
        with world(app) as session:
            old = session.get_one(Verification, id_)
            old.reminded_at = clock.now() - timedelta(days=7)
        remind_of_verifications()
        with world(app) as session:
            old = session.get_one(Verification, id_)
            old.reminded_at = None
            operations.reject_verification(people.officer, old, reason="报告与产品型号不符。")
        remind_of_verifications()
    assert len(list_told(app, "suppliers.verification_overdue")) == 2
