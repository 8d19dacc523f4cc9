"""Acts on first purchases and first orders."""

from __future__ import annotations

from collections.abc import Sequence

from matchmaker import clock
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db
from matchmaker.errors import Conflict, InvalidInput
from matchmaker.files.operations import attach_files
from matchmaker.files.rules import CheckedUpload
from matchmaker.suppliers.first_orders import permissions, queries, rules
from matchmaker.suppliers.first_orders.models import FirstOrder
from matchmaker.suppliers.first_orders.rules import OrderFacts, Step
from matchmaker.suppliers.models import Product
from matchmaker.suppliers.rules import ProfileState


def report_order(
    actor: Actor, product: Product, facts: OrderFacts, uploads: Sequence[CheckedUpload]
) -> FirstOrder:
    """A firm reports an order of its published product, with the contract as evidence."""
    require(actor, permissions.REPORT, product)
    if product.state is not ProfileState.PUBLISHED:
        raise Conflict("product_unpublished", "请先发布产品，再登记首购订购。")
    rules.check_facts(facts, clock.today())
    if not uploads:
        raise InvalidInput("evidence_missing", "请上传合同或验收单作为证明。", field="files")
    row = FirstOrder(
        product_id=product.id,
        reported_by=actor.user_id,
        is_demo=product.is_demo,
        **(vars(facts) | {"buyer": facts.buyer.strip(), "note": facts.note.strip()}),
    )
    db.session.add(row)
    db.session.flush()
    attach_files(actor, uploads, subject_type=queries.SUBJECT, subject_id=row.id)
    record(
        actor,
        "first_orders.report",
        "first_order",
        row.id,
        product=product.code,
        units=row.units,
        amount_fen=row.amount_fen,
    )
    return row


def confirm_order(actor: Actor, row: FirstOrder) -> None:
    """The evidence shows the order: it is public and counts from now on."""
    _decide(actor, row, Step.CONFIRM, "")


def refuse_order(actor: Actor, row: FirstOrder, *, reason: str) -> None:
    """The evidence does not show the order."""
    _decide(actor, row, Step.REFUSE, rules.check_reason(reason))


def revoke_order(actor: Actor, row: FirstOrder, *, reason: str) -> None:
    """Take a confirmed order out of the lists and counts again."""
    _decide(actor, row, Step.REVOKE, rules.check_reason(reason))


def _decide(actor: Actor, row: FirstOrder, step: Step, reason: str) -> None:
    require(actor, permissions.CONFIRM, row)
    row.state = rules.next_state(row.state, step)
    row.decided_by, row.decided_at, row.decision_reason = actor.user_id, clock.now(), reason
    db.session.flush()
    record(actor, f"first_orders.{step.value}", "first_order", row.id, reason=reason)
