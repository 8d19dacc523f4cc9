"""Taking up the messages of the lower rooms."""

from __future__ import annotations

from typing import Any

from matchmaker.db import db, lock
from matchmaker.matching.changes.models import ChangeKind, ChangeOp, IndexChange


def note_product(payload: dict[str, Any]) -> None:
    """A product was published or changed."""
    _note(ChangeKind.PRODUCT, payload["product_id"], ChangeOp.PUT)


def note_product_gone(payload: dict[str, Any]) -> None:
    """A product was withdrawn."""
    _note(ChangeKind.PRODUCT, payload["product_id"], ChangeOp.REMOVE)


def note_demand(payload: dict[str, Any]) -> None:
    """A demand was published or changed."""
    _note(ChangeKind.DEMAND, payload["code"], ChangeOp.PUT)


def note_demand_gone(payload: dict[str, Any]) -> None:
    """A demand is no longer open or no longer public."""
    _note(ChangeKind.DEMAND, payload["code"], ChangeOp.REMOVE)


def _note(kind: ChangeKind, key: str, op: ChangeOp) -> None:
    # The lock makes the order of the numbers that of the commits, so that "all up to 17" is final.
    lock(db.session(), "matching.index_change")
    db.session.add(IndexChange(kind=kind, key=key, op=op))
    db.session.flush()
