"""The demonstrations of claims and of the libraries: each state, told as such, loaded once."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask

from matchmaker.accounts.demo import seed_demo_accounts
from matchmaker.db import db, read_tx
from matchmaker.files.queries import list_files
from matchmaker.suppliers.claims.models import ClaimState, ProfileClaim
from matchmaker.suppliers.claims.operations import SUBJECT
from matchmaker.suppliers.claims.seeding import seed_claims
from matchmaker.suppliers.library.models import KeyProject, LibraryEntry, ProjectPhase
from matchmaker.suppliers.library.seeding import seed_library
from matchmaker.suppliers.seeding import seed_suppliers


def test_a_refused_claim_and_one_that_waits(app: Flask) -> None:
    settings = app.extensions["settings"]
    with app.app_context():
        seed_demo_accounts(settings)
        seed_suppliers(settings)
        for _ in range(2):
            assert seed_claims(settings) == {"企业资料认领示例": 2}
        with read_tx():
            refused, waiting = db.session.query(ProfileClaim).order_by(ProfileClaim.id).all()
            assert (refused.state, waiting.state) == (ClaimState.REJECTED, ClaimState.SUBMITTED)
            assert refused.submitted_at < refused.decided_at < waiting.submitted_at
            assert waiting.supplier.organisation_id is None
            names = [
                file.name for row in (refused, waiting) for file in list_files(SUBJECT, row.id)
            ]
            assert names == ["企业授权书(演示).pdf"] * 2
            assert all("演示" in row.statement for row in (refused, waiting))


def test_key_projects_stand_in_every_phase(app: Flask) -> None:
    settings = app.extensions["settings"]
    with app.app_context():
        seed_demo_accounts(settings)
        seed_suppliers(settings)
        for _ in range(2):
            assert seed_library(settings) == {"培育库和重点项目示例": 6}
        with read_tx():
            projects = db.session.query(KeyProject).all()
            assert {row.phase for row in projects} == set(ProjectPhase)
            assert all("（演示）" in row.name and "演示" in row.content for row in projects)
            entries = db.session.query(LibraryEntry).all()
            assert len(entries) == 2
            assert all(row.basis.startswith("（演示）") for row in entries)


def test_production_gets_neither(app: Flask) -> None:
    settings = replace(app.extensions["settings"], production=True)
    with app.app_context():
        assert seed_claims(settings) == {"企业资料认领示例": 0}
        assert seed_library(settings) == {"培育库和重点项目示例": 0}
        with read_tx():
            assert db.session.query(ProfileClaim).count() == 0
            assert db.session.query(KeyProject).count() == 0
