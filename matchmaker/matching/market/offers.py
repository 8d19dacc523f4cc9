"""Offers: capability profiles as the facts that a ranking is computed from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from matchmaker.catalogue.values import Value as CatalogueValue
from matchmaker.catalogue.vocabulary import Vocabulary
from matchmaker.matching.constraints import Capability, Evidence, Value
from matchmaker.matching.facts import ProductFacts
from matchmaker.matching.market.definitions import load_definitions
from matchmaker.suppliers.profiles import CertificateFact, ProductProfile

#: The attribute under which certificates are asked for.
CERTIFICATES = "certificates"
PURCHASE = "purchase"


def read_offer(profile: ProductProfile, vocabulary: Vocabulary) -> ProductFacts:
    """A profile in the words of the catalogue. Private wishes are no part of it."""
    return ProductFacts(
        product_id=profile.id,
        supplier_id=profile.supplier_id,
        model=profile.model,
        form=vocabulary.form(profile.form).zh,
        description=profile.description,
        tasks=profile.task_words or tuple(vocabulary.task(task).zh for task in profile.tasks),
        sectors=tuple(vocabulary.sector(sector).zh for sector in profile.sectors),
        modes=tuple(vocabulary.mode(fact.mode).zh for fact in profile.modes),
        capabilities=(*_figures(profile), *_certificates(profile, vocabulary)),
        price_fen=next((fact.price_fen or 0 for fact in profile.modes if fact.mode == PURCHASE), 0),
        abroad=profile.is_overseas,
    )


def _figures(profile: ProductProfile) -> Iterator[Capability]:
    known = load_definitions()
    for fact in profile.capabilities:
        if fact.attribute in known:
            yield Capability(
                attribute=fact.attribute,
                value=comparable(fact.value),
                evidence=Evidence(fact.evidence.value),
                source=fact.sources[0] if fact.sources else "",
                valid_until=fact.proven_until,
            )


def comparable(value: CatalogueValue) -> Value:
    """A stored value as the comparison takes it: whole numbers and decimals become floats."""
    if isinstance(value, bool | str | tuple):
        return value
    return float(value)


def _certificates(profile: ProductProfile, vocabulary: Vocabulary) -> Iterator[Capability]:
    """One capability a certificate, with the broader ones that it also answers for."""
    for fact in profile.certificates:
        if fact.attribute in ("", CERTIFICATES):
            yield Capability(
                attribute=CERTIFICATES,
                value=_certificate_words(fact, vocabulary),
                evidence=Evidence(fact.evidence.value),
                source=fact.text,
                valid_until=_last_day(fact),
            )


def _certificate_words(fact: CertificateFact, vocabulary: Vocabulary) -> tuple[str, ...]:
    if not fact.certificate:
        return (fact.text,)
    return tuple(entry.zh for entry in vocabulary.certificates.lineage(fact.certificate))


def _last_day(fact: CertificateFact) -> date | None:
    return min((day for day in (fact.proven_until, fact.valid_until) if day), default=None)
