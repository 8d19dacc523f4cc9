"""The published market as facts, read from the seeds without a database."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from matchmaker.catalogue.vocabulary import Vocabulary, load_vocabulary
from matchmaker.demands.seed_records import load_demands
from matchmaker.matching.constraints import Capability, Evidence, Value
from matchmaker.matching.facts import DemandFacts, ProductFacts
from matchmaker.matching.market.definitions import load_definitions
from matchmaker.matching.market.needs import read_listing
from matchmaker.matching.ranking import ProductRanker
from matchmaker.matching.taxonomy import load_taxonomy
from matchmaker.suppliers.seed_records import ProductRecord, SupplierRecord, load_suppliers

GRADES = Path(__file__).with_name("relevance_open.json")


@lru_cache(maxsize=1)
def seeded_demands() -> dict[str, DemandFacts]:
    vocabulary = load_vocabulary()
    return {r.code: read_listing(r, vocabulary) for r in load_demands(vocabulary)}


@lru_cache(maxsize=1)
def seeded_products() -> tuple[ProductFacts, ...]:
    vocabulary = load_vocabulary()
    return tuple(
        _product(product, firm, vocabulary)
        for firm in load_suppliers(vocabulary)
        for product in firm.products
    )


@lru_cache(maxsize=1)
def seeded_ranker() -> ProductRanker:
    return ProductRanker(
        seeded_products(), taxonomy=load_taxonomy(), definitions=load_definitions()
    )


@lru_cache(maxsize=1)
def open_grades() -> dict[str, dict[str, float]]:
    grades: dict[str, dict[str, float]] = json.loads(GRADES.read_text(encoding="utf-8"))
    return grades


def _product(record: ProductRecord, firm: SupplierRecord, vocabulary: Vocabulary) -> ProductFacts:
    known = load_definitions()
    figures = [
        Capability(c.attribute, _value(c.value), Evidence(c.evidence.value))
        for c in record.capabilities
        if c.attribute in known
    ]
    papers = [
        Capability(
            "certificates",
            tuple(entry.zh for entry in vocabulary.certificates.lineage(c.certificate)),
            Evidence(c.evidence.value),
        )
        for c in firm.certificates_of(record.id)
        if c.certificate
    ]
    prices = [c.value for c in record.capabilities if c.attribute == "price_yuan"]
    return ProductFacts(
        product_id=record.id,
        supplier_id=firm.id,
        model=record.model,
        form=vocabulary.form(record.form).zh,
        description=record.description,
        tasks=record.task_words,
        sectors=tuple(vocabulary.sector(s).zh for s in record.sectors),
        modes=tuple(vocabulary.mode(m.mode).zh for m in record.modes),
        capabilities=(*figures, *papers),
        price_fen=int(float(str(prices[0])) * 100) if prices else 0,
        abroad=firm.overseas,
    )


def _value(value: object) -> Value:
    if isinstance(value, bool | str | tuple):
        return value
    return float(str(value))
