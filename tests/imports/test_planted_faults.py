"""A hundred tables with planted faults: every fault named by row and column, no row written."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from matchmaker.audit.models import AuditEntry
from matchmaker.db import db
from matchmaker.demands.models import DemandListing
from matchmaker.funding.models import AwardRecord
from matchmaker.selection.panels.models import Expert
from matchmaker.suppliers.models import Product
from tests.conftest import SignIn
from tests.imports.planted import Sample, as_csv, as_xlsx, plant
from tests.imports.samples import (
    AWARDS_SAMPLE,
    COMPILED,
    DEMANDS,
    EXPERTS_SAMPLE,
    PRODUCTS,
    UNIT_DEMANDS,
)
from tests.people import People
from tests.suppliers.market import make_compiled_supplier, make_firm, world

#: address, who, sample, what the form asks beside the file, table that must stay as it is
KINDS: dict[str, tuple[str, str, Sample, dict[str, str], type]] = {
    "demands": ("/owner/demands/import", "owner", DEMANDS, {}, DemandListing),
    "products": ("/supplier/products/import", "firm", PRODUCTS, {}, Product),
    "experts": ("/bureau/selection/experts/import", "officer", EXPERTS_SAMPLE, {}, Expert),
    "awards": (
        "/bureau/awards/import",
        "officer",
        AWARDS_SAMPLE,
        {"source": "市科技局2025年名单"},
        AwardRecord,
    ),
}
#: What the bureau imports for others: the same machinery, so a few files each.
FOR_OTHERS: dict[str, tuple[str, str, Sample, dict[str, str], type]] = {
    "unit demands": ("/bureau/demands/import", "officer", UNIT_DEMANDS, {}, DemandListing),
    "compiled products": (
        "/bureau/suppliers/products/import",
        "officer",
        COMPILED,
        {},
        Product,
    ),
}
FILES_EACH = 25
_LINE = re.compile(r'data-label="行">(\d+)</td><td class="cell-title" data-label="列">([^<]*)</td>')


def _named(page: str) -> set[tuple[int, str]]:
    return {(int(row), html.unescape(column)) for row, column in _LINE.findall(page)}


def _count(app: Flask, models: Iterable[type]) -> list[int]:
    with app.app_context():
        return [db.session.scalar(select(func.count()).select_from(model)) or 0 for model in models]


def _send(
    client: FlaskClient, address: str, sample: Sample, seed: int, extra: dict[str, str]
) -> tuple[str, set[tuple[int, str]]]:
    planted = plant(sample, seed)
    is_workbook = seed % 8 == 0
    content = as_xlsx(planted.cells) if is_workbook else as_csv(planted.cells)
    upload = (io.BytesIO(content), f"表{seed}.{'xlsx' if is_workbook else 'csv'}")
    answer = client.post(address, data={**extra, "file": upload})
    assert answer.status_code == 422, (seed, answer.status_code)
    return answer.get_data(as_text=True), set(planted.places)


@pytest.fixture
def market(app: Flask, people: People) -> People:
    """The people, a firm with a profile, and a firm that nobody has claimed."""
    with world(app):
        make_firm(people.firm)
        make_compiled_supplier()
    return people


@pytest.mark.parametrize("kind", [*KINDS, *FOR_OTHERS])
def test_every_planted_fault_is_named_and_no_row_written(
    app: Flask, market: People, sign_in: SignIn, kind: str
) -> None:
    address, part, sample, extra, model = (KINDS | FOR_OTHERS)[kind]
    client = sign_in(app, f"{part}@test.example")
    before = _count(app, (model, AuditEntry))
    for seed in range(FILES_EACH if kind in KINDS else 5):
        page, places = _send(client, address, sample, seed, extra)
        assert _named(page) == places, seed
        assert 'name="reference"' not in page
    assert _count(app, (model, AuditEntry)) == before
