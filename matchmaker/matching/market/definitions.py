"""The attributes of the catalogue as the comparison takes them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from matchmaker.catalogue.concepts import Attribute
from matchmaker.catalogue.vocabulary import Vocabulary, load_vocabulary
from matchmaker.matching.constraints import AttributeDefinition, Kind


@lru_cache(maxsize=4)
def load_definitions(vocabulary: Vocabulary | None = None) -> Mapping[str, AttributeDefinition]:
    """Every attribute that can be compared, by key; a plain text (navigation) cannot."""
    known = (vocabulary or load_vocabulary()).attributes
    return {
        attribute.id: _define(attribute, Kind(attribute.comparison.value))
        for attribute in known
        if attribute.comparison is not None
    }


def _define(attribute: Attribute, kind: Kind) -> AttributeDefinition:
    return AttributeDefinition(
        key=attribute.id,
        label_zh=attribute.zh,
        label_en=attribute.en,
        kind=kind,
        unit=attribute.unit,
        proof_required=attribute.proof_required,
        derived=attribute.derived,
        order=attribute.choices if kind is Kind.ORDINAL else (),
    )
