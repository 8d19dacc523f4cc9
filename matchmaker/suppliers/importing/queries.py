"""What an import has to know of firms and products that are stored."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from matchmaker.actor import VISITOR
from matchmaker.db import db
from matchmaker.suppliers.models import Capability, Product, Supplier
from matchmaker.suppliers.queries import suppliers_visible_to
from matchmaker.suppliers.verification.queries import has_open_verification


def find_products(
    supplier_ids: Collection[int], models: Collection[str]
) -> dict[tuple[int, str], Product]:
    """(firm, model in lower case) → product of one of the models, in whatever state."""
    wanted = {model.lower() for model in models}
    known = select(Product.id, Product.model).where(Product.supplier_id.in_(list(supplier_ids)))
    ids = [row.id for row in db.session.execute(known) if row.model.lower() in wanted]
    query = (
        select(Product)
        .where(Product.id.in_(ids))
        .options(selectinload(Product.capabilities), selectinload(Product.prices))
    )
    return {(row.supplier_id, row.model.lower()): row for row in db.session.scalars(query)}


def find_firms(word: str) -> Sequence[Supplier]:
    """Published firms that a code, a full or a short name means."""
    query = suppliers_visible_to(VISITOR).where(
        or_(Supplier.code == word, Supplier.legal_name == word, Supplier.short_name == word)
    )
    return db.session.scalars(query).all()


def is_locked(capability: Capability) -> bool:
    """True while a figure is being verified."""
    return has_open_verification(capability_id=capability.id)
