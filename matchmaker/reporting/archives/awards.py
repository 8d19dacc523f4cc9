"""Claims of the designated scenes with their receipts, and the law that the receipts pin."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from matchmaker.actor import COMMAND_LINE
from matchmaker.funding.queries import claimed_fen, compute_totals
from matchmaker.paths import SEEDS
from matchmaker.policy.amounts import format_yuan
from matchmaker.policy.instrument import Instrument, Share
from matchmaker.policy.law import PolicyDocument
from matchmaker.policy.loader import load_law
from matchmaker.reporting.archives.packing import Member
from matchmaker.reporting.archives.rules import Edition, make_json, pick
from matchmaker.rewards import queries as rewards
from matchmaker.rewards.models import Claim, Determination
from matchmaker.rewards.queries import sum_paid, sum_returned
from matchmaker.rewards.rules import mask_account
from matchmaker.selection.results import queries as results
from matchmaker.selection.rounds.models import SelectionRound


def list_claims(round_: SelectionRound) -> list[Claim]:
    """Claims that rest on a designation of the round, by number."""
    ids = {row.id for row in results.list_designations(round_.id)}
    found = [row for row in rewards.list_claims(COMMAND_LINE) if row.designation_id in ids]
    return sorted(found, key=lambda row: row.number)


def list_claim_ids(round_: SelectionRound) -> list[int]:
    """Ids of those claims."""
    return [row.id for row in list_claims(round_)]


def list_awards(round_: SelectionRound, edition: Edition) -> Iterator[Member]:
    """Each claim, the bytes of each receipt, the law's data and texts."""
    named = {row.id: row for row in results.list_designations(round_.id)}
    receipts: list[bytes] = []
    for claim in list_claims(round_):
        designation = named[claim.designation_id or 0]
        body = _describe_claim(claim, edition) | {
            "designation": designation.number,
            "scene": designation.application.code,
        }
        yield Member(f"awards/claims/{claim.number}.json", make_json(body))
        for row in claim.determinations:
            receipts.append(row.receipt)
            yield Member(_receipt_path(row), row.receipt)
    yield from _list_law(receipts)


def _receipt_path(row: Determination) -> str:
    return f"awards/receipts/{row.claim.number}-{row.id}.json"


def _describe_claim(claim: Claim, edition: Edition) -> dict[str, Any]:
    totals = compute_totals(claim.ledger) if claim.ledger else None
    body: dict[str, Any] = {
        **pick(claim, "number", "instrument", "status", "project", "submitted_at"),
        "applicant": claim.organisation.name,
        "verified_yuan": format_yuan(totals.verified_fen) if totals else None,
        "determinations": [_describe(claim, row, edition) for row in claim.determinations],
    }
    if edition is Edition.INTERNAL and claim.ledger is not None:
        columns = ("category", "description", "seller", "invoice_number", "invoice_date")
        body["ledger"] = [
            {
                **pick(item, *columns, "payment_reference", "paid_on", "verified_reason"),
                "claimed_yuan": format_yuan(claimed_fen(claim.ledger, item)),
                "verified_yuan": None
                if item.verified_fen is None
                else format_yuan(item.verified_fen),
            }
            for item in claim.ledger.items
        ]
    return body


def _describe(claim: Claim, row: Determination, edition: Edition) -> dict[str, Any]:
    return {
        "id": row.id,
        "newest": row is claim.determination,
        "receipt": _receipt_path(row),
        "receipt_sha256": row.receipt_sha256,
        "award_yuan": format_yuan(row.award_fen),
        "payable_yuan": format_yuan(row.payable_fen),
        "paid_yuan": format_yuan(sum_paid(row)),
        "returned_yuan": format_yuan(sum_returned(row)),
        "binding": row.is_binding,
        "eligible": row.is_eligible,
        **pick(row, "decided_on", "proposed_at", "approved_at", "budget_year"),
        "payees": [_describe_payee(item, edition) for item in row.payees],
        "payments": [
            pick(item, "paid_on", "voucher")
            | {"amount_yuan": format_yuan(item.amount_fen), "payee": item.payee.name}
            for item in row.payments
        ],
    }


def _describe_payee(item: Any, edition: Edition) -> dict[str, Any]:
    is_full = edition is Edition.INTERNAL
    return {
        "name": item.name,
        "bank": item.bank if is_full else "",
        "account": item.account if is_full else mask_account(item.account),
        "share_yuan": format_yuan(item.share_fen),
    }


def _list_law(receipts: Sequence[bytes]) -> Iterator[Member]:
    """The documents that any receipt pins, as they were loaded, and their instruments' figures."""
    pinned = {
        (item["id"], item["sha256"]) for data in receipts for item in json.loads(data)["documents"]
    }
    documents = [d for d in load_law().documents if (d.id, d.sha256) in pinned]
    entries = [entry for document in documents for entry in list_instruments(document)]
    yield Member("law/instruments.json", make_json(sorted(entries, key=lambda e: e["id"])))
    for document in documents:
        folder = SEEDS / "policies" / document.id
        yield Member(_law_path(document), _find_data(folder, document).read_bytes())
        yield Member(f"law/{document.id}/source.txt", (folder / "source.txt").read_bytes())


def _law_path(document: PolicyDocument) -> str:
    return f"law/{document.id}/{document.in_force_from.isoformat()}.yaml"


def _find_data(folder: Path, document: PolicyDocument) -> Path:
    return folder / f"{document.in_force_from.isoformat()}.yaml"


def list_instruments(document: PolicyDocument) -> Iterable[dict[str, Any]]:
    """What the check needs to know of each instrument of a document."""
    for instrument in document.instruments:
        yield {
            "id": instrument.id,
            "clause": instrument.clause,
            "document": document.id,
            "status": document.status,
            "from": document.in_force_from,
            "to": document.in_force_to,
            "sha256": document.sha256,
            "file": _law_path(document),
            **_describe_calculation(document, instrument),
        }


def _describe_calculation(document: PolicyDocument, instrument: Instrument) -> dict[str, Any]:
    """Rate, base and cap of a share of something; the other kinds are no scene awards."""
    share, day = instrument.calculation, document.in_force_from
    if not isinstance(share, Share):
        return {}
    return {
        "base": share.base,
        "used": share.used,
        "rate": str(document.number_on(share.rate, day)) if share.rate else "1",
        "cap_yuan": format_yuan(document.money_on(share.cap, day)),
        "conditions": [pick(item, "subject", "test", "value") for item in instrument.conditions],
    }
