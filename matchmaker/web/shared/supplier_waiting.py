"""What waits for a firm, for the bureau and for a test centre in the suppliers' room."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from flask import url_for

from matchmaker import clock
from matchmaker.actor import Actor, RoleName
from matchmaker.suppliers import queries
from matchmaker.suppliers.claims.queries import count_open as count_open_claims
from matchmaker.suppliers.claims.queries import find_open_claim_of
from matchmaker.suppliers.models import Supplier
from matchmaker.suppliers.permissions import is_market_officer
from matchmaker.suppliers.proofs.queries import list_ending_proofs
from matchmaker.suppliers.rules import ProfileState
from matchmaker.suppliers.verification.models import Verification
from matchmaker.suppliers.verification.queries import (
    list_assigned_to_centre,
    list_for_bureau,
    list_verifications_of,
)
from matchmaker.suppliers.verification.rules import VerificationState
from matchmaker.web.waiting import WaitingItem


def list_waiting(actor: Actor) -> Iterator[WaitingItem]:
    """Lines for the home pages of firms, bureau and experts."""
    if actor.has_role(RoleName.SUPPLIER):
        yield from _firm_waiting(actor, clock.today())
    if is_market_officer(actor):
        yield from _bureau_waiting(actor)
    if actor.has_role(RoleName.JUDGE):
        yield from _centre_waiting(actor)


def _firm_waiting(actor: Actor, today: date) -> Iterator[WaitingItem]:
    supplier = queries.find_own_supplier(actor)
    if supplier is None:
        yield _without_profile(actor)
        return
    if supplier.state is not ProfileState.PUBLISHED:
        yield WaitingItem(
            audience="supplier",
            title="企业资料尚未公开",
            url=url_for("supplier_profile.edit"),
            act="去发布",
            note="发布后产品才能公开并参与匹配",
            rank=10,
        )
    yield from _profile_waiting(supplier)
    yield from _proof_waiting(supplier, today)


def _without_profile(actor: Actor) -> WaitingItem:
    claim = find_open_claim_of(actor.organisation_id) if actor.organisation_id is not None else None
    if claim is not None:
        return WaitingItem(
            audience="supplier",
            title="认领申请正在审核",
            url=url_for("supplier_claims.show", claim_id=claim.id),
            act="查看",
            rank=10,
        )
    return WaitingItem(
        audience="supplier",
        title="贵单位还没有企业资料",
        url=url_for("supplier_claims.index"),
        act="查找并认领",
        rank=5,
    )


def _profile_waiting(supplier: Supplier) -> Iterator[WaitingItem]:
    if supplier.unverified_fields:
        yield WaitingItem(
            audience="supplier",
            title="请核对平台整理的企业资料",
            url=url_for("supplier_profile.edit"),
            act="去核对",
            count=len(supplier.unverified_fields),
            rank=40,
        )
    drafts = [item for item in supplier.products if item.state is ProfileState.DRAFT]
    if drafts:
        yield WaitingItem(
            audience="supplier",
            title="尚未发布的产品",
            url=url_for("supplier_products.index"),
            act="去发布",
            count=len(drafts),
            rank=30,
        )


def _proof_waiting(supplier: Supplier, today: date) -> Iterator[WaitingItem]:
    ending = list_ending_proofs(supplier.id, today=today)
    if ending:
        yield WaitingItem(
            audience="supplier",
            title="证明材料到期或即将到期",
            url=url_for("supplier_proofs.index"),
            act="去更新",
            count=len(ending),
            note="到期后按“自述”对待",
            deadline=ending[0].until,
            rank=15,
        )
    rows = list_verifications_of(supplier.id)
    rejected = _latest_rejected(rows)
    if rejected:
        yield WaitingItem(
            audience="supplier",
            title="核验未通过的内容",
            url=url_for("supplier_proofs.index"),
            act="补充材料",
            count=len(rejected),
            rank=20,
        )


def _latest_rejected(rows: Iterable[Verification]) -> list[Verification]:
    """Rejected requests that no later request about the same fact has replaced."""
    seen: set[tuple[int | None, int | None, int | None]] = set()
    found = []
    for row in rows:
        key = (row.capability_id, row.certificate_id, row.test_id)
        if key in seen:
            continue
        seen.add(key)
        if row.state is VerificationState.REJECTED and key != (None, None, None):
            found.append(row)
    return found


def _bureau_waiting(actor: Actor) -> Iterator[WaitingItem]:
    claims = count_open_claims(actor)
    if claims:
        yield WaitingItem(
            audience="bureau",
            title="待审核的企业认领",
            url=url_for("bureau_suppliers.claims"),
            act="去审核",
            count=claims,
            rank=12,
        )
    rows = list_for_bureau(actor)
    if rows:
        yield WaitingItem(
            audience="bureau",
            title="待办理的能力核验",
            url=url_for("bureau_suppliers.verifications"),
            act="去办理",
            count=len(rows),
            deadline=rows[0].due_on,
            rank=14,
        )


def _centre_waiting(actor: Actor) -> Iterator[WaitingItem]:
    rows = list_assigned_to_centre(actor)
    if rows:
        yield WaitingItem(
            audience="judge",
            title="交办的能力核验",
            url=url_for("judge_verifications.index"),
            act="去核验",
            count=len(rows),
            deadline=rows[0].due_on,
            rank=14,
        )
