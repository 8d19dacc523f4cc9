"""Reading capability profiles from the database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal

from sqlalchemy.orm import joinedload, selectinload

from matchmaker.actor import Actor
from matchmaker.db import db
from matchmaker.suppliers.capability_profile import (
    CapabilityFact,
    CertificateFact,
    ModeFact,
    ProductProfile,
)
from matchmaker.suppliers.models import Certificate, Product, Supplier
from matchmaker.suppliers.queries import visible_to

__all__ = [
    "PRICE_ATTRIBUTES",
    "CapabilityFact",
    "CertificateFact",
    "ModeFact",
    "ProductProfile",
    "as_profile",
    "list_profiles",
]

#: Mode → the attribute under which requirements ask for its price.
PRICE_ATTRIBUTES = {"purchase": "price_yuan", "short-term-rental": "price_yuan_per_day"}
CHUNK = 400


def list_profiles(actor: Actor, ids: Collection[str] | None = None) -> list[ProductProfile]:
    """Profiles of the products that the actor may know of, by id; ``ids`` (codes) narrow them.

    For an index that others see, pass ``VISITOR``.
    """
    if ids is None:
        return _load(actor, None)
    wanted = sorted(ids)
    chunks = (wanted[start : start + CHUNK] for start in range(0, len(wanted), CHUNK))
    return [profile for chunk in chunks for profile in _load(actor, chunk)]


def _load(actor: Actor, ids: Sequence[str] | None) -> list[ProductProfile]:
    query = (
        visible_to(actor)
        .options(
            joinedload(Product.supplier).selectinload(Supplier.certificates),
            selectinload(Product.capabilities),
            selectinload(Product.prices),
        )
        .order_by(Product.code)
    )
    if ids is not None:
        query = query.where(Product.code.in_(ids))
    return [as_profile(product) for product in db.session.scalars(query)]


def as_profile(product: Product) -> ProductProfile:
    """The profile of one loaded product; the caller has checked that it may be seen."""
    supplier = product.supplier
    return ProductProfile(
        id=product.code,
        row_id=product.id,
        supplier_id=supplier.code,
        supplier_row_id=supplier.id,
        supplier_name=supplier.short_name,
        supplier_legal_name=supplier.legal_name,
        kind=supplier.kind.value,
        model=product.model,
        form=product.form,
        sectors=tuple(row.sector for row in product.sectors),
        tasks=tuple(row.task for row in product.tasks),
        task_words=tuple(product.task_words),
        description=product.description,
        city=supplier.city,
        district=supplier.district,
        modes=_modes(product),
        capabilities=_capabilities(product),
        certificates=tuple(_certificates(supplier.certificates, product.id)),
        is_overseas=supplier.is_overseas,
        is_demo=product.is_demo,
    )


def _modes(product: Product) -> tuple[ModeFact, ...]:
    prices = {price.mode: price for price in product.prices}
    return tuple(
        ModeFact(
            mode=row.mode,
            evidence=row.evidence,
            price_fen=prices[row.mode].amount_fen if row.mode in prices else None,
        )
        for row in product.modes
    )


def _capabilities(product: Product) -> tuple[CapabilityFact, ...]:
    figures = [
        CapabilityFact(
            attribute=row.attribute,
            value=row.value,
            evidence=row.evidence,
            sources=tuple(row.sources),
            proven_until=row.proven_until,
        )
        for row in product.capabilities
    ]
    prices = [
        CapabilityFact(
            attribute=PRICE_ATTRIBUTES[price.mode],
            value=Decimal(price.amount_fen) / 100,
            evidence=price.evidence,
            sources=tuple(price.sources),
        )
        for price in product.prices
        if price.mode in PRICE_ATTRIBUTES
    ]
    return tuple(sorted(figures + prices, key=lambda fact: fact.attribute))


def _certificates(
    certificates: Iterable[Certificate], product_id: int
) -> Iterable[CertificateFact]:
    for row in certificates:
        if row.product_id in (None, product_id):
            yield CertificateFact(
                certificate=row.certificate or "",
                attribute=row.attribute or "",
                text=row.text,
                evidence=row.evidence,
                proven_until=row.proven_until,
                valid_until=row.valid_until,
                is_of_product=row.product_id is not None,
            )
