"""Everything that ``matchmaker seed`` loads, on PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest

from matchmaker.audit.queries import verify_trail
from matchmaker.db import read_tx
from matchmaker.installation import seed_all
from matchmaker.reporting.invariants import check_invariants
from tests.both_db.conftest import Server, forget_connections, make_app

pytestmark = [pytest.mark.both_db, pytest.mark.full]

PAGES = (
    "/",
    "/demands",
    "/suppliers",
    "/products",
    "/events",
    "/selection",
    "/notices",
    "/showrooms",
    "/search?q=巡检",
    "/match?text=地铁变电所夜间巡检，需要四足机器人",
)


def test_the_full_seed_loads_twice_and_its_pages_open(
    postgresql: Server, migrated: str, tmp_path: Path
) -> None:
    app = make_app(postgresql.make_database("seeded", migrated), tmp_path)
    first = seed_all(app)
    app.extensions["poke_executor"]()
    assert all(first.values()), first
    assert seed_all(app) == first
    with app.app_context(), read_tx():
        assert check_invariants().violations == ()
        assert verify_trail({}).ok
    client = app.test_client()
    answers = {page: client.get(page).status_code for page in PAGES}
    forget_connections(app)
    assert answers == dict.fromkeys(PAGES, 200)
