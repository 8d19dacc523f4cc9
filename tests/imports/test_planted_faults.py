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
from tests.conftest import SignIn
from tests.imports.planted import Sample, as_csv, as_xlsx, plant
from tests.imports.samples import DEMANDS
from tests.people import People

#: address, who, sample, what the form asks beside the file, table that must stay as it is
KINDS = {
    "demands": ("/owner/demands/import", "owner", DEMANDS, {}, DemandListing),
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


@pytest.mark.parametrize("kind", KINDS)
def test_every_planted_fault_is_named_and_no_row_written(
    app: Flask, people: People, sign_in: SignIn, kind: str
) -> None:
    address, part, sample, extra, model = KINDS[kind]
    client = sign_in(app, f"{part}@test.example")
    before = _count(app, (model, AuditEntry))
    for seed in range(FILES_EACH):
        page, places = _send(client, address, sample, seed, extra)
        assert _named(page) == places, seed
        assert 'name="reference"' not in page
    assert _count(app, (model, AuditEntry)) == before
