"""Acts of the verification route: a firm asks with files, the bureau or a test centre decides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from matchmaker import clock
from matchmaker.accounts.models import Organisation, OrganisationKind
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.db import db
from matchmaker.errors import Conflict, InvalidInput
from matchmaker.files.operations import attach_files
from matchmaker.files.rules import CheckedUpload
from matchmaker.outbox import send
from matchmaker.suppliers.facts import check_reason
from matchmaker.suppliers.models import Capability, Certificate, Product, Supplier
from matchmaker.suppliers.operations import announce_change
from matchmaker.suppliers.permissions import EDIT
from matchmaker.suppliers.proofs.models import TestRecord
from matchmaker.suppliers.proofs.operations import announce_certificates
from matchmaker.suppliers.rules import Evidence
from matchmaker.suppliers.values import format_value
from matchmaker.suppliers.verification.models import Verification
from matchmaker.suppliers.verification.permissions import ASSIGN, DECIDE
from matchmaker.suppliers.verification.queries import has_open_verification
from matchmaker.suppliers.verification.rules import (
    GRANTS,
    Step,
    VerificationState,
    check_proven_until,
    compute_due_date,
    next_state,
)

SUBJECT = "verification"
Fact = Capability | Certificate | TestRecord


def submit_verification(
    actor: Actor, fact: Fact, uploads: Sequence[CheckedUpload], *, statement: str = ""
) -> Verification:
    """Ask for a fact to be verified, with at least one file: it is the firm's word from now on."""
    supplier, product = _firm_of(fact), _product_of(fact)
    require(actor, EDIT, supplier)
    if not uploads:
        raise InvalidInput("evidence_missing", "请至少上传一份证明材料。", field="files")
    if len(statement) > 1000:
        raise InvalidInput("statement_long", "说明不超过 1000 字。", field="statement")
    if has_open_verification(**_key(fact)):
        raise Conflict("verification_open", "该项已有核验申请在办理，请等待结论。")
    verification = Verification(
        supplier_id=supplier.id,
        product_id=product.id if product else None,
        fact_label=describe_fact(fact)[:200],
        fact_value=_snapshot(fact),
        statement=statement.strip(),
        state=VerificationState.SUBMITTED,
        submitted_by=actor.user_id,
        due_on=compute_due_date(clock.today()),
        **_key(fact),
    )
    db.session.add(verification)
    db.session.flush()
    attach_files(actor, uploads, subject_type=SUBJECT, subject_id=verification.id)
    if fact.evidence is Evidence.UNVERIFIED:
        fact.evidence = Evidence.CLAIMED
        _announce(fact)
    record(actor, "verifications.submit", SUBJECT, verification.id, fact=verification.fact_label)
    send("suppliers.verification_submitted", verification_id=verification.id)
    return verification


def recall_verification(actor: Actor, verification: Verification) -> None:
    """Take the request back before it is decided."""
    require(actor, EDIT, verification.supplier)
    verification.state = next_state(verification.state, Step.RECALL)
    db.session.flush()
    record(actor, "verifications.recall", SUBJECT, verification.id)


def assign_verification(
    actor: Actor, verification: Verification, *, centre: Organisation | None, due_on: date
) -> None:
    """Give the task to a test centre, or keep it with the bureau (``centre`` None)."""
    require(actor, ASSIGN, verification)
    if due_on < clock.today():
        raise InvalidInput("due_past", "办理期限不能早于今天。", field="due_on")
    if centre is not None and centre.kind is not OrganisationKind.EXPERT_BODY:
        raise InvalidInput("not_a_centre", "只能交办给检测机构。", field="centre")
    verification.state = next_state(verification.state, Step.ASSIGN)
    verification.assigned_to = centre.id if centre else None
    verification.due_on = due_on
    db.session.flush()
    record(
        actor,
        "verifications.assign",
        SUBJECT,
        verification.id,
        centre=verification.assigned_to,
        due_on=due_on.isoformat(),
    )
    send("suppliers.verification_assigned", verification_id=verification.id)


def verify_fact(
    actor: Actor, verification: Verification, *, proven_until: date | None, opinion: str
) -> None:
    """The fact was checked and holds, until a date."""
    _grant(actor, verification, Step.VERIFY, proven_until, opinion)


def accept_documents(
    actor: Actor, verification: Verification, *, proven_until: date | None, opinion: str
) -> None:
    """The documents are genuine and say so; the fact itself was not tested."""
    _grant(actor, verification, Step.DOCUMENT, proven_until, opinion)


def reject_verification(actor: Actor, verification: Verification, *, reason: str) -> None:
    """The files do not prove the fact; it stays what it was."""
    require(actor, DECIDE, verification)
    check_reason(reason)
    _close(actor, verification, Step.REJECT, opinion=reason)


def _grant(
    actor: Actor, verification: Verification, step: Step, until: date | None, opinion: str
) -> None:
    require(actor, DECIDE, verification)
    fact = _fact_of(verification)
    if _snapshot(fact) != verification.fact_value:
        raise Conflict("fact_changed", "申请核验后内容已被修改，不能作出结论，请予退回。")
    last_day = check_proven_until(until, today=clock.today())
    if len(opinion) > 1000:
        raise InvalidInput("opinion_long", "核验意见不超过 1000 字。", field="opinion")
    verification.proven_until = last_day
    _close(actor, verification, step, opinion=opinion)
    fact.evidence = GRANTS[step]
    fact.proven_until = last_day
    _announce(fact)


def _announce(fact: Fact) -> None:
    db.session.flush()
    if isinstance(fact, Certificate):
        announce_certificates(fact.supplier, fact.product)
    else:
        announce_change(fact.product)


def _close(actor: Actor, verification: Verification, step: Step, *, opinion: str) -> None:
    verification.state = next_state(verification.state, step)
    verification.decided_by = actor.user_id
    verification.decided_at = clock.now()
    verification.opinion = opinion.strip()
    db.session.flush()
    record(
        actor,
        f"verifications.{step.value}",
        SUBJECT,
        verification.id,
        opinion=verification.opinion,
        proven_until=verification.proven_until.isoformat() if verification.proven_until else None,
    )
    send("suppliers.verification_decided", verification_id=verification.id)


def _fact_of(verification: Verification) -> Fact:
    fact = verification.capability or verification.certificate or verification.test
    if fact is None:
        raise Conflict("fact_removed", "申请核验的内容已被删除，不能作出结论，请予退回。")
    return fact


def _firm_of(fact: Fact) -> Supplier:
    return fact.supplier if isinstance(fact, Certificate) else fact.product.supplier


def _product_of(fact: Fact) -> Product | None:
    return fact.product


def _key(fact: Fact) -> dict[str, Any]:
    name = {Capability: "capability_id", Certificate: "certificate_id", TestRecord: "test_id"}
    return {name[type(fact)]: fact.id}


def describe_fact(fact: Fact) -> str:
    """The fact in words: whose it is, what it says."""
    vocabulary = load_vocabulary()
    if isinstance(fact, Capability):
        attribute = vocabulary.attribute(fact.attribute)
        return f"{fact.product.model} · {attribute.zh}：{format_value(attribute, fact.value)}"
    if isinstance(fact, TestRecord):
        area = vocabulary.test_areas.get(fact.area)
        return f"{fact.product.model} · {area.zh}检测（{fact.report_number}）"
    owner = fact.product.model if fact.product else fact.supplier.short_name
    return f"{owner} · {fact.text}" + (f"（{fact.number}）" if fact.number else "")


def _snapshot(fact: Fact) -> dict[str, Any]:
    if isinstance(fact, Capability):
        attribute = load_vocabulary().attribute(fact.attribute)
        return {"attribute": fact.attribute, "value": format_value(attribute, fact.value)}
    if isinstance(fact, TestRecord):
        return {
            "area": fact.area,
            "report_number": fact.report_number,
            "institution": fact.institution,
            "result": fact.result,
        }
    return {"certificate": fact.certificate, "number": fact.number, "issuer": fact.issuer}
