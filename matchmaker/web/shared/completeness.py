"""The completeness meter of a firm's products against what the present demands ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from matchmaker.actor import VISITOR
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.db import db
from matchmaker.demands.models import DemandListing, DemandRequirement
from matchmaker.demands.queries import visible_to
from matchmaker.demands.rules import OPEN_STATUSES
from matchmaker.suppliers.completeness import (
    LACK_LABELS,
    Asked,
    Completeness,
    compute_completeness,
    list_relevant_attributes,
)
from matchmaker.suppliers.models import Product
from matchmaker.suppliers.profiles import as_profile


@dataclass(frozen=True)
class Meter:
    """A product with its meter; ``lines`` say what is missing and what it costs."""

    product: Product
    result: Completeness
    lines: list[str]


def count_asked() -> Mapping[str, Asked]:
    """How many open demands that everybody may see ask for each attribute."""
    open_ids = (
        visible_to(VISITOR)
        .where(DemandListing.status.in_(OPEN_STATUSES))
        .with_only_columns(DemandListing.id)
    )
    rows = db.session.execute(
        select(DemandRequirement.attribute, DemandRequirement.hard, func.count())
        .where(DemandRequirement.listing_id.in_(open_ids))
        .group_by(DemandRequirement.attribute, DemandRequirement.hard)
    )
    counts: dict[str, dict[bool, int]] = {}
    for attribute, hard, count in rows:
        counts.setdefault(attribute, {})[hard] = count
    return {
        name: Asked(hard=by_hard.get(True, 0), wish=by_hard.get(False, 0))
        for name, by_hard in counts.items()
    }


def list_meters(products: Iterable[Product], today: date) -> list[Meter]:
    """The meter of each product, in the order given."""
    listed = list(products)
    asked = count_asked() if listed else {}
    return [_make_meter(product, asked, today) for product in listed]


def _make_meter(product: Product, asked: Mapping[str, Asked], today: date) -> Meter:
    vocabulary = load_vocabulary()
    result = compute_completeness(
        as_profile(product),
        asked,
        relevant=list_relevant_attributes(vocabulary.form(product.form), vocabulary),
        vocabulary=vocabulary,
        today=today,
    )
    lines = [_describe(fact.label, fact.lack, fact.asked) for fact in result.missing]
    return Meter(product=product, result=result, lines=lines)


def _describe(label: str, lack: str, asked: Asked) -> str:
    said = f"{label}：{LACK_LABELS[lack]}"  # type: ignore[index]
    costs = []
    if asked.hard:
        costs.append(f"{asked.hard} 条需求以此为必须条件")
    if asked.wish:
        costs.append(f"{asked.wish} 条需求希望具备")
    return f"{said}（{'，'.join(costs)}）" if costs else said
