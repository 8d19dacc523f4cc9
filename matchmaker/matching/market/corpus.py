"""The corpus: everything that a visitor may see of the offers, ready to be asked.

Texts and statistics come from published products only. The texts stand in the newest stored
generation, opened by mmap; what differs from it is replayed into a tail. What the structured
parts are computed from is read from the database and held in memory. A corpus is immutable and
shared by all queries of the process; a change of the public rows publishes the next one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock

from matchmaker.errors import NotReady
from matchmaker.matching.archive.rules import CorpusContent
from matchmaker.matching.changes.models import ChangeKind
from matchmaker.matching.changes.queries import Version, read_version
from matchmaker.matching.indexing.models import IndexGeneration
from matchmaker.matching.indexing.queries import find_newest
from matchmaker.matching.market.assembly import (
    Basis,
    assemble_ranker,
    count_anew,
    follow,
    key_of,
    open_basis,
)
from matchmaker.matching.market.present import Present, read_present
from matchmaker.matching.ranking import ProductRanker
from matchmaker.suppliers.profiles import ProductProfile

KIND = ChangeKind.PRODUCT


@dataclass(frozen=True)
class Corpus:
    """The offers of one version. ``digest`` is the same for the same public facts with the same

    statistics on every machine.
    """

    version: Version
    digest: str
    content: CorpusContent
    ranker: ProductRanker
    present: Present = field(repr=False)
    basis: Basis = field(repr=False)

    @property
    def profiles(self) -> Mapping[str, ProductProfile]:
        """The published products by id, as everybody may read them."""
        return self.present.profiles

    def __len__(self) -> int:
        return len(self.profiles)


_current: Corpus | None = None
_building = Lock()


def get_corpus() -> Corpus:
    """The corpus of the present version; call it inside a transaction.

    Raises ``NotReady`` where no product is published yet.
    """
    newest = find_newest(KIND)
    version = (*read_version(KIND), key_of(newest) if newest else "")
    held = _current
    if held is not None and held.version == version:
        return held
    with _building:
        return _renew(version, newest)


def _renew(version: Version, newest: IndexGeneration | None) -> Corpus:
    global _current
    held = _current
    if held is not None and held.version == version:
        return held
    present = read_present(held.present if held else None)
    if not present.offers:
        raise NotReady(
            "no_products",
            "平台上还没有已发布的产品。请先运行 matchmaker seed 装入数据，或发布产品。",
        )
    basis = _choose_basis(newest, held, present)
    content = CorpusContent(counted=basis.counted, offers=present.members)
    ranker = _make_ranker(held, basis, present)
    _current = Corpus(version, content.digest, content, ranker, present, basis)
    return _current


def _choose_basis(newest: IndexGeneration | None, held: Corpus | None, present: Present) -> Basis:
    """The newest generation, or the present texts counted in memory where there is none."""
    if newest is not None:
        known = held is not None and held.basis.key == key_of(newest)
        return held.basis if held and known else open_basis(newest)
    if held is not None and not held.basis.key and held.basis.counted == present.members:
        return held.basis
    return count_anew(present.offers, present.members)


def _make_ranker(held: Corpus | None, basis: Basis, present: Present) -> ProductRanker:
    goes_on = held is not None and held.basis is basis
    before = held.present.members if held and goes_on else basis.counted
    if held and goes_on and before == present.members:
        return held.ranker
    follow(
        basis.index,
        before=before,
        after=present.members,
        offers=present.offers,
        seq=present.mark.seq,
    )
    return assemble_ranker(present.offers, basis.index, previous=held.ranker if held else None)


def warm_corpus() -> None:
    """Make the corpus before the first visitor comes; nothing to do on an empty platform."""
    from matchmaker.db import read_tx

    with read_tx():
        try:
            get_corpus()
        except NotReady:
            return
