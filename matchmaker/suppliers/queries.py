"""Reads of firms and products. Every list, page, count and export starts from ``visible_to``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, func, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from matchmaker.accounts.models import Organisation
from matchmaker.actor import Actor, RoleName
from matchmaker.db import db
from matchmaker.errors import NotFound
from matchmaker.suppliers.models import Product, Supplier
from matchmaker.suppliers.rules import ProfileState


def _own_organisation(actor: Actor) -> int | None:
    return actor.organisation_id if actor.has_role(RoleName.SUPPLIER) else None


def visible_to(actor: Actor) -> Select[Product]:
    """Products that the actor may know of: published ones, and their own firm's.

    A system actor sees what a visitor sees: whatever is computed from it may be published. No
    table is joined, so that counts and pages of a long list stay inside the indexes.
    """
    own = _own_organisation(actor)
    published = Product.state == ProfileState.PUBLISHED
    if own is None:
        return select(Product).where(published)
    mine = select(Supplier.id).where(Supplier.organisation_id == own)
    return select(Product).where(or_(published, Product.supplier_id.in_(mine)))


def hidden_from_visitors() -> Select[int]:
    """Row ids of the products that a visitor may not know of: what ``visible_to`` leaves out.

    They are few, so that counting everything but them stays inside a covering index.
    """
    return select(Product.id).where(Product.state != ProfileState.PUBLISHED)


def suppliers_visible_to(actor: Actor) -> Select[Supplier]:
    """Firms that the actor may know of: published profiles, and their own."""
    own = _own_organisation(actor)
    published = Supplier.state == ProfileState.PUBLISHED
    allowed = published if own is None else or_(published, Supplier.organisation_id == own)
    return select(Supplier).where(allowed)


def get_product(actor: Actor, code: str) -> Product:
    """One product with everything its page shows; raises ``NotFound`` when it is not visible."""
    query = (
        visible_to(actor)
        .where(Product.code == code)
        .options(
            joinedload(Product.supplier),
            selectinload(Product.capabilities),
            selectinload(Product.prices),
            selectinload(Product.certificates),
        )
    )
    product = db.session.scalar(query)
    if product is None:
        raise NotFound("product_missing", "没有这个产品，或该产品尚未发布。")
    return product


def list_products_by_code(actor: Actor, codes: Iterable[str]) -> dict[str, Product]:
    """Visible products by code; codes that are not visible are simply absent."""
    query = (
        visible_to(actor).where(Product.code.in_(list(codes))).options(joinedload(Product.supplier))
    )
    return {product.code: product for product in db.session.scalars(query)}


def get_supplier(actor: Actor, code: str) -> Supplier:
    """One firm by its code; raises ``NotFound`` when it is not visible."""
    supplier = db.session.scalar(suppliers_visible_to(actor).where(Supplier.code == code))
    if supplier is None:
        raise NotFound("supplier_missing", "没有这家企业，或其资料尚未发布。")
    return supplier


def get_supplier_by_id(actor: Actor, supplier_id: int) -> Supplier:
    """One firm by its row id; raises ``NotFound`` when it is not visible."""
    supplier = db.session.scalar(suppliers_visible_to(actor).where(Supplier.id == supplier_id))
    if supplier is None:
        raise NotFound("supplier_missing", "没有这家企业，或其资料尚未发布。")
    return supplier


def find_supplier_named(actor: Actor, text: str) -> Supplier | None:
    """The one visible firm with this legal or short name; None where none or several fit."""
    fits = or_(Supplier.legal_name == text, Supplier.short_name == text)
    found = db.session.scalars(suppliers_visible_to(actor).where(fits).limit(2)).all()
    return found[0] if len(found) == 1 else None


def list_products_of(actor: Actor, supplier: Supplier) -> Sequence[Product]:
    """The visible products of a firm, by model."""
    query = (
        visible_to(actor)
        .where(Product.supplier_id == supplier.id)
        .options(selectinload(Product.capabilities), selectinload(Product.prices))
        .order_by(Product.model, Product.code)
    )
    return db.session.scalars(query).all()


def find_own_supplier(actor: Actor) -> Supplier | None:
    """The profile that the actor's unit has claimed or made, or None."""
    own = _own_organisation(actor)
    if own is None:
        return None
    return db.session.scalar(select(Supplier).where(Supplier.organisation_id == own))


def get_own_supplier(actor: Actor) -> Supplier:
    """The actor's own profile; raises ``NotFound`` where their unit has none yet."""
    supplier = find_own_supplier(actor)
    if supplier is None:
        raise NotFound("own_supplier_missing", "贵单位尚无企业资料，请先认领或新建。")
    return supplier


def get_own_product(actor: Actor, code: str) -> Product:
    """A product of the actor's own firm; raises ``NotFound`` for anybody else's."""
    query = (
        select(Product)
        .join(Product.supplier)
        .where(
            Product.code == code,
            Supplier.organisation_id == _own_organisation(actor),
            Supplier.organisation_id.is_not(None),
        )
        .options(joinedload(Product.supplier), selectinload(Product.capabilities))
    )
    product = db.session.scalar(query)
    if product is None:
        raise NotFound("product_missing", "贵单位没有这个产品。")
    return product


def list_claimed() -> Sequence[Supplier]:
    """Firms whose unit has people here, by id; for the room that reminds them."""
    query = select(Supplier).where(Supplier.organisation_id.is_not(None))
    return db.session.scalars(query.order_by(Supplier.id)).all()


def find_supplier_of_organisation(organisation_id: int) -> Supplier | None:
    """The published or unpublished profile of a unit; for other rooms that hold a unit's id."""
    return db.session.scalar(select(Supplier).where(Supplier.organisation_id == organisation_id))


def find_demo_claims(suppliers: Iterable[Supplier]) -> frozenset[int]:
    """Row ids of those firms whose profile is in the hands of a demonstration account."""
    ids = [supplier.id for supplier in suppliers]
    query = (
        select(Supplier.id)
        .join(Organisation, Organisation.id == Supplier.organisation_id)
        .where(Supplier.id.in_(ids), Organisation.is_demo)
    )
    return frozenset(db.session.scalars(query))


def is_model_taken(supplier_id: int, model: str, *, other_than: int | None = None) -> bool:
    """True when the firm has another product of this name."""
    same = select(Product.id).where(
        Product.supplier_id == supplier_id, func.lower(Product.model) == model.lower()
    )
    if other_than is not None:
        same = same.where(Product.id != other_than)
    return db.session.scalar(same.limit(1)) is not None


def count_visible_products(actor: Actor) -> int:
    """How many products the actor may know of."""
    base = visible_to(actor).with_only_columns(func.count()).order_by(None)
    return db.session.scalar(base) or 0


def next_supplier_code() -> str:
    """The code after the highest one given; call it under the lock ``supplier_code``."""
    codes = db.session.scalars(select(Supplier.code).where(true())).all()
    highest = max((int(code[1:]) for code in codes if code[1:].isdecimal()), default=0)
    return f"S{highest + 1:03d}"


def next_product_code(supplier: Supplier) -> str:
    """A new product's code, made from the firm's code; call it under the firm's lock."""
    prefix = f"{supplier.code.lower()}-"
    codes = db.session.scalars(select(Product.code).where(Product.code.startswith(prefix))).all()
    tails = [code[len(prefix) :] for code in codes]
    highest = max((int(tail) for tail in tails if tail.isdecimal()), default=0)
    return f"{prefix}{highest + 1}"
