"""The public lists at 1,000 needs and 1,000 products, and at 100,000 and 20,000, in one run.

For each page: milliseconds of processor time of the quickest of a few visits, statements, and the
first visit after a change of the list. The processor's time is disturbed less than the clock's.
Run: python -m benchmarks.public_lists [needs products]
"""

from __future__ import annotations

import itertools
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select, text
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts import operations as accounts
from matchmaker.accounts.models import OrganisationKind
from matchmaker.actor import COMMAND_LINE
from matchmaker.app import create_app
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.config import Settings
from matchmaker.db import Base, TransactionKind, db, set_transaction_kind, write_tx
from matchmaker.demands.models import DemandListing, DemandMode, DemandRequirement, DemandTask
from matchmaker.demands.queries import SEARCH_KIND
from matchmaker.demands.rules import ListingStatus
from matchmaker.demands.seed_records import load_demands
from matchmaker.demands.seeds import content_of_record
from matchmaker.demands.storage import findable, write_columns
from matchmaker.search.lists import note_change
from matchmaker.search.operations import index_rows
from matchmaker.suppliers.indexing import PRODUCT, SUPPLIER, SUPPLY
from matchmaker.suppliers.models import (
    Capability,
    Price,
    Product,
    ProductMode,
    ProductSector,
    ProductTask,
    Supplier,
    SupplierMode,
)
from matchmaker.suppliers.seeding import seed_suppliers

PAGES = {
    "需求列表": "/demands",
    "需求·行业": "/demands?sector=healthcare",
    "需求·搜索": "/demands?q=变电所",
    "需求·常用词": "/demands?q=巡检",
    "需求·第20页": "/demands?page=20",
    "需求页": "/demands/B000500",
    "产品列表": "/products",
    "产品·行业": "/products?sector=healthcare",
    "产品·搜索": "/products?q=巡检",
    "产品·第20页": "/products?page=20",
    "企业列表": "/suppliers",
    "企业·搜索": "/suppliers?q=机器人",
}
BASE = 1_000
REPEATS = 9


@dataclass(frozen=True)
class Visit:
    """What one page took: milliseconds warm and cold, and the statements of a warm visit."""

    warm: float
    cold: float
    statements: int


def make_world(needs: int, products: int, folder: Path) -> Flask:
    """An installation of its own with so many published needs and at least so many products."""
    settings = Settings(instance_folder=folder, overrides={"RATELIMIT_ENABLED": False})
    app = create_app(settings)
    with app.app_context():
        set_transaction_kind(TransactionKind.WRITE)
        db.create_all()
        db.session.remove()
        set_transaction_kind(TransactionKind.READ)
        seed_suppliers(settings)
        with write_tx() as session:
            _fill_needs(session, min(needs, BASE))
            _repeat_needs(session, needs)
            _repeat_products(session, products)
            note_change(SEARCH_KIND)
            note_change(SUPPLY)
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA query_only=OFF")
            connection.exec_driver_sql("ANALYZE")
            connection.commit()
    return app


def _fill_needs(session: Session, count: int) -> None:
    unit = accounts.create_organisation(
        COMMAND_LINE, kind=OrganisationKind.OWNER, name="测算单位"
    ).id
    records = itertools.cycle(load_demands(load_vocabulary()))
    now, made = clock.now(), []
    for number, record in zip(range(count), records, strict=False):
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
    index_rows([findable(listing, content) for listing, content in made])


def _repeat_needs(session: Session, needs: int) -> None:
    """Copies of the first needs, a thousand at a time, by statements of the database itself."""
    for shift in range(BASE, needs, BASE):
        code = f"'B' || printf('%06d', CAST(substr(code, 2) AS INTEGER) + {shift})"
        older = f"strftime('%Y-%m-%d %H:%M:%f', published_at, '-{shift} minutes')"
        own = f"id <= {BASE}"
        changes = {"id": f"id + {shift}", "code": code, "published_at": older}
        _copy(session, DemandListing, own, changes)
        moved = {"listing_id": f"listing_id + {shift}"}
        for part in (DemandTask, DemandMode, DemandRequirement):
            _copy(session, part, f"listing_{own}", moved)
        _copy_terms(session, SEARCH_KIND, code.replace("code", "subject_id"))


def _repeat_products(session: Session, products: int) -> None:
    """Copies of all seeded firms with their products until there are enough."""
    found = session.scalar(select(func.count(Product.id))) or 1
    firm_id = session.scalar(select(func.max(Supplier.id))) or 0
    last_id = session.scalar(select(func.max(Product.id))) or 0
    for turn in range(1, -(-products // found)):
        firms, items = turn * firm_id, turn * last_id
        _copy(
            session,
            Supplier,
            f"id <= {firm_id}",
            {"id": f"id + {firms}", "code": f"code || '~{turn}'", "organisation_id": "NULL"},
        )
        _copy(
            session,
            Product,
            f"id <= {last_id}",
            {
                "id": f"id + {items}",
                "code": f"code || '~{turn}'",
                "supplier_id": f"supplier_id + {firms}",
                "published_at": f"strftime('%Y-%m-%d %H:%M:%f', published_at, '-{turn} hours')",
            },
        )
        _copy(
            session,
            SupplierMode,
            f"supplier_id <= {firm_id}",
            {"supplier_id": f"supplier_id + {firms}"},
        )
        for part in (ProductSector, ProductTask, ProductMode, Capability, Price):
            moved = {"product_id": f"product_id + {items}"}
            _copy(session, part, f"product_id <= {last_id}", moved)
        for kind in (PRODUCT, SUPPLIER):
            # Only what the seeds brought: copies carry a tilde.
            _copy_terms(session, kind, f"subject_id || '~{turn}'", own="subject_id NOT LIKE '%~%'")


def _copy(session: Session, model: type[Base], own: str, changes: dict[str, str]) -> None:
    table: Any = model.__table__
    names = [
        name
        for name, column in table.columns.items()
        if column.computed is None and (name != "id" or "id" in changes)
    ]
    cells = ", ".join(changes.get(name, name) for name in names)
    columns = ", ".join(names)
    rows = f"SELECT {cells} FROM {table.name} WHERE {own}"
    session.execute(text(f"INSERT INTO {table.name} ({columns}) {rows}"))


def _copy_terms(session: Session, kind: str, subject: str, own: str = "1") -> None:
    last = session.execute(text("SELECT max(id) FROM search_row")).scalar() or 0
    first = f"kind = '{kind}' AND id <= {last} AND {own} ORDER BY id LIMIT {BASE}"
    session.execute(
        text(
            "INSERT INTO search_row (id, kind, subject_id)"
            f" SELECT id + {last}, kind, {subject} FROM search_row WHERE {first}"
        )
    )
    session.execute(
        text(
            "INSERT INTO search_terms (rowid, terms)"
            " SELECT r.id, t.terms FROM search_row r"
            f" JOIN search_terms t ON t.rowid = r.id - {last} WHERE r.id > {last}"
        )
    )


def measure(app: Flask) -> dict[str, Visit]:
    """Each page after a change of the lists, then warm."""
    client, counted = app.test_client(), itertools.count()

    def count(*_: object) -> None:
        next(counted)

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", count)
    client.get("/about/data")
    found = {}
    for name, address in PAGES.items():
        with app.app_context(), write_tx():
            note_change(SEARCH_KIND)
            note_change(SUPPLY)
        cold = _time(client, address)
        warm = min(_time(client, address) for _ in range(REPEATS))
        before = next(counted)
        client.get(address)
        found[name] = Visit(warm, cold, next(counted) - before - 1)
    return found


def _time(client: FlaskClient, address: str) -> float:
    begin = time.process_time()
    answer = client.get(address)
    took = 1000 * (time.process_time() - begin)
    assert answer.status_code == 200, address
    return took


def main(sizes: Iterable[tuple[int, int]]) -> None:
    """Print each page's time at both sizes, the ratio, and the statements."""
    results = []
    for needs, products in sizes:
        with tempfile.TemporaryDirectory(prefix="public-lists-") as folder:
            results.append(measure(make_world(needs, products, Path(folder))))
    small, large = results
    for name, base in small.items():
        big = large[name]
        print(
            f"{name:<10} {base.warm:7.1f} → {big.warm:7.1f} ms  {big.warm / base.warm:5.2f}×"
            f"   after a change {base.cold:7.1f} → {big.cold:7.1f} ms {big.cold / base.cold:5.2f}×"
            f"   statements {base.statements} → {big.statements}"
        )


if __name__ == "__main__":
    wanted = [int(word) for word in sys.argv[1:3]] or [100_000, 20_000]
    main([(BASE, BASE), (wanted[0], wanted[1])])
