"""Loading the firms and products of seeds/market. What is there already is never touched again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import func, select

from matchmaker import clock
from matchmaker.accounts.demo import ORGANISATIONS
from matchmaker.accounts.permissions import require
from matchmaker.accounts.queries import find_organisation_by_name
from matchmaker.actor import COMMAND_LINE, Actor
from matchmaker.audit.operations import record
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.config import Settings
from matchmaker.db import db, read_tx, write_tx
from matchmaker.outbox import send
from matchmaker.suppliers import indexing
from matchmaker.suppliers.models import (
    Capability,
    Certificate,
    Price,
    Product,
    ProductMode,
    ProductSector,
    ProductTask,
    Supplier,
    SupplierMode,
)
from matchmaker.suppliers.permissions import SEED
from matchmaker.suppliers.profiles import PRICE_ATTRIBUTES
from matchmaker.suppliers.rules import Evidence, ProfileState
from matchmaker.suppliers.seed_records import (
    CapabilityRecord,
    CertificateRecord,
    ProductRecord,
    SupplierRecord,
    load_suppliers,
)

#: Demonstration organisation → short name of the firm whose people its accounts play.
DEMO_FIRMS = {"guozi": "国自机器人", "deep": "云深处"}
_MODE_OF_PRICE = {attribute: mode for mode, attribute in PRICE_ATTRIBUTES.items()}


def seed_suppliers(settings: Settings) -> dict[str, int]:
    """Load the firms that are missing and give the demonstration firms their accounts."""
    records = load_suppliers(load_vocabulary())
    with read_tx() as session:
        present = set(session.scalars(select(Supplier.code)))
    missing = [item for item in records if item.id not in present]
    if missing:
        with write_tx():
            import_suppliers(COMMAND_LINE, missing)
    if not settings.production:
        _link_demo_firms()
    with read_tx() as session:
        return {
            "企业": session.scalar(select(func.count(Supplier.id))) or 0,
            "产品": session.scalar(select(func.count(Product.id))) or 0,
        }


def import_suppliers(actor: Actor, records: list[SupplierRecord]) -> None:
    """Store compiled firms with their products, published and marked as demonstration data."""
    require(actor, SEED)
    suppliers = [_make_supplier(item) for item in records]
    db.session.add_all(suppliers)
    db.session.flush()
    for supplier, item in zip(suppliers, records, strict=True):
        rows = {product.code: product.id for product in supplier.products}
        db.session.add_all(_make_certificate(supplier.id, rows, row) for row in item.certificates)
        record(actor, "suppliers.import", "supplier", supplier.code, products=len(item.products))
    products = [product for supplier in suppliers for product in supplier.products]
    _date_publication(products)
    indexing.index_suppliers(suppliers)
    indexing.index_products(products)
    for product in products:
        send("suppliers.product_published", product_id=product.code)


def _date_publication(products: Sequence[Product]) -> None:
    """The newest first is then the order of the file."""
    now = clock.now()
    for number, product in enumerate(products):
        product.published_at = now - timedelta(seconds=number)


def _make_supplier(item: SupplierRecord) -> Supplier:
    city = load_vocabulary().cities.get(item.city).id if item.city else None
    return Supplier(
        code=item.id,
        legal_name=item.legal_name,
        short_name=item.short_name,
        kind=item.kind,
        city=city,
        district=item.hangzhou_district or None,
        other_district=None if item.hangzhou_district else item.district or None,
        is_overseas=item.overseas,
        founded_year=item.founded_year or None,
        note=item.note or None,
        sources=list(item.sources),
        unverified_fields=list(item.fields_not_seen),
        is_demo=True,
        state=ProfileState.PUBLISHED,
        modes=[SupplierMode(mode=m.mode, evidence=Evidence(m.evidence)) for m in item.modes],
        products=[_make_product(product) for product in item.products],
    )


def _make_product(item: ProductRecord) -> Product:
    return Product(
        code=item.id,
        model=item.model,
        form=item.form,
        description=item.description,
        task_words=list(item.task_words),
        sources=list(item.sources),
        source_conflict=item.source_conflict or None,
        is_demo=True,
        state=ProfileState.PUBLISHED,
        sectors=[ProductSector(sector=s, position=n) for n, s in enumerate(item.sectors)],
        tasks=[ProductTask(task=t, position=n) for n, t in enumerate(item.tasks)],
        modes=[ProductMode(mode=m.mode, evidence=Evidence(m.evidence)) for m in item.modes],
        capabilities=[
            Capability(
                attribute=c.attribute,
                value=c.value,
                evidence=Evidence(c.evidence),
                sources=list(c.sources),
            )
            for c in item.capabilities
            if c.attribute not in _MODE_OF_PRICE
        ],
        prices=[_make_price(c) for c in item.capabilities if c.attribute in _MODE_OF_PRICE],
    )


def _make_price(item: CapabilityRecord) -> Price:
    if not isinstance(item.value, Decimal):
        raise TypeError(f"{item.attribute} is not an amount")
    return Price(
        mode=_MODE_OF_PRICE[item.attribute],
        amount_fen=int(item.value * 100),
        evidence=Evidence(item.evidence),
        sources=list(item.sources),
    )


def _make_certificate(
    supplier_id: int, rows: dict[str, int], row: CertificateRecord
) -> Certificate:
    return Certificate(
        supplier_id=supplier_id,
        product_id=rows.get(row.product),
        certificate=row.certificate or None,
        attribute=row.attribute or None,
        text=row.text,
        evidence=Evidence(row.evidence),
        sources=[],
    )


def _link_demo_firms() -> None:
    names = {item.key: item.name for item in ORGANISATIONS}
    with write_tx() as session:
        for key, short_name in DEMO_FIRMS.items():
            organisation = find_organisation_by_name(names[key])
            supplier = session.scalar(select(Supplier).where(Supplier.short_name == short_name))
            if organisation is None or supplier is None or supplier.organisation_id is not None:
                continue
            supplier.organisation_id = organisation.id
            supplier.claimed_at = clock.now()
            record(COMMAND_LINE, "suppliers.link_demo", "supplier", supplier.code)
