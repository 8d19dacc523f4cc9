"""Needs: a listing, a record of a file or a few words, as the facts that are ranked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from matchmaker.catalogue.vocabulary import Vocabulary
from matchmaker.demands.scene_file import Scene
from matchmaker.demands.seed_records import DemandRecord, RequirementRecord
from matchmaker.errors import InvalidInput
from matchmaker.matching.constraints import (
    AttributeDefinition,
    Operator,
    Requirement,
    Value,
    parse_where,
)
from matchmaker.matching.facts import DemandFacts
from matchmaker.matching.market.offers import CERTIFICATES, comparable
from matchmaker.suppliers.rules import Order
from matchmaker.text.bounds import check_query_text

#: A text up to this length is a title; in a longer one the first sentence is.
TITLE_LENGTH = 40
_SENTENCE_ENDS = "。！？；\n"


def read_listing(record: DemandRecord, vocabulary: Vocabulary) -> DemandFacts:
    """A listing in the words of the catalogue."""
    return DemandFacts(
        demand_id=record.code,
        title=record.title,
        description=record.description,
        pain_point=record.pain_point,
        sector=_label(vocabulary, record.sector),
        tasks=record.task_words,
        requirements=read_requirements(record.requirements, vocabulary),
        modes=tuple(vocabulary.mode(mode).zh for mode in record.modes),
        quantity=record.quantity,
        budget_fen=(record.budget_low_fen, record.budget_high_fen),
        district=vocabulary.district(record.district).zh if record.district else "",
    )


def read_scene(scene: Scene, vocabulary: Vocabulary) -> DemandFacts:
    """A demand that a file brought along."""
    return DemandFacts(
        demand_id=scene.code,
        title=scene.title,
        description=scene.description,
        pain_point=scene.pain_point,
        sector=_label(vocabulary, scene.sector),
        tasks=scene.task_words,
        requirements=read_requirements(scene.requirements, vocabulary),
        modes=tuple(vocabulary.mode(mode).zh for mode in scene.modes),
        quantity=scene.quantity or 0,
        budget_fen=scene.budget_fen or (0, 0),
        district=vocabulary.district(scene.district).zh if scene.district else "",
    )


def read_text(text: str, *, sector: str = "", vocabulary: Vocabulary) -> DemandFacts:
    """A need in plain words; ``sector`` by label or id.

    Raises ``LimitExceeded`` or ``InvalidInput`` (field ``text``) for a text that cannot be asked,
    ``InvalidInput`` (field ``sector``) for a sector that the catalogue does not have.
    """
    check_query_text(text)
    title, rest = _split_title(text.strip())
    return DemandFacts(
        demand_id=None,
        title=title,
        description=rest,
        sector=find_sector(sector, vocabulary) if sector else "",
    )


def find_sector(word: str, vocabulary: Vocabulary) -> str:
    """The label of a sector given by label or id; raises ``InvalidInput`` (field ``sector``)."""
    found = vocabulary.sectors.find(word)
    if found is None:
        raise InvalidInput(
            "unknown_sector",
            "没有名为“{sector}”的行业领域，可用的有：{known}",
            field="sector",
            sector=word,
            known="、".join(entry.zh for entry in vocabulary.sectors),
        )
    return found.zh


def _split_title(text: str) -> tuple[str, str]:
    if len(text) <= TITLE_LENGTH:
        return text, ""
    ends = [at for at in (text.find(sign) for sign in _SENTENCE_ENDS) if at >= 0]
    end = min(ends, default=len(text))
    return (text[:end], text[end + 1 :]) if end <= TITLE_LENGTH else ("", text)


def _label(vocabulary: Vocabulary, sector: str) -> str:
    return vocabulary.sector(sector).zh if sector else ""


def read_requirements(
    records: Iterable[RequirementRecord], vocabulary: Vocabulary
) -> tuple[Requirement, ...]:
    """Requirements as the comparison takes them; certificates by their labels."""
    return tuple(
        in_catalogue_words(
            Requirement(item.attribute, Operator(item.operator), comparable(item.value), item.hard),
            vocabulary,
        )
        for item in records
    )


def in_catalogue_words(requirement: Requirement, vocabulary: Vocabulary) -> Requirement:
    """The requirement with certificates in the catalogue's words; others are left alone.

    Raises ``InvalidInput`` (field ``where``) for a certificate that the catalogue does not have.
    """
    if requirement.attribute != CERTIFICATES:
        return requirement
    return replace(requirement, value=_certificate_labels(requirement.value, vocabulary))


def _certificate_labels(value: Value, vocabulary: Vocabulary) -> tuple[str, ...]:
    words = value if isinstance(value, tuple) else (value,)
    found = [(str(word), vocabulary.certificates.find(str(word))) for word in words]
    for word, entry in found:
        if entry is None:
            raise InvalidInput(
                "unknown_certificate",
                "证书目录中没有“{word}”，可用的有：{known}",
                field="where",
                word=word,
                known="、".join(item.zh for item in vocabulary.certificates),
            )
    return tuple(dict.fromkeys(entry.zh for _, entry in found if entry is not None))


def read_conditions(
    texts: Sequence[str], definitions: Mapping[str, AttributeDefinition], vocabulary: Vocabulary
) -> tuple[Requirement, ...]:
    """Hard requirements from conditions such as ``payload_kg >= 20``."""
    return tuple(in_catalogue_words(parse_where(t, definitions), vocabulary) for t in texts)


def with_requirements(
    demand: DemandFacts, further: Sequence[Requirement], *, sector: str = ""
) -> DemandFacts:
    """The demand with further requirements, which come before its own of the same attribute."""
    asked = {item.attribute for item in further}
    kept = tuple(item for item in demand.requirements if item.attribute not in asked)
    return replace(demand, requirements=(*kept, *further), sector=sector or demand.sector)


def order_of(demand: DemandFacts, vocabulary: Vocabulary) -> Order:
    """What of the demand the firms' private wishes look at; ids of the catalogue."""
    return Order(
        sector=vocabulary.sector(demand.sector).id if demand.sector else None,
        district=vocabulary.district(demand.district).id if demand.district else None,
        budget_max_fen=demand.budget_fen[1] or None,
        units=demand.quantity or None,
        modes=frozenset(vocabulary.mode(mode).id for mode in demand.modes),
    )
