"""The corpus: everything that a visitor may see of the offers, ready to be asked.

Texts and statistics come from published products only. A corpus is immutable; it is made anew when
the version of the public rows has changed, and shared by all queries of the process.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

from matchmaker.actor import VISITOR
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.errors import NotReady
from matchmaker.matching.changes.models import ChangeKind
from matchmaker.matching.changes.queries import Version, read_version
from matchmaker.matching.facts import ProductFacts
from matchmaker.matching.market.definitions import load_definitions
from matchmaker.matching.market.offers import read_offer
from matchmaker.matching.ranking import ProductRanker
from matchmaker.matching.taxonomy import load_taxonomy
from matchmaker.suppliers.profiles import ProductProfile, list_profiles


@dataclass(frozen=True)
class Corpus:
    """The offers of one version. ``digest`` is the same for the same public facts everywhere."""

    version: Version
    digest: str
    ranker: ProductRanker
    profiles: Mapping[str, ProductProfile]

    def __len__(self) -> int:
        return len(self.profiles)


_present: Corpus | None = None
_building = Lock()


def get_corpus() -> Corpus:
    """The corpus of the present version; call it inside a transaction.

    Raises ``NotReady`` where no product is published yet.
    """
    version = read_version(ChangeKind.PRODUCT)
    held = _present
    if held is not None and held.version == version:
        return held
    with _building:
        return _renew(version)


def _renew(version: Version) -> Corpus:
    global _present
    held = _present
    if held is not None and held.version == version:
        return held
    profiles = {profile.id: profile for profile in list_profiles(VISITOR)}
    if not profiles:
        raise NotReady(
            "no_products",
            "平台上还没有已发布的产品。请先运行 matchmaker seed 装入数据，或发布产品。",
        )
    vocabulary = load_vocabulary()
    offers = [read_offer(profile, vocabulary) for profile in profiles.values()]
    digest = compute_digest(offers)
    if held is not None and held.digest == digest:
        ranker = held.ranker
    else:
        ranker = ProductRanker(offers, taxonomy=load_taxonomy(), definitions=load_definitions())
    _present = Corpus(version=version, digest=digest, ranker=ranker, profiles=profiles)
    return _present


def compute_digest(offers: list[ProductFacts]) -> str:
    """SHA-256 over the facts in the order of the product ids."""
    whole = hashlib.sha256()
    for offer in sorted(offers, key=lambda item: item.product_id):
        whole.update(repr(offer).encode())
        whole.update(b"\n")
    return whole.hexdigest()


def warm_corpus() -> None:
    """Make the corpus before the first visitor comes; nothing to do on an empty platform."""
    from matchmaker.db import read_tx

    with read_tx():
        try:
            get_corpus()
        except NotReady:
            return
