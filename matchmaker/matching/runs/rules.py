"""Pure decisions of a run: what a list is stored as, what it tells, whom a change concerns."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from matchmaker.matching.facts import DemandFacts
from matchmaker.matching.ranking import ProductRanker, Ranking

DIGITS = 6


@dataclass(frozen=True)
class ListEntry:
    """One place of a stored list; the score as text, so that it reads the same everywhere."""

    product: str
    supplier: str
    score: str


def list_entries(ranking: Ranking) -> tuple[ListEntry, ...]:
    """The places of a ranking as they are stored."""
    return tuple(
        ListEntry(item.product_id, item.supplier_id, f"{item.score:.{DIGITS}f}")
        for item in ranking.results
    )


@dataclass(frozen=True)
class MadeList:
    """One list as it is stored."""

    suitable: bool
    entries: tuple[ListEntry, ...]
    digest: str


def make_list(
    ranker: ProductRanker,
    need: DemandFacts,
    *,
    today: date,
    top: int,
    per_firm: int | None,
    unwelcome: Collection[str],
) -> MadeList:
    """The list of a need; the same arguments give the same list on any day."""
    ranking = ranker.rank(need, today=today, top=top, per_firm=per_firm, unwelcome=unwelcome)
    entries = list_entries(ranking)
    digest = compute_list_digest(entries, suitable=ranking.suitable)
    return MadeList(ranking.suitable, entries, digest)


def compute_list_digest(entries: Sequence[ListEntry], *, suitable: bool) -> str:
    """SHA-256 of a list."""
    content = [[entry.product, entry.supplier, entry.score] for entry in entries]
    text = json.dumps([suitable, content], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def compute_run_digest(lists: Iterable[tuple[str, str]]) -> str:
    """SHA-256 of all lists of a run: (code of the need, digest of its list), in any order."""
    lines = "\n".join(f"{code} {digest}" for code, digest in sorted(lists))
    return hashlib.sha256(lines.encode()).hexdigest()


def list_newcomers(
    before: Sequence[ListEntry], after: Sequence[ListEntry], *, bar: float
) -> tuple[str, ...]:
    """Products that reach the bar in the new list and did not in the old one, best first."""
    known = {entry.product for entry in before if float(entry.score) >= bar}
    return tuple(
        entry.product for entry in after if float(entry.score) >= bar and entry.product not in known
    )


def is_concerned(
    entries: Sequence[ListEntry], product: str, score: float | None, *, length: int
) -> bool:
    """Whether a changed product can change a stored list of at most ``length`` places.

    ``score``: what it reaches now, None where it is excluded or gone.
    """
    if any(entry.product == product for entry in entries):
        return True
    if score is None:
        return False
    return len(entries) < length or score >= float(entries[-1].score)
