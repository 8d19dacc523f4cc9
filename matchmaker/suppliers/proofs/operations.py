"""Acts on certificates and tests: a firm states them, a verification proves them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.db import db
from matchmaker.errors import Conflict, InvalidInput
from matchmaker.suppliers.facts import check_text
from matchmaker.suppliers.models import Certificate, Product, Supplier
from matchmaker.suppliers.operations import announce_change
from matchmaker.suppliers.permissions import EDIT
from matchmaker.suppliers.proofs.models import TestRecord
from matchmaker.suppliers.rules import Evidence, ProfileState
from matchmaker.suppliers.verification.queries import has_open_verification


@dataclass(frozen=True, kw_only=True)
class CertificateFacts:
    """What a firm says of a certificate; ``certificate`` is the catalogue's id."""

    certificate: str
    number: str
    issuer: str
    issued_on: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, kw_only=True)
class TestFacts:
    """What a firm says of a test in one of the five areas (H29 专栏3)."""

    __test__ = False

    area: str
    institution: str
    report_number: str
    tested_on: date
    result: str
    valid_until: date | None = None


def add_certificate(
    actor: Actor,
    supplier: Supplier,
    facts: CertificateFacts,
    *,
    product: Product | None = None,
    today: date,
) -> Certificate:
    """State a certificate of the firm, or of one of its products."""
    require(actor, EDIT, supplier)
    if product is not None and product.supplier_id != supplier.id:
        raise InvalidInput("product_of_other_firm", "所选产品不是本企业的产品。", field="product")
    kind = load_vocabulary().certificate(facts.certificate)
    check_text(facts.number, "number", "证书编号", 1, 80)
    check_text(facts.issuer, "issuer", "发证机构", 1, 120)
    _check_days(facts.issued_on, facts.valid_until, today=today)
    certificate = Certificate(
        supplier_id=supplier.id,
        product_id=product.id if product else None,
        certificate=kind.id,
        text=kind.zh,
        number=facts.number.strip(),
        issuer=facts.issuer.strip(),
        issued_on=facts.issued_on,
        valid_until=facts.valid_until,
        evidence=Evidence.CLAIMED,
        sources=[],
    )
    db.session.add(certificate)
    db.session.flush()
    record(
        actor,
        "suppliers.add_certificate",
        "supplier",
        supplier.code,
        certificate=certificate.id,
        kind=kind.id,
    )
    announce_certificates(supplier, product)
    return certificate


def remove_certificate(actor: Actor, certificate: Certificate) -> None:
    """Take a certificate back."""
    supplier, product = certificate.supplier, certificate.product
    require(actor, EDIT, supplier)
    if has_open_verification(certificate_id=certificate.id):
        raise Conflict("verification_open", "该证书正在核验，请先撤回核验申请。")
    record(
        actor,
        "suppliers.remove_certificate",
        "supplier",
        supplier.code,
        certificate=certificate.id,
    )
    db.session.delete(certificate)
    db.session.flush()
    db.session.expire(supplier, ["certificates"])
    announce_certificates(supplier, product)


def announce_certificates(supplier: Supplier, product: Product | None) -> None:
    """A certificate of the firm concerns every published product of it."""
    concerned = [product] if product is not None else supplier.products
    for item in concerned:
        if item.state is ProfileState.PUBLISHED:
            announce_change(item)


def add_test(actor: Actor, product: Product, facts: TestFacts, *, today: date) -> TestRecord:
    """State a test of a product."""
    require(actor, EDIT, product)
    area = load_vocabulary().test_areas.get(facts.area)
    check_text(facts.institution, "institution", "检测机构", 1, 120)
    check_text(facts.report_number, "report_number", "报告编号", 1, 80)
    check_text(facts.result, "result", "检测结论", 1, 1000)
    _check_days(facts.tested_on, facts.valid_until, today=today)
    test = TestRecord(
        product_id=product.id,
        area=area.id,
        institution=facts.institution.strip(),
        report_number=facts.report_number.strip(),
        tested_on=facts.tested_on,
        result=facts.result.strip(),
        valid_until=facts.valid_until,
        evidence=Evidence.CLAIMED,
    )
    db.session.add(test)
    db.session.flush()
    record(actor, "suppliers.add_test", "product", product.code, test=test.id, area=area.id)
    announce_change(product)
    return test


def remove_test(actor: Actor, test: TestRecord) -> None:
    """Take a test back."""
    product = test.product
    require(actor, EDIT, product)
    if has_open_verification(test_id=test.id):
        raise Conflict("verification_open", "该检测记录正在核验，请先撤回核验申请。")
    record(actor, "suppliers.remove_test", "product", product.code, test=test.id)
    db.session.delete(test)
    db.session.flush()
    announce_change(product)


def _check_days(begin: date | None, end: date | None, *, today: date) -> None:
    if begin is not None and begin > today:
        raise InvalidInput("day_in_future", "签发或检测日期不能晚于今天。", field="issued_on")
    if begin is not None and end is not None and end < begin:
        raise InvalidInput("days_reversed", "有效期至不能早于签发日期。", field="valid_until")
    if end is not None and end < today:
        raise InvalidInput("expired", "证书或报告已过期，请填写有效的材料。", field="valid_until")
