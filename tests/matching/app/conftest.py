"""A market that is ranked in a moment."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import update

from matchmaker.db import write_tx
from matchmaker.demands.models import DemandListing
from matchmaker.matching.market import open_needs

#: Needs that stay open; ranking all of them would take the tests a minute.
OPEN = ("D019", "D027", "D040", "D072", "D081")


@pytest.fixture
def few_needs(seeded_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The seeded market with five open needs, nothing on its way."""
    with seeded_app.app_context():
        with write_tx() as session:
            closed = update(DemandListing).where(DemandListing.code.not_in(OPEN))
            session.execute(closed.values(deadline=date(2020, 1, 1)))
        monkeypatch.setattr(open_needs, "_held", None)
    seeded_app.extensions["poke_executor"]()
    return seeded_app
