"""Acts on ledgers: writing lines, handing in, verifying."""

from __future__ import annotations

from matchmaker import clock
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db
from matchmaker.errors import Conflict, InvalidInput
from matchmaker.files.models import StoredFile
from matchmaker.files.operations import attach_files, remove_file
from matchmaker.files.queries import list_files
from matchmaker.files.rules import CheckedUpload
from matchmaker.funding.models import Ledger, LedgerItem
from matchmaker.funding.permissions import EDIT_LEDGER, VERIFY_ITEMS
from matchmaker.funding.queries import claimed_fen, find_duplicate_invoices, get_item
from matchmaker.funding.rules import (
    ItemFacts,
    check_item,
    check_verified,
    normalise_invoice_number,
)

ITEMS_MAX = 500
#: Subject of the files that prove a line.
EVIDENCE = "investment_item"


def create_ledger(actor: Actor, *, organisation_id: int, title: str) -> Ledger:
    """An empty ledger; the room that asks for it has checked the permission."""
    ledger = Ledger(organisation_id=organisation_id, title=title[:200])
    db.session.add(ledger)
    db.session.flush()
    record(actor, "funding.create_ledger", "ledger", ledger.id, title=ledger.title)
    return ledger


def add_item(actor: Actor, ledger: Ledger, facts: ItemFacts) -> LedgerItem:
    """Add an invoice line. Raises Conflict when the ledger holds the number already."""
    require(actor, EDIT_LEDGER, ledger)
    check_item(facts, clock.today())
    key = normalise_invoice_number(facts.invoice_number)
    if any(item.invoice_key == key for item in ledger.items):
        raise Conflict(
            "invoice_repeated", "发票 {number} 已经登记过。", number=facts.invoice_number
        )
    if len(ledger.items) >= ITEMS_MAX:
        raise InvalidInput("too_many_items", "一份投入明细最多 {limit} 条。", limit=ITEMS_MAX)
    item = LedgerItem(invoice_key=key, **vars(facts))
    ledger.items.append(item)
    db.session.flush()
    record(
        actor,
        "funding.add_item",
        "ledger",
        ledger.id,
        item=item.id,
        invoice=item.invoice_number,
        with_tax_fen=item.amount_with_tax_fen,
        without_tax_fen=item.amount_without_tax_fen,
    )
    return item


def attach_evidence(
    actor: Actor, ledger: Ledger, item: LedgerItem, upload: CheckedUpload
) -> StoredFile:
    """Put the scan of the invoice and its payment beside a line; a newer one replaces it."""
    require(actor, EDIT_LEDGER, ledger)
    for old in list_files(EVIDENCE, item.id):
        remove_file(actor, old)
    (file,) = attach_files(actor, [upload], subject_type=EVIDENCE, subject_id=item.id)
    item.evidence_file_id = file.id
    return file


def remove_item(actor: Actor, ledger: Ledger, item_id: int) -> None:
    """Take a line out of an open ledger."""
    require(actor, EDIT_LEDGER, ledger)
    item = get_item(ledger, item_id)
    for file in list_files(EVIDENCE, item.id):
        remove_file(actor, file)
    ledger.items.remove(item)
    db.session.delete(item)
    db.session.flush()
    record(
        actor, "funding.remove_item", "ledger", ledger.id, item=item_id, invoice=item.invoice_number
    )


def set_tax_basis(actor: Actor, ledger: Ledger, *, counts_tax: bool, reason: str) -> None:
    """Choose whether amounts count with tax; counting it needs a reason."""
    require(actor, EDIT_LEDGER, ledger)
    if counts_tax and not reason.strip():
        raise InvalidInput(
            "tax_reason", "按含税金额计算时，请说明不能抵扣进项税额的原因。", field="reason"
        )
    ledger.counts_tax = counts_tax
    ledger.counts_tax_reason = reason.strip()[:500] if counts_tax else ""
    record(actor, "funding.set_tax_basis", "ledger", ledger.id, counts_tax=counts_tax)


def lock_ledger(actor: Actor, ledger: Ledger) -> None:
    """Hand the ledger in: its lines stay as they are. The claim's room checks the permission."""
    if not ledger.items:
        raise InvalidInput("ledger_empty", "请至少登记一条投入明细再提交。")
    ledger.is_locked = True
    record(actor, "funding.lock_ledger", "ledger", ledger.id)


def unlock_ledger(actor: Actor, ledger: Ledger) -> None:
    """Give the ledger back for correction: what was verified has to be verified again."""
    ledger.is_locked = False
    for item in ledger.items:
        item.verified_fen = item.verified_by = item.verified_at = None
        item.verified_reason = ""
    record(actor, "funding.unlock_ledger", "ledger", ledger.id)


def verify_item(
    actor: Actor, ledger: Ledger, item_id: int, *, verified_fen: int, reason: str
) -> LedgerItem:
    """State the verified amount of a line; a cut needs its reason."""
    require(actor, VERIFY_ITEMS, ledger)
    item = get_item(ledger, item_id)
    check_verified(claimed_fen(ledger, item), verified_fen, reason)
    if verified_fen and not reason.strip() and item.invoice_key in find_duplicate_invoices(ledger):
        raise InvalidInput(
            "duplicate_reason",
            "发票 {number} 在其他申领中也登记过，认定时请写明理由。",
            field="reason",
            number=item.invoice_number,
        )
    before = item.verified_fen
    item.verified_fen = verified_fen
    item.verified_reason = reason.strip()
    item.verified_by = actor.user_id
    item.verified_at = clock.now()
    record(
        actor,
        "funding.verify_item",
        "ledger",
        ledger.id,
        item=item.id,
        before_fen=before,
        verified_fen=verified_fen,
        reason=item.verified_reason,
    )
    return item
