"""Reads of tests and verifications."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from matchmaker.db import db
from matchmaker.suppliers.proofs.models import TestRecord, Verification
from matchmaker.suppliers.proofs.rules import OPEN_STATES


def has_open_verification(
    *,
    capability_id: int | None = None,
    certificate_id: int | None = None,
    test_id: int | None = None,
) -> bool:
    """True while a verification of the named fact is undecided."""
    query = select(Verification.id).where(Verification.state.in_(OPEN_STATES))
    if capability_id is not None:
        query = query.where(Verification.capability_id == capability_id)
    if certificate_id is not None:
        query = query.where(Verification.certificate_id == certificate_id)
    if test_id is not None:
        query = query.where(Verification.test_id == test_id)
    return db.session.scalar(query.limit(1)) is not None


def list_tests(product_id: int) -> Sequence[TestRecord]:
    """The tests of a product that the caller has already been shown, by area and day."""
    query = (
        select(TestRecord)
        .where(TestRecord.product_id == product_id)
        .order_by(TestRecord.area, TestRecord.tested_on.desc(), TestRecord.id)
    )
    return db.session.scalars(query).all()
