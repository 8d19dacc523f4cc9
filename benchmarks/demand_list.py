"""The public list of needs at 1,000 and 100,000 rows, in one run: times and ratio of each page.

Pages are measured warm; the first visitor after a change of the public list waits longer.
Run: python -m benchmarks.demand_list [rows …]
"""

from __future__ import annotations

import itertools
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from flask import Flask

from matchmaker import clock
from matchmaker.accounts import operations as accounts
from matchmaker.accounts.models import OrganisationKind
from matchmaker.actor import COMMAND_LINE
from matchmaker.app import create_app
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.config import Settings
from matchmaker.db import TransactionKind, db, set_transaction_kind, write_tx
from matchmaker.demands.models import DemandListing
from matchmaker.demands.rules import ListingStatus
from matchmaker.demands.seed_records import load_demands
from matchmaker.demands.seeds import content_of_record
from matchmaker.demands.storage import findable, note_public_change, write_columns
from matchmaker.search.operations import index_rows

PAGES = {
    "list": "/demands",
    "sector": "/demands?sector=healthcare",
    "search": "/demands?q=变电所",
    "frequent word": "/demands?q=巡检",
    "page 20": "/demands?page=20",
    "one need": "/demands/B000500",
}
CHUNK = 2_000
REPEATS = 7


def make_world(rows: int, folder: Path) -> Flask:
    """An installation of its own with so many published needs."""
    app = create_app(Settings(instance_folder=folder, overrides={"RATELIMIT_ENABLED": False}))
    with app.app_context():
        set_transaction_kind(TransactionKind.WRITE)
        db.create_all()
        db.session.remove()
        set_transaction_kind(TransactionKind.READ)
        with write_tx():
            unit = accounts.create_organisation(
                COMMAND_LINE, kind=OrganisationKind.OWNER, name="测算单位"
            ).id
        for first in range(0, rows, CHUNK):
            _fill(unit, first, min(first + CHUNK, rows))
    return app


def _fill(unit: int, first: int, last: int) -> None:
    records = itertools.cycle(load_demands(load_vocabulary()))
    now = clock.now()
    with write_tx() as session:
        made = []
        for number, record in zip(range(first, last), records, strict=False):
            listing = DemandListing(
                code=f"B{number:06d}",
                status=ListingStatus.PUBLISHED,
                organisation_id=unit,
                version=1,
                published_at=now - timedelta(minutes=number),
                submitted_at=now,
            )
            content = content_of_record(record)
            write_columns(listing, content)
            made.append((listing, content))
        session.add_all([listing for listing, _ in made])
        session.flush()
        note_public_change()
        index_rows([findable(listing, content) for listing, content in made])


def measure(app: Flask) -> dict[str, float]:
    """Milliseconds of the quickest of a few visits to each page."""
    client = app.test_client()
    times: dict[str, float] = {}
    for name, address in PAGES.items():
        runs = []
        for _ in range(REPEATS):
            begin = time.perf_counter()
            answer = client.get(address)
            runs.append(1000 * (time.perf_counter() - begin))
            assert answer.status_code == 200, address
        times[name] = min(runs)
    return times


def main(sizes: list[int]) -> None:
    """Print each page's time at each size and its ratio to the smallest."""
    results: dict[int, dict[str, float]] = {}
    for rows in sizes:
        with tempfile.TemporaryDirectory(prefix="demand-list-") as folder:
            results[rows] = measure(make_world(rows, Path(folder)))
    smallest = results[sizes[0]]
    for name, base in smallest.items():
        cells = (f"{results[n][name]:8.1f} ms ({results[n][name] / base:.2f}×)" for n in sizes)
        print(f"{name:<14}", *cells)


if __name__ == "__main__":
    main([int(text) for text in sys.argv[1:]] or [1_000, 100_000])
