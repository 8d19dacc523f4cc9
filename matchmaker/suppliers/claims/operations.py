"""Acts on claims."""

from __future__ import annotations

from collections.abc import Sequence

from matchmaker import clock
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db, lock
from matchmaker.errors import Conflict, IllegalTransition, InvalidInput
from matchmaker.files.operations import attach_files
from matchmaker.files.rules import CheckedUpload
from matchmaker.outbox import send
from matchmaker.suppliers.claims.models import STATE_LABELS, ClaimState, ProfileClaim
from matchmaker.suppliers.claims.permissions import DECIDE, RECALL, SUBMIT
from matchmaker.suppliers.claims.queries import find_open_claim_of, list_rivals
from matchmaker.suppliers.facts import check_reason
from matchmaker.suppliers.models import Supplier
from matchmaker.suppliers.queries import find_supplier_of_organisation

SUBJECT = "profile_claim"


def submit_claim(
    actor: Actor,
    supplier: Supplier,
    uploads: Sequence[CheckedUpload],
    *,
    position: str,
    statement: str,
) -> ProfileClaim:
    """Ask for a compiled profile, with a business licence or a letter of authority."""
    require(actor, SUBMIT)
    organisation_id = actor.organisation_id
    if organisation_id is None:
        raise InvalidInput("organisation_missing", "账号没有所属单位，请联系系统管理员。")
    lock(db.session(), "supplier_code")
    _check_free(supplier, organisation_id)
    if not 1 <= len(position.strip()) <= 60:
        raise InvalidInput("position", "请填写您在企业的职务，不超过 60 字。", field="position")
    if not 5 <= len(statement.strip()) <= 1000:
        raise InvalidInput("statement", "请说明认领理由（5 至 1000 字）。", field="statement")
    if not uploads:
        raise InvalidInput("evidence_missing", "请上传营业执照或授权书。", field="files")
    claim = ProfileClaim(
        supplier_id=supplier.id,
        organisation_id=organisation_id,
        submitted_by=actor.user_id,
        position=position.strip(),
        statement=statement.strip(),
        state=ClaimState.SUBMITTED,
    )
    db.session.add(claim)
    db.session.flush()
    attach_files(actor, uploads, subject_type=SUBJECT, subject_id=claim.id)
    record(actor, "claims.submit", SUBJECT, claim.id, supplier=supplier.code)
    send("suppliers.claim_submitted", claim_id=claim.id)
    return claim


def recall_claim(actor: Actor, claim: ProfileClaim) -> None:
    """Take a claim back before it is decided."""
    require(actor, RECALL, claim)
    _check_open(claim)
    claim.state = ClaimState.RECALLED
    db.session.flush()
    record(actor, "claims.recall", SUBJECT, claim.id)


def approve_claim(actor: Actor, claim: ProfileClaim, *, opinion: str = "") -> None:
    """Give the profile to the unit; other undecided claims on it are answered with the reason."""
    require(actor, DECIDE, claim)
    lock(db.session(), f"supplier:{claim.supplier.code}")
    _check_open(claim)
    _check_unclaimed(claim.supplier, claim.organisation_id)
    _close(actor, claim, ClaimState.APPROVED, opinion)
    claim.supplier.organisation_id = claim.organisation_id
    claim.supplier.claimed_at = clock.now()
    for rival in list_rivals(claim):
        _close(actor, rival, ClaimState.REJECTED, "该企业资料已由其他单位认领。")
    db.session.flush()


def reject_claim(actor: Actor, claim: ProfileClaim, *, reason: str) -> None:
    """Refuse a claim with a reason."""
    require(actor, DECIDE, claim)
    check_reason(reason)
    _check_open(claim)
    _close(actor, claim, ClaimState.REJECTED, reason)
    db.session.flush()


def _close(actor: Actor, claim: ProfileClaim, state: ClaimState, opinion: str) -> None:
    claim.state = state
    claim.opinion = opinion.strip()
    claim.decided_by = actor.user_id
    claim.decided_at = clock.now()
    record(actor, f"claims.{state.value}", SUBJECT, claim.id, opinion=claim.opinion)
    send("suppliers.claim_decided", claim_id=claim.id)


def _check_open(claim: ProfileClaim) -> None:
    if claim.state is not ClaimState.SUBMITTED:
        raise IllegalTransition(
            "claim_decided",
            "该认领申请当前为“{state}”，不能再办理。",
            state=STATE_LABELS[claim.state],
        )


def _check_free(supplier: Supplier, organisation_id: int) -> None:
    _check_unclaimed(supplier, organisation_id)
    if find_open_claim_of(organisation_id) is not None:
        raise Conflict("claim_open", "贵单位已有一项认领申请在审核，请等待结果或先撤回。")


def _check_unclaimed(supplier: Supplier, organisation_id: int) -> None:
    if supplier.organisation_id is not None:
        raise Conflict("already_claimed", "该企业资料已被认领。如有异议，请联系市经信局。")
    if find_supplier_of_organisation(organisation_id) is not None:
        raise Conflict(
            "has_supplier",
            "该单位已有企业资料，不能再认领另一份。如为空白草稿，请该单位在“企业资料”页删除后再办理。",
        )
