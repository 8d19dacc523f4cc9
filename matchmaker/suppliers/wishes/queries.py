"""Reads of private wishes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.db import db
from matchmaker.suppliers.models import Supplier
from matchmaker.suppliers.rules import Order, is_welcome
from matchmaker.suppliers.wishes.models import SupplierWish
from matchmaker.suppliers.wishes.permissions import KEEP_WISHES


def list_own_wishes(actor: Actor, supplier: Supplier) -> Sequence[SupplierWish]:
    """The firm's wishes for its own people; raises ``PermissionDenied`` for anybody else."""
    require(actor, KEEP_WISHES, supplier)
    return _rows(supplier.id)


def find_unwelcoming_suppliers(order: Order) -> frozenset[str]:
    """Codes of the firms whose private wishes the order contradicts.

    The answer may only be shown as 供方条件不符, to those who may see the match at all.
    """
    rows = db.session.execute(
        select(Supplier.code, SupplierWish).join(Supplier, Supplier.id == SupplierWish.supplier_id)
    )
    return frozenset(code for code, wish in rows if not is_welcome((wish.as_value(),), order))


def _rows(supplier_id: int) -> Sequence[SupplierWish]:
    query = select(SupplierWish).where(SupplierWish.supplier_id == supplier_id)
    return db.session.scalars(query.order_by(SupplierWish.id)).all()
