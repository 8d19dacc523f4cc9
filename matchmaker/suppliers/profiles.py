"""Capability profiles (能力画像): everything of a product that may be matched, as frozen values.

Private wishes are not part of a profile: nothing computed from profiles can show them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import contains_eager, selectinload

from matchmaker.actor import Actor
from matchmaker.catalogue.values import Value
from matchmaker.db import db
from matchmaker.suppliers.models import Certificate, Product, Supplier
from matchmaker.suppliers.queries import visible_to
from matchmaker.suppliers.rules import Evidence, compute_evidence

#: Mode → the attribute under which requirements ask for its price.
PRICE_ATTRIBUTES = {"purchase": "price_yuan", "short-term-rental": "price_yuan_per_day"}
CHUNK = 400


@dataclass(frozen=True, slots=True)
class CapabilityFact:
    """One figure. ``evidence`` is as stored; ``proven_until`` is the last day of its proof."""

    attribute: str
    value: Value
    evidence: Evidence
    sources: tuple[str, ...]
    proven_until: date | None = None

    def evidence_on(self, today: date) -> Evidence:
        """The evidence as it counts on a day."""
        return compute_evidence(self.evidence, self.proven_until, today)


@dataclass(frozen=True, slots=True)
class CertificateFact:
    """A certificate of the product or of its firm; ``certificate`` is a catalogue id or empty."""

    certificate: str
    attribute: str
    text: str
    evidence: Evidence
    proven_until: date | None
    valid_until: date | None
    is_of_product: bool

    def evidence_on(self, today: date) -> Evidence:
        """The evidence as it counts on a day; a certificate past its own date proves nothing."""
        ends = [day for day in (self.proven_until, self.valid_until) if day is not None]
        return compute_evidence(self.evidence, min(ends, default=None), today)


@dataclass(frozen=True, slots=True)
class ModeFact:
    """A cooperation mode on offer and its price per the mode's unit, if the firm states one."""

    mode: str
    evidence: Evidence
    price_fen: int | None


@dataclass(frozen=True, slots=True)
class ProductProfile:
    """A product as matching reads it: ``id`` "unitree-g1", ``supplier_id`` "S001", else row ids.

    Ids of sectors, tasks, forms, modes, attributes and certificates are the catalogue's.
    """

    id: str
    row_id: int
    supplier_id: str
    supplier_row_id: int
    supplier_name: str
    supplier_legal_name: str
    kind: str
    model: str
    form: str
    sectors: tuple[str, ...]
    tasks: tuple[str, ...]
    task_words: tuple[str, ...]
    description: str
    city: str | None
    district: str | None
    modes: tuple[ModeFact, ...]
    capabilities: tuple[CapabilityFact, ...]
    certificates: tuple[CertificateFact, ...]
    is_demo: bool


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
            contains_eager(Product.supplier).selectinload(Supplier.certificates),
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
