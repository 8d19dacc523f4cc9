"""A determination computed again from its receipt, as an auditor does it years later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from matchmaker.actor import COMMAND_LINE, Actor
from matchmaker.db import MAX_ID, db
from matchmaker.errors import NotFound
from matchmaker.policy.loader import load_law
from matchmaker.policy.receipt import ReceiptError, recompute
from matchmaker.rewards import queries
from matchmaker.rewards.models import Claim, Determination
from matchmaker.rewards.rules import hash_receipt


@dataclass(frozen=True)
class Recomputation:
    """What came out; ``faults`` in words, empty when every byte is the same."""

    id: int
    claim: str
    sha256: str
    recomputed_sha256: str | None
    faults: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        return not self.faults

    def as_json(self) -> dict[str, Any]:
        """The public shape."""
        return {
            "id": self.id,
            "claim": self.claim,
            "same": self.is_same,
            "sha256": self.sha256,
            "recomputed_sha256": self.recomputed_sha256,
            "faults": list(self.faults),
        }


def recompute_determination(row: Determination) -> Recomputation:
    """Compute a receipt again under the law that it pins, and compare bytes and hashes."""
    faults = []
    if hash_receipt(row.receipt) != row.receipt_sha256:
        faults.append("回执内容与登记的 SHA-256 不符")
    again = None
    try:
        again = recompute(load_law(), row.receipt)
        if again != row.receipt:
            faults.append("按回执复算的结果与回执不同")
    except ReceiptError as error:
        faults.append(error.text)
    return Recomputation(
        id=row.id,
        claim=row.claim.number,
        sha256=row.receipt_sha256,
        recomputed_sha256=None if again is None else hash_receipt(again),
        faults=tuple(faults),
    )


def recompute_by_reference(reference: str, actor: Actor = COMMAND_LINE) -> Recomputation:
    """By the id of a determination, or by a claim's number (its newest determination)."""
    return recompute_determination(_find(actor, reference.strip()))


def _find(actor: Actor, reference: str) -> Determination:
    if reference.isascii() and reference.isdigit() and int(reference) <= MAX_ID:
        return queries.get_determination(actor, int(reference))
    claim = db.session.scalar(select(Claim).where(Claim.number == reference))
    if claim is None or claim.determination is None:
        raise NotFound(
            "determination_missing",
            "没有找到“{reference}”的核定书：请给出核定书编号或申领编号（如 JL2026-0001）。",
            reference=reference[:40],
        )
    return claim.determination
