"""The verification route: claim, file, bureau or test centre, verified until, or rejected."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from matchmaker import clock
from matchmaker.accounts.queries import get_organisation
from matchmaker.actor import VISITOR, Actor
from matchmaker.db import db, read_tx
from matchmaker.errors import (
    Conflict,
    IllegalTransition,
    InvalidInput,
    NotFound,
    PermissionDenied,
)
from matchmaker.files.queries import list_files
from matchmaker.suppliers import queries
from matchmaker.suppliers.capabilities.operations import remove_capability, set_capability
from matchmaker.suppliers.models import Capability
from matchmaker.suppliers.profiles import list_profiles
from matchmaker.suppliers.proofs.operations import (
    CertificateFacts,
    TestFacts,
    add_certificate,
    add_test,
    remove_certificate,
    remove_test,
)
from matchmaker.suppliers.proofs.queries import list_ending_proofs
from matchmaker.suppliers.rules import Evidence
from matchmaker.suppliers.verification import operations
from matchmaker.suppliers.verification import queries as verifications
from matchmaker.suppliers.verification.models import Verification
from matchmaker.suppliers.verification.rules import DAYS_TO_DECIDE, VerificationState
from tests.files.samples import kept_upload
from tests.people import People
from tests.suppliers.market import count_acts, list_messages, make_product, world


def submit(app: Flask, people: People) -> int:
    """The firm asks for its payload to be verified; returns the request's id."""
    with world(app):
        product = make_product(people.firm)
        figure = set_capability(people.firm, product, attribute="payload_kg", text="20")
        return operations.submit_verification(
            people.firm, figure, [kept_upload()], statement="见报告第三页"
        ).id


def load(actor: Actor, id_: int) -> Verification:
    return verifications.get_verification(actor, id_)


def tomorrow() -> date:
    return clock.today() + timedelta(days=1)


def test_a_request_has_a_due_date_and_its_file(app: Flask, people: People) -> None:
    id_ = submit(app, people)
    with app.app_context(), read_tx() as session:
        row = load(people.firm, id_)
        assert (row.state, row.due_on, row.fact_label, row.statement) == (
            VerificationState.SUBMITTED,
            clock.today() + timedelta(days=DAYS_TO_DECIDE),
            "巡检一号 · 载荷：20 kg",
            "见报告第三页",
        )
        assert [file.name for file in list_files(operations.SUBJECT, id_)] == ["检测报告.pdf"]
        assert row.capability is not None
        assert row.capability.evidence is Evidence.CLAIMED
        assert count_acts(session, "verifications.submit") == 1
        topic = "suppliers.verification_submitted"
        assert list_messages(session, topic) == [{"verification_id": id_}]


def test_a_request_without_a_file_is_refused(app: Flask, people: People) -> None:
    with world(app) as session:
        product = make_product(people.firm)
        figure = set_capability(people.firm, product, attribute="payload_kg", text="20")
        with pytest.raises(InvalidInput) as refused:
            operations.submit_verification(people.firm, figure, [])
        assert refused.value.field == "files"
        assert session.scalar(select(func.count(Verification.id))) == 0


@pytest.mark.parametrize("part", ["other_firm", "owner", "officer", "judge"])
def test_only_the_firm_asks(app: Flask, people: People, part: str) -> None:
    with world(app) as session:
        product = make_product(people.firm)
        figure = set_capability(people.firm, product, attribute="payload_kg", text="20")
        with pytest.raises(PermissionDenied):
            operations.submit_verification(getattr(people, part), figure, [kept_upload()])
        assert session.scalar(select(func.count(Verification.id))) == 0


def test_a_fact_is_verified_once_at_a_time(app: Flask, people: People) -> None:
    id_ = submit(app, people)
    with world(app):
        figure = load(people.firm, id_).capability
        assert figure is not None
        with pytest.raises(Conflict) as refused:
            operations.submit_verification(people.firm, figure, [kept_upload()])
        assert refused.value.code == "verification_open"


def test_asking_makes_an_unverified_fact_the_firms_word(app: Flask, people: People) -> None:
    with world(app) as session:
        product = make_product(people.firm)
        figure = Capability(
            product_id=product.id, attribute="stairs", value=True, evidence=Evidence.UNVERIFIED
        )
        session.add(figure)
        session.flush()
        operations.submit_verification(people.firm, figure, [kept_upload()])
        assert figure.evidence is Evidence.CLAIMED


def test_the_bureau_verifies_until_a_date(app: Flask, people: People) -> None:
    id_ = submit(app, people)
    until = clock.today() + timedelta(days=365)
    with world(app):
        operations.verify_fact(
            people.officer, load(people.officer, id_), proven_until=until, opinion="与报告一致"
        )
    with app.app_context(), read_tx() as session:
        row = load(people.firm, id_)
        assert (row.state, row.proven_until, row.decided_by, row.opinion) == (
            VerificationState.VERIFIED,
            until,
            people.officer.user_id,
            "与报告一致",
        )
        (profile,) = list_profiles(VISITOR)
        (fact,) = profile.capabilities
        assert fact.evidence_on(until) is Evidence.VERIFIED
        assert fact.evidence_on(until + timedelta(days=1)) is Evidence.CLAIMED
        assert count_acts(session, "verifications.verify") == 1
        topic = "suppliers.verification_decided"
        assert list_messages(session, topic) == [{"verification_id": id_}]


def test_documents_may_be_genuine_without_a_test(app: Flask, people: People) -> None:
    id_ = submit(app, people)
    with world(app):
        row = load(people.approver, id_)
        operations.accept_documents(people.approver, row, proven_until=tomorrow(), opinion="")
        assert row.state is VerificationState.DOCUMENTED
        assert row.capability is not None
        assert row.capability.evidence is Evidence.DOCUMENTED


def test_a_rejection_says_why_and_changes_no_fact(app: Flask, people: People) -> None:
    id_ = submit(app, people)
    with world(app):
        row = load(people.officer, id_)
        with pytest.raises(InvalidInput):
            operations.reject_verification(people.officer, row, reason=" ")
        assert row.state is VerificationState.SUBMITTED
        operations.reject_verification(people.officer, row, reason="报告与型号不符")
        assert (row.state, row.opinion) == (VerificationState.REJECTED, "报告与型号不符")
        assert row.capability is not None
        assert (row.capability.evidence, row.capability.proven_until) == (Evidence.CLAIMED, None)


@pytest.mark.parametrize(
    "part", ["firm", "other_firm", "owner", "auditor", "sysadmin", "sector_reviewer", "judge"]
)
def test_nobody_else_decides(app: Flask, people: People, part: str) -> None:
    id_ = submit(app, people)
    actor: Actor = getattr(people, part)
    with world(app):
        row = load(people.officer, id_)
        for act in (
            lambda: operations.verify_fact(actor, row, proven_until=tomorrow(), opinion=""),
            lambda: operations.accept_documents(actor, row, proven_until=tomorrow(), opinion=""),
            lambda: operations.reject_verification(actor, row, reason="不行"),
            lambda: operations.assign_verification(actor, row, centre=None, due_on=tomorrow()),
        ):
            with pytest.raises(PermissionDenied):
                act()
        assert row.state is VerificationState.SUBMITTED
        assert row.capability is not None
        assert row.capability.evidence is Evidence.CLAIMED


def test_nobody_verifies_their_own(app: Flask, people: People) -> None:
    """An officer who also works for the firm, and an officer who asked, are both refused."""
    id_ = submit(app, people)
    colleague = replace(people.officer, organisation_id=people.firm.organisation_id)
    submitter = replace(people.officer, user_id=people.firm.user_id)
    with world(app):
        row = load(people.officer, id_)
        for actor in (colleague, submitter):
            with pytest.raises(PermissionDenied):
                operations.verify_fact(actor, row, proven_until=tomorrow(), opinion="")
            with pytest.raises(PermissionDenied):
                operations.assign_verification(actor, row, centre=None, due_on=tomorrow())
        assert row.state is VerificationState.SUBMITTED


def test_an_assigned_test_centre_decides_and_the_bureau_no_longer(
    app: Flask, people: People
) -> None:
    id_ = submit(app, people)
    with world(app):
        row = load(people.officer, id_)
        with pytest.raises(NotFound):
            load(people.judge, id_)
        centre = get_organisation(people.judge.organisation_id or 0)
        operations.assign_verification(people.officer, row, centre=centre, due_on=clock.today())
        assert [item.id for item in verifications.list_assigned_to_centre(people.judge)] == [id_]
        assert verifications.list_for_bureau(people.officer) == []
        with pytest.raises(PermissionDenied):
            operations.verify_fact(people.officer, row, proven_until=tomorrow(), opinion="")
        operations.verify_fact(
            people.judge, load(people.judge, id_), proven_until=tomorrow(), opinion="实测通过"
        )
        assert row.state is VerificationState.VERIFIED


def test_the_bureau_can_take_a_task_back(app: Flask, people: People) -> None:
    id_ = submit(app, people)
    with world(app):
        row = load(people.officer, id_)
        centre = get_organisation(people.judge.organisation_id or 0)
        operations.assign_verification(people.officer, row, centre=centre, due_on=tomorrow())
        operations.assign_verification(people.officer, row, centre=None, due_on=tomorrow())
        with pytest.raises(PermissionDenied):
            operations.verify_fact(people.judge, row, proven_until=tomorrow(), opinion="")
        assert row.assigned_to is None


def test_a_task_goes_to_test_centres_only_and_not_into_the_past(app: Flask, people: People) -> None:
    id_ = submit(app, people)
    with world(app):
        row = load(people.officer, id_)
        firm = get_organisation(people.other_firm.organisation_id or 0)
        with pytest.raises(InvalidInput) as refused:
            operations.assign_verification(people.officer, row, centre=firm, due_on=tomorrow())
        assert refused.value.field == "centre"
        with pytest.raises(InvalidInput) as refused:
            operations.assign_verification(
                people.officer, row, centre=None, due_on=clock.today() - timedelta(days=1)
            )
        assert refused.value.field == "due_on"
        assert row.state is VerificationState.SUBMITTED


@pytest.mark.parametrize("days", [None, -1, 0, 3 * 366 + 1])
def test_a_decision_vouches_for_a_bounded_time(
    app: Flask, people: People, days: int | None
) -> None:
    id_ = submit(app, people)
    until = None if days is None else clock.today() + timedelta(days=days)
    with world(app):
        row = load(people.officer, id_)
        with pytest.raises(InvalidInput) as refused:
            operations.verify_fact(people.officer, row, proven_until=until, opinion="")
        assert refused.value.field == "proven_until"
        assert row.state is VerificationState.SUBMITTED


def test_a_decided_request_stays_decided(app: Flask, people: People) -> None:
    id_ = submit(app, people)
    with world(app):
        row = load(people.officer, id_)
        operations.reject_verification(people.officer, row, reason="材料不清")
        with pytest.raises(IllegalTransition):
            operations.verify_fact(people.officer, row, proven_until=tomorrow(), opinion="")
        with pytest.raises(IllegalTransition):
            operations.recall_verification(people.firm, row)
        assert row.state is VerificationState.REJECTED


def test_the_firm_recalls_its_request_and_may_change_the_figure(app: Flask, people: People) -> None:
    id_ = submit(app, people)
    with world(app):
        row = load(people.firm, id_)
        assert row.product is not None
        with pytest.raises(Conflict):
            set_capability(people.firm, row.product, attribute="payload_kg", text="30")
        with pytest.raises(Conflict):
            remove_capability(people.firm, row.product, attribute="payload_kg")
        with pytest.raises(PermissionDenied):
            operations.recall_verification(people.other_firm, row)
        operations.recall_verification(people.firm, row)
        set_capability(people.firm, row.product, attribute="payload_kg", text="30")
        assert row.state is VerificationState.RECALLED


def test_a_fact_that_changed_meanwhile_is_not_vouched_for(app: Flask, people: People) -> None:
    id_ = submit(app, people)
    with world(app):
        row = load(people.officer, id_)
        assert row.capability is not None
        row.capability.value = 99
        with pytest.raises(Conflict) as refused:
            operations.verify_fact(people.officer, row, proven_until=tomorrow(), opinion="")
        assert refused.value.code == "fact_changed"
        assert row.state is VerificationState.SUBMITTED


def test_readers_of_a_request(app: Flask, people: People) -> None:
    id_ = submit(app, people)
    with app.app_context(), read_tx():
        for actor in (people.firm, people.officer, people.approver, people.auditor):
            assert load(actor, id_).id == id_
            assert verifications.count_open(actor) == 1
        for actor in (VISITOR, people.other_firm, people.owner, people.judge, people.sysadmin):
            with pytest.raises(NotFound):
                load(actor, id_)
            assert verifications.list_verifications(actor) == []
            assert verifications.count_open(actor) == 0


def test_certificates_and_tests_take_the_same_route(app: Flask, people: People) -> None:
    today = clock.today()
    with world(app):
        product = make_product(people.firm)
        certificate = add_certificate(
            people.firm,
            product.supplier,
            CertificateFacts(
                certificate="explosion-proof", number="CNEx21.0001", issuer="国家防爆产品质检中心"
            ),
            product=product,
            today=today,
        )
        test = add_test(
            people.firm,
            product,
            TestFacts(
                area="balance-disturbance",
                institution="演示检测院",
                report_number="T-1",
                tested_on=today,
                result="侧推 50 牛不倒",
            ),
            today=today,
        )
        for fact in (certificate, test):
            row = operations.submit_verification(people.firm, fact, [kept_upload()])
            operations.verify_fact(people.officer, row, proven_until=tomorrow(), opinion="")
            assert fact.evidence is Evidence.VERIFIED
        code = product.code
    with app.app_context(), read_tx():
        (profile,) = list_profiles(VISITOR, [code])
        (fact,) = profile.certificates
        assert (fact.certificate, fact.is_of_product) == ("explosion-proof", True)
        assert fact.evidence_on(tomorrow()) is Evidence.VERIFIED
        assert fact.evidence_on(tomorrow() + timedelta(days=1)) is Evidence.CLAIMED


def test_a_certificate_past_its_own_date_proves_nothing(app: Flask, people: People) -> None:
    today = clock.today()
    with world(app):
        product = make_product(people.firm)
        certificate = add_certificate(
            people.firm,
            product.supplier,
            CertificateFacts(certificate="ce", number="1", issuer="机构", valid_until=today),
            today=today,
        )
        certificate.evidence = Evidence.VERIFIED
        certificate.proven_until = today + timedelta(days=300)
    with app.app_context(), read_tx():
        (profile,) = list_profiles(VISITOR)
        (fact,) = profile.certificates
        assert fact.evidence_on(today) is Evidence.VERIFIED
        assert fact.evidence_on(tomorrow()) is Evidence.CLAIMED


@pytest.mark.parametrize("part", ["other_firm", "owner", "officer"])
def test_others_state_no_certificate_or_test(app: Flask, people: People, part: str) -> None:
    actor, today = getattr(people, part), clock.today()
    certificate_facts = CertificateFacts(certificate="ce", number="1", issuer="机构")
    test_facts = TestFacts(
        area="human-interaction", institution="院", report_number="1", tested_on=today, result="可"
    )
    with world(app):
        product = make_product(people.firm)
        certificate = add_certificate(people.firm, product.supplier, certificate_facts, today=today)
        test = add_test(people.firm, product, test_facts, today=today)
        for act in (
            lambda: add_certificate(actor, product.supplier, certificate_facts, today=today),
            lambda: remove_certificate(actor, certificate),
            lambda: add_test(actor, product, test_facts, today=today),
            lambda: remove_test(actor, test),
        ):
            with pytest.raises(PermissionDenied):
                act()
        remove_certificate(people.firm, certificate)
        remove_test(people.firm, test)
        assert db.session.scalar(select(func.count(Verification.id))) == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"number": ""}, "number"),
        ({"issuer": " "}, "issuer"),
        ({"issued_on": date(2026, 11, 21)}, "issued_on"),
        ({"valid_until": date(2026, 11, 19)}, "valid_until"),
        ({"issued_on": date(2026, 11, 20), "valid_until": date(2026, 11, 18)}, "valid_until"),
    ],
)
def test_faulty_certificates_are_refused(
    app: Flask, people: People, change: dict[str, object], field: str
) -> None:
    facts = CertificateFacts(certificate="ce", number="1", issuer="机构")
    with world(app):
        product = make_product(people.firm)
        with pytest.raises(InvalidInput) as refused:
            add_certificate(
                people.firm,
                product.supplier,
                replace(facts, **change),  # type: ignore[arg-type]
                today=date(2026, 11, 20),
            )
        assert refused.value.field == field


def test_ending_proofs_are_named_soonest_first(app: Flask, people: People) -> None:
    with time_machine.travel("2026-11-20T04:00:00Z", tick=False), world(app):
        today = clock.today()
        product = make_product(people.firm)
        for attribute, text, days in (
            ("payload_kg", "20", 60),
            ("endurance_h", "3", 61),
            ("speed_mps", "2", -1),
        ):
            figure = set_capability(people.firm, product, attribute=attribute, text=text)
            figure.evidence = Evidence.VERIFIED
            figure.proven_until = today + timedelta(days=days)
        add_certificate(
            people.firm,
            product.supplier,
            CertificateFacts(
                certificate="ce",
                number="1",
                issuer="机构",
                valid_until=today + timedelta(days=10),
            ),
            today=today,
        )
        supplier = queries.get_own_supplier(people.firm)
        ending = list_ending_proofs(supplier.id, today=today)
    assert [(item.kind, item.label, item.until) for item in ending] == [
        ("capability", "speed_mps", date(2026, 11, 19)),
        ("certificate", "CE认证", date(2026, 11, 30)),
        ("capability", "payload_kg", date(2027, 1, 19)),
    ]
