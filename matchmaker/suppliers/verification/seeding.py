"""A demonstration: a product's tests in the five areas, each at another turn of the route."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from matchmaker import clock
from matchmaker.accounts.queries import as_actor, find_organisation_by_name, find_user_by_email
from matchmaker.actor import Actor
from matchmaker.catalogue.seed_rows import read_json
from matchmaker.config import Settings
from matchmaker.db import db, read_tx, write_tx
from matchmaker.documents.excel import Column, Sheet, write_workbook
from matchmaker.errors import InvalidInput
from matchmaker.files.rules import CheckedUpload, check_upload
from matchmaker.files.storage import keep_bytes
from matchmaker.paths import SEEDS
from matchmaker.suppliers import queries
from matchmaker.suppliers.proofs.operations import TestFacts, add_test
from matchmaker.suppliers.rules import ProfileState
from matchmaker.suppliers.verification import operations
from matchmaker.suppliers.verification.models import Verification

_FILE = SEEDS / "market" / "verifications.json"
_NAME = "核验示例"
#: How long a demonstration's proof holds.
_PROVEN = timedelta(days=365)
_DUE = timedelta(days=14)


def seed_verifications(settings: Settings) -> dict[str, int]:
    """Act the demonstration out once; none in production."""
    if settings.production:
        return {_NAME: 0}
    top = read_json(_FILE)
    note, institution = top.text("note"), top.text("institution")
    tests = list(top.take("tests"))
    top.close()
    with read_tx():
        done = db.session.scalar(select(func.count(Verification.id)))
    if not done:
        report = _make_report(note)
        keep_bytes(report)
        with write_tx():
            for test in tests:
                with clock.demonstrate(clock.now() - timedelta(days=test.get("days_ago", 0))):
                    _act_out(test, report, institution=institution)
    return {_NAME: len(tests)}


def _make_report(note: str) -> CheckedUpload:
    """A file that says what it is."""
    sheet = Sheet("检测报告", [Column("说明", 60)], [("演示文件，不是真实检测报告。",)], note=note)
    return check_upload("检测报告（演示）.xlsx", write_workbook([sheet], title="检测报告（演示）"))


def _person(part: str) -> Actor:
    user = find_user_by_email(f"{part}@demo.example")
    if user is None:
        raise InvalidInput("demo_missing", "没有演示账号 {part}，请先装入演示账号。", part=part)
    return as_actor(user)


def _act_out(test: Mapping[str, Any], report: CheckedUpload, *, institution: str) -> None:
    firm, officer, today = _person("firm"), _person("officer"), clock.today()
    products = queries.list_products_of(firm, queries.get_own_supplier(firm))
    product = next(row for row in products if row.state is ProfileState.PUBLISHED)
    facts = TestFacts(
        area=test["area"],
        institution=institution,
        report_number=test["number"],
        tested_on=today - timedelta(days=30),
        result=test["result"],
    )
    fact = add_test(firm, product, facts, today=today)
    row = operations.submit_verification(firm, fact, [report], statement="演示申请。")
    until = today + _PROVEN
    match test["act"]:
        case "verify":
            operations.verify_fact(officer, row, proven_until=until, opinion=test["opinion"])
        case "document":
            operations.accept_documents(officer, row, proven_until=until, opinion=test["opinion"])
        case "assign":
            organisation = find_organisation_by_name(test["centre"])
            operations.assign_verification(officer, row, centre=organisation, due_on=today + _DUE)
        case "reject":
            operations.reject_verification(officer, row, reason=test["opinion"])
