"""Firms and products as pages of every audience show them: labels, units, evidence, sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from matchmaker.catalogue.concepts import Attribute
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.suppliers.models import Capability, Certificate, Price, Product, Supplier
from matchmaker.suppliers.proofs.models import TestRecord
from matchmaker.suppliers.rules import Evidence, ProfileState, compute_evidence
from matchmaker.suppliers.values import format_value

STATE_TONES = {
    ProfileState.DRAFT: "plain",
    ProfileState.PUBLISHED: "good",
    ProfileState.WITHDRAWN: "unsure",
}


@dataclass(frozen=True)
class Source:
    """Where a fact was read; ``url`` is empty for a printed document."""

    text: str
    url: str


@dataclass(frozen=True)
class Spec:
    """One line of a product's table of figures."""

    id: int
    attribute: str
    label: str
    value: str
    evidence: Evidence
    is_expired: bool
    until: date | None
    sources: tuple[int, ...]


@dataclass(frozen=True)
class ModeLine:
    """A cooperation mode and what the product costs in it."""

    label: str
    evidence: Evidence
    price: str
    price_evidence: Evidence | None
    note: str


@dataclass(frozen=True)
class ProofLine:
    """A certificate or a test as a page lists it."""

    id: int
    label: str
    detail: str
    evidence: Evidence
    is_expired: bool
    until: date | None


def label_sector(id_: str) -> str:
    return load_vocabulary().sector(id_).zh


def label_task(id_: str) -> str:
    return load_vocabulary().task(id_).zh


def label_mode(id_: str) -> str:
    return load_vocabulary().mode(id_).zh


def label_form(id_: str) -> str:
    return load_vocabulary().form(id_).zh


def label_kind(id_: str) -> str:
    return load_vocabulary().classes.get(id_).zh


def describe_place(supplier: Supplier) -> str:
    """City and district in words; 境外 for a firm from abroad."""
    vocabulary = load_vocabulary()
    city = vocabulary.cities.get(supplier.city).zh if supplier.city else ""
    district = (
        vocabulary.district(supplier.district).zh
        if supplier.district
        else supplier.other_district or ""
    )
    return f"{city}{district}" or ("境外" if supplier.is_overseas else "")


def list_tasks(product: Product) -> list[str]:
    """The labels of the tasks, without repeats."""
    return list(dict.fromkeys(label_task(row.task) for row in product.tasks))


def list_sources(product: Product) -> list[Source]:
    """The pages where facts of the product were read, in the numbering of the table."""
    return [as_source(text) for text in product.sources]


def as_source(text: str) -> Source:
    """A source with a link where it is a web address."""
    return Source(text, text if text.startswith(("http://", "https://")) else "")


def list_specs(product: Product, today: date) -> list[Spec]:
    """The figures in the catalogue's order."""
    order = {attribute.id: number for number, attribute in enumerate(load_vocabulary().attributes)}
    rows = sorted(product.capabilities, key=lambda row: order.get(row.attribute, len(order)))
    return [_spec(row, product.sources, today) for row in rows]


def _spec(row: Capability, sources: Sequence[str], today: date) -> Spec:
    attribute: Attribute = load_vocabulary().attribute(row.attribute)
    evidence = compute_evidence(row.evidence, row.proven_until, today)
    return Spec(
        id=row.id,
        attribute=row.attribute,
        label=attribute.zh,
        value=format_value(attribute, row.value),
        evidence=evidence,
        is_expired=evidence is not row.evidence,
        until=row.proven_until,
        sources=tuple(n for n, text in enumerate(sources, start=1) if text in row.sources),
    )


def list_modes(product: Product) -> list[ModeLine]:
    """The modes on offer with their prices."""
    prices = {price.mode: price for price in product.prices}
    rows = [
        ModeLine(
            label=label_mode(row.mode),
            evidence=row.evidence,
            price=format_price(prices[row.mode]) if row.mode in prices else "",
            price_evidence=prices[row.mode].evidence if row.mode in prices else None,
            note=prices[row.mode].note if row.mode in prices else "",
        )
        for row in product.modes
    ]
    offered = {row.mode for row in product.modes}
    rows += [
        ModeLine(
            label=label_mode(price.mode),
            evidence=price.evidence,
            price=format_price(price),
            price_evidence=price.evidence,
            note=price.note,
        )
        for price in product.prices
        if price.mode not in offered
    ]
    return rows


def format_price(price: Price) -> str:
    """``99,000.00 元/台``: the amount with the unit of its mode."""
    vocabulary = load_vocabulary()
    unit = vocabulary.price_units.get(vocabulary.mode(price.mode).price_unit).zh
    return f"{Decimal(price.amount_fen) / 100:,.2f} {unit}"


def list_certificate_lines(rows: Iterable[Certificate], today: date) -> list[ProofLine]:
    """Certificates with the evidence as it counts today."""
    return [_certificate_line(row, today) for row in rows]


def _certificate_line(row: Certificate, today: date) -> ProofLine:
    until = earliest(row.proven_until, row.valid_until)
    evidence = compute_evidence(row.evidence, until, today)
    details = (
        row.product.model if row.product else "",
        f"编号 {row.number}" if row.number else "",
        row.issuer or "",
    )
    return ProofLine(
        id=row.id,
        label=row.text,
        detail="，".join(detail for detail in details if detail),
        evidence=evidence,
        is_expired=until is not None and until < today,
        until=until,
    )


def list_test_lines(rows: Iterable[TestRecord], today: date) -> list[ProofLine]:
    """Tests with the evidence as it counts today."""
    return [_test_line(row, today) for row in rows]


def _test_line(row: TestRecord, today: date) -> ProofLine:
    until = earliest(row.proven_until, row.valid_until)
    return ProofLine(
        id=row.id,
        label=load_vocabulary().test_areas.get(row.area).zh,
        detail=f"{row.institution}，报告编号 {row.report_number}：{row.result}",
        evidence=compute_evidence(row.evidence, until, today),
        is_expired=until is not None and until < today,
        until=until,
    )


def earliest(*days: date | None) -> date | None:
    """The first of the days that are given."""
    return min((day for day in days if day is not None), default=None)
