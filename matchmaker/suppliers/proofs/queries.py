"""Reads of certificates, tests and proofs that end soon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.db import db
from matchmaker.errors import NotFound
from matchmaker.suppliers.models import Capability, Certificate, Product
from matchmaker.suppliers.proofs.models import TestRecord
from matchmaker.suppliers.rules import DUE_SOON_DAYS, Evidence

PROOFS = (Evidence.DOCUMENTED, Evidence.VERIFIED)


@dataclass(frozen=True)
class EndingProof:
    """A proof that has ended or ends soon; ``until`` is its last day."""

    kind: str
    id: int
    label: str
    product: Product | None
    until: date

    @property
    def title(self) -> str:
        """Whose proof of what, in words."""
        vocabulary, label = load_vocabulary(), self.label
        if self.kind == "capability":
            label = vocabulary.attribute(label).zh
        elif self.kind == "test":
            label = f"{vocabulary.test_areas.get(label).zh}检测"
        return f"{self.product.model} · {label}" if self.product else label


def list_tests(product_id: int) -> Sequence[TestRecord]:
    """The tests of a product that the caller has already been shown, by area and day."""
    query = (
        select(TestRecord)
        .where(TestRecord.product_id == product_id)
        .order_by(TestRecord.area, TestRecord.tested_on.desc(), TestRecord.id)
    )
    return db.session.scalars(query).all()


def list_certificates(supplier_id: int) -> Sequence[Certificate]:
    """The certificates of a firm that the caller has already been shown."""
    query = select(Certificate).where(Certificate.supplier_id == supplier_id)
    return db.session.scalars(query.order_by(Certificate.id)).all()


def get_own_certificate(supplier_id: int, certificate_id: int) -> Certificate:
    """A certificate of exactly this firm; raises ``NotFound`` otherwise."""
    row = db.session.get(Certificate, certificate_id)
    if row is None or row.supplier_id != supplier_id:
        raise NotFound("certificate_missing", "没有这份证书。")
    return row


def get_test(product_id: int, test_id: int) -> TestRecord:
    """A test of exactly this product; raises ``NotFound`` otherwise."""
    row = db.session.get(TestRecord, test_id)
    if row is None or row.product_id != product_id:
        raise NotFound("test_missing", "没有这份检测记录。")
    return row


def get_own_test(supplier_id: int, test_id: int) -> TestRecord:
    """A test of a product of exactly this firm; raises ``NotFound`` otherwise."""
    row = db.session.get(TestRecord, test_id)
    if row is None or row.product.supplier_id != supplier_id:
        raise NotFound("test_missing", "没有这份检测记录。")
    return row


def get_own_capability(supplier_id: int, capability_id: int) -> Capability:
    """A figure of a product of exactly this firm; raises ``NotFound`` otherwise."""
    row = db.session.get(Capability, capability_id)
    if row is None or row.product.supplier_id != supplier_id:
        raise NotFound("capability_missing", "该产品没有填写这一项指标。")
    return row


def list_ending_proofs(supplier_id: int, *, today: date) -> list[EndingProof]:
    """Proofs of a firm that have ended or end within ``DUE_SOON_DAYS``, soonest first."""
    limit = today + timedelta(days=DUE_SOON_DAYS)
    figures = db.session.scalars(
        select(Capability)
        .join(Capability.product)
        .where(
            Product.supplier_id == supplier_id,
            Capability.evidence.in_(PROOFS),
            Capability.proven_until <= limit,
        )
        .options(joinedload(Capability.product))
    )
    tests = db.session.scalars(
        select(TestRecord)
        .join(TestRecord.product)
        .where(Product.supplier_id == supplier_id, _ends(TestRecord, limit))
        .options(joinedload(TestRecord.product))
    )
    certificates = db.session.scalars(
        select(Certificate)
        .where(Certificate.supplier_id == supplier_id, _ends(Certificate, limit))
        .options(joinedload(Certificate.product))
    )
    found = [
        *(
            EndingProof("capability", f.id, f.attribute, f.product, _last(f.proven_until))
            for f in figures
        ),
        *(
            EndingProof("test", t.id, t.area, t.product, _last(t.proven_until, t.valid_until))
            for t in tests
        ),
        *(
            EndingProof(
                "certificate", c.id, c.text, c.product, _last(c.proven_until, c.valid_until)
            )
            for c in certificates
        ),
    ]
    return sorted(found, key=lambda item: (item.until, item.kind, item.id))


def _ends(table: type[TestRecord] | type[Certificate], limit: date) -> ColumnElement[bool]:
    return or_(table.valid_until <= limit, table.proven_until <= limit)


def _last(*days: date | None) -> date:
    return min(day for day in days if day is not None)
