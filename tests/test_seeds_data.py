"""The seeds hold every fact of the compiled data: counts, and digests of its first edition.

The digests were computed from the compiled data itself. Here the same records are built again from
what the loaders return; a lost or changed word, figure, mark or source changes the digest. Who
corrects a fact on purpose computes the digest anew and says why in the change.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from matchmaker.catalogue.concepts import Origin
from matchmaker.catalogue.vocabulary import Vocabulary, load_vocabulary
from matchmaker.demands.seed_records import DemandRecord, load_demands
from matchmaker.suppliers.seed_records import (
    ProductRecord,
    SeedEvidence,
    SupplierRecord,
    load_suppliers,
)

VOCABULARY_DIGEST = "a3f9bba5f49bd6580586fc833d6b82b212730b464c2efe665b8fbef55976a89e"
WORDS_DIGEST = "afe26228921e595cd34f48983401670349ba9dd6b97aa2943390cd123a88b974"
SECTOR_DIGEST = "8501e440ce95a9f7657a6a78f5b512e690ebd20b28e3b28e9374bf72036e6249"
SUPPLIERS_DIGEST = "ec9f1de4399dc9b39644ddc309926d54fe9ca22ee8a108adb00b96e60a8391f8"
DEMANDS_DIGEST = "5bd01a7131efa0df13a4fa4f270cfd7b976268de9abf6423926de64a37e17522"

#: Number of compiled concepts per category, 289 in all.
CONCEPTS = {
    "sector": 10,
    "task": 90,
    "form": 26,
    "component": 20,
    "software": 12,
    "env": 25,
    "coop": 16,
    "cert": 14,
    "spec": 16,
    "level": 5,
    "role": 8,
    "policy": 14,
    "risk": 9,
    "owner": 24,
}


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


@pytest.fixture(scope="module")
def suppliers(vocabulary: Vocabulary) -> tuple[SupplierRecord, ...]:
    return load_suppliers(vocabulary)


@pytest.fixture(scope="module")
def products(suppliers: tuple[SupplierRecord, ...]) -> list[ProductRecord]:
    return [product for supplier in suppliers for product in supplier.products]


@pytest.fixture(scope="module")
def demands(vocabulary: Vocabulary) -> tuple[DemandRecord, ...]:
    return load_demands(vocabulary)


def _plain(value: Any) -> Any:
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int | Decimal):
        return str(value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value]


def _digest(value: Any) -> str:
    text = json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _compiled(vocabulary: Vocabulary) -> list[list[Any]]:
    shelves: dict[str, Any] = {
        "sector": vocabulary.sectors,
        "task": vocabulary.tasks,
        "form": vocabulary.forms,
        "component": [c for c in vocabulary.components if c.group == "hardware"],
        "software": [c for c in vocabulary.components if c.group == "software"],
        "env": vocabulary.environments,
        "coop": vocabulary.modes,
        "cert": vocabulary.certificates,
        "spec": vocabulary.measures,
        "level": vocabulary.levels,
        "owner": vocabulary.owner_kinds,
    }
    for category in ("role", "policy", "risk"):
        shelves[category] = [t for t in vocabulary.terms if t.category == category]
    rows = [
        [category, e.zh, e.synonyms, e.en, e.sources]
        for category, entries in shelves.items()
        for e in entries
        if e.origin is Origin.VOCABULARY
    ]
    return sorted(rows, key=lambda row: (row[0], row[1]))


def test_all_289_concepts_are_kept_word_for_word(vocabulary: Vocabulary) -> None:
    rows = _compiled(vocabulary)
    assert Counter(row[0] for row in rows) == CONCEPTS
    assert len(rows) == 289
    assert _digest(rows) == VOCABULARY_DIGEST


def test_all_1119_segmentation_words_are_kept_in_order(vocabulary: Vocabulary) -> None:
    assert len(vocabulary.words) == 1119
    assert _digest(vocabulary.words) == WORDS_DIGEST


def test_every_word_of_a_compiled_concept_is_a_segmentation_word(vocabulary: Vocabulary) -> None:
    words = {word for row in _compiled(vocabulary) for word in (row[1], *row[2])}
    assert words == set(vocabulary.words)


def test_sectors_keep_plan_name_focus_and_inference(vocabulary: Vocabulary) -> None:
    rows = [[s.zh, s.plan_name, s.focus, not s.inferred] for s in vocabulary.sectors]
    assert _digest(rows) == SECTOR_DIGEST


def test_counts(
    vocabulary: Vocabulary,
    suppliers: tuple[SupplierRecord, ...],
    products: list[ProductRecord],
    demands: tuple[DemandRecord, ...],
) -> None:
    assert len(suppliers) == 70
    assert len(products) == 122
    assert len(demands) == 88
    assert len(vocabulary.districts) == 13
    assert len(vocabulary.sectors) == 10
    provinces = Counter(vocabulary.cities.get(s.city).province for s in suppliers if s.city)
    assert provinces["浙江"] == 32
    assert sum(supplier.overseas for supplier in suppliers) == 5


def _specs(product: ProductRecord) -> dict[str, Any]:
    money = ("price_yuan", "price_yuan_per_day")
    return {
        item.attribute: int(item.value)  # type: ignore[arg-type]
        if item.attribute in money
        else item.value
        for item in product.capabilities
    }


def _product_as_compiled(product: ProductRecord, vocabulary: Vocabulary) -> dict[str, Any]:
    return {
        "product_id": product.id,
        "model": product.model,
        "form": vocabulary.form(product.form).zh,
        "specs": _specs(product),
        "specs_not_seen": sorted(product.specs_not_seen),
        "facts_seen": product.facts_seen,
        "tasks": product.task_words,
        "sectors": [vocabulary.sector(id_).zh for id_ in product.sectors],
        "cooperation_modes": [vocabulary.mode(m.mode).zh for m in product.modes],
        "description": product.description,
        "source_conflict": product.source_conflict or None,
        "sources": product.sources,
    }


def _supplier_as_compiled(supplier: SupplierRecord, vocabulary: Vocabulary) -> dict[str, Any]:
    kinds = {"whole_robot": "整机", "component": "零部件", "software": "软件"}
    not_seen = sorted(
        vocabulary.mode(m.mode).zh for m in supplier.modes if m.evidence is SeedEvidence.UNVERIFIED
    )
    return {
        "supplier_id": supplier.id,
        "legal_name": supplier.legal_name,
        "short_name": supplier.short_name,
        "city": supplier.city or None,
        "district": supplier.district or None,
        "kind": kinds.get(supplier.kind, "系统集成"),
        "founded_year": supplier.founded_year or None,
        "certifications": [c.text for c in supplier.certificates],
        "cooperation_modes": [vocabulary.mode(m.mode).zh for m in supplier.modes],
        "cooperation_modes_not_seen": not_seen if supplier.sources else None,
        "fields_not_seen": supplier.fields_not_seen,
        "facts_seen": supplier.facts_seen,
        "note": supplier.note or None,
        "sources": supplier.sources,
        "products": [_product_as_compiled(p, vocabulary) for p in supplier.products],
    }


def test_no_fact_of_a_firm_or_product_is_lost(
    suppliers: tuple[SupplierRecord, ...], vocabulary: Vocabulary
) -> None:
    rows = [_supplier_as_compiled(supplier, vocabulary) for supplier in suppliers]
    assert _digest(rows) == SUPPLIERS_DIGEST


def _demand_as_compiled(demand: DemandRecord, vocabulary: Vocabulary) -> dict[str, Any]:
    requirements = {r.key: r.value for r in demand.requirements}
    if "certificates" in requirements:
        assert requirements["certificates"] == (vocabulary.certificate("NMPA").id,)
        requirements["certificates"] = ("NMPA",)
    return {
        "demand_id": demand.code,
        "title": demand.title,
        "owner_type": demand.owner_type,
        "owner_description": demand.owner_description,
        "district": vocabulary.district(demand.district).zh,
        "sector": vocabulary.sector(demand.sector).zh,
        "tasks": demand.task_words,
        "pain_point": demand.pain_point,
        "description": demand.description,
        "requirements": requirements | dict.fromkeys(demand.not_needed, False),
        "quantity": demand.quantity,
        "budget_yuan": [demand.budget_low_fen // 100, demand.budget_high_fen // 100],
        "cooperation_modes": [vocabulary.mode(id_).zh for id_ in demand.modes],
        "deadline": demand.deadline.isoformat(),
        "style": demand.style,
        "facts_seen": demand.facts_seen,
        "facts_note": demand.facts_note,
        "sources": demand.sources,
    }


def test_no_fact_of_a_demand_is_lost(
    demands: tuple[DemandRecord, ...], vocabulary: Vocabulary
) -> None:
    rows = [_demand_as_compiled(demand, vocabulary) for demand in demands]
    assert _digest(rows) == DEMANDS_DIGEST


def test_a_claimed_value_has_a_page_and_an_unverified_one_none(
    products: list[ProductRecord],
) -> None:
    counts = Counter(item.evidence for p in products for item in p.capabilities)
    assert counts == {SeedEvidence.UNVERIFIED: 365, SeedEvidence.CLAIMED: 183}
    for product in products:
        for item in product.capabilities:
            assert bool(item.sources) is (item.evidence is SeedEvidence.CLAIMED)


def test_nothing_is_claimed_for_a_firm_without_a_source(
    suppliers: tuple[SupplierRecord, ...],
) -> None:
    without = [supplier for supplier in suppliers if not supplier.sources]
    assert len(without) == 9
    for supplier in without:
        assert supplier.evidence_of("city") is SeedEvidence.UNVERIFIED
        assert {m.evidence for m in supplier.modes} == {SeedEvidence.UNVERIFIED}


def test_demands_reach_every_district_and_sector(
    demands: tuple[DemandRecord, ...], vocabulary: Vocabulary
) -> None:
    assert {demand.district for demand in demands} == vocabulary.districts.ids
    assert {demand.sector for demand in demands} == vocabulary.sectors.ids


def test_every_task_word_of_the_market_means_a_task_and_market_tasks_are_used(
    demands: tuple[DemandRecord, ...], products: list[ProductRecord], vocabulary: Vocabulary
) -> None:
    words = {w for d in demands for w in d.task_words} | {w for p in products for w in p.task_words}
    assert len(words) == 176
    used = {vocabulary.task(word).id for word in words}
    assert used == {id_ for d in demands for id_ in d.tasks} | {
        i for p in products for i in p.tasks
    }
    assert {t.id for t in vocabulary.tasks if t.origin is Origin.MARKET} <= used


def test_modes_of_both_sides_are_selectable(
    demands: tuple[DemandRecord, ...], suppliers: tuple[SupplierRecord, ...], vocabulary: Vocabulary
) -> None:
    used = {id_ for demand in demands for id_ in demand.modes}
    used |= {m.mode for supplier in suppliers for m in supplier.modes}
    assert all(vocabulary.mode(id_).selectable for id_ in used)
