"""The demonstration of the verification route: five areas, each at another turn, loaded once."""

from __future__ import annotations

from flask import Flask

from matchmaker import clock
from matchmaker.accounts.demo import seed_demo_accounts
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.db import db, read_tx
from matchmaker.suppliers.proofs.models import TestRecord
from matchmaker.suppliers.seeding import seed_suppliers
from matchmaker.suppliers.verification.models import Verification
from matchmaker.suppliers.verification.rules import OPEN_STATES, VerificationState
from matchmaker.suppliers.verification.seeding import seed_verifications


def test_each_turn_is_shown_one_is_late_and_only_once(app: Flask) -> None:
    settings = app.extensions["settings"]
    with app.app_context():
        seed_demo_accounts(settings)
        seed_suppliers(settings)
        for _ in range(2):
            assert seed_verifications(settings) == {"核验示例": 6}
        with read_tx():
            rows = db.session.query(Verification).order_by(Verification.id).all()
            assert [row.state for row in rows] == [
                VerificationState.VERIFIED,
                VerificationState.DOCUMENTED,
                VerificationState.ASSIGNED,
                VerificationState.REJECTED,
                VerificationState.SUBMITTED,
                VerificationState.ASSIGNED,
            ]
            late = [row for row in rows if row.state in OPEN_STATES and row.due_on < clock.today()]
            assert late == rows[-1:]
            tests = db.session.query(TestRecord).all()
            assert {row.area for row in tests} == {area.id for area in load_vocabulary().test_areas}
            assert all("演示" in row.report_number for row in tests)
