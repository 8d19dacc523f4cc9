"""Writing a generation of the published products' texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete

from matchmaker.actor import VISITOR
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.db import lock, read_tx, write_tx
from matchmaker.matching.archive.operations import keep_corpus
from matchmaker.matching.archive.rules import CorpusContent, compute_digest, describe_offer
from matchmaker.matching.changes.models import ChangeKind
from matchmaker.matching.changes.queries import read_last_seq
from matchmaker.matching.facts import ProductFacts
from matchmaker.matching.generations import (
    KEPT_GENERATIONS,
    Generation,
    list_generations,
    prune_generations,
    write_generation,
)
from matchmaker.matching.indexing.models import IndexGeneration
from matchmaker.matching.indexing.queries import find_newest, index_folder
from matchmaker.matching.market.offers import read_offer
from matchmaker.matching.parameters import SCORER
from matchmaker.matching.prepared import product_text
from matchmaker.matching.weights import DEFAULT_WEIGHTS
from matchmaker.suppliers.profiles import list_profiles

KIND = ChangeKind.PRODUCT


@dataclass(frozen=True)
class _Plan:
    """What a generation is to hold, read in one transaction."""

    number: int
    covers_seq: int
    offers: Mapping[str, ProductFacts]
    members: Mapping[str, str]
    is_known: bool

    @property
    def content(self) -> CorpusContent:
        return CorpusContent(counted=self.members, offers=self.members)


def renew_generation() -> int | None:
    """Count the published texts anew and store them; returns the number of the generation.

    None where nothing is published or the newest generation holds just that.
    """
    plan = _plan()
    if not plan.offers:
        return None
    if plan.is_known:
        _cover(plan)
        return None
    stored = write_generation(
        index_folder(),
        (
            (offer.product_id, product_text(offer, DEFAULT_WEIGHTS))
            for offer in plan.offers.values()
        ),
        number=plan.number,
        kind=KIND.value,
        covers_seq=plan.covers_seq,
    )
    _enter(plan, stored)
    prune_generations(index_folder(), KIND.value)
    return stored.number


def _plan() -> _Plan:
    vocabulary = load_vocabulary()
    with read_tx():
        newest = find_newest(KIND)
        # Read before the products: a change that falls between is only taken up twice.
        covers_seq = read_last_seq()
        found = (read_offer(item, vocabulary) for item in list_profiles(VISITOR))
        offers = {offer.product_id: offer for offer in found}
        number, corpus = (newest.n, newest.corpus) if newest else (0, "")
    members = {key: compute_digest(describe_offer(offer)) for key, offer in offers.items()}
    on_disk = [item.number for item in list_generations(index_folder(), KIND.value)]
    content = CorpusContent(counted=members, offers=members)
    return _Plan(
        number=max([number, *on_disk]) + 1,
        covers_seq=covers_seq,
        offers=offers,
        members=members,
        is_known=content.digest == corpus,
    )


def _cover(plan: _Plan) -> None:
    """The newest generation holds the later changes too: they left everything as it was."""
    with write_tx():
        newest = find_newest(KIND)
        if newest is not None and newest.corpus == plan.content.digest:
            newest.covers_seq = max(newest.covers_seq, plan.covers_seq)


def _enter(plan: _Plan, stored: Generation) -> None:
    with write_tx() as session:
        lock(session, "matching.index_generation")
        keep_corpus(plan.content, plan.offers)
        session.add(
            IndexGeneration(
                kind=KIND,
                n=stored.number,
                folder=stored.folder.name,
                sha256=stored.sha256,
                covers_seq=stored.covers_seq,
                scorer=SCORER,
                corpus=plan.content.digest,
                n_rows=stored.n_rows,
            )
        )
        session.execute(
            delete(IndexGeneration).where(
                IndexGeneration.kind == KIND,
                IndexGeneration.n <= stored.number - KEPT_GENERATIONS,
            )
        )
