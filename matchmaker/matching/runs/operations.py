"""Making and storing lists ahead of time, in short write transactions of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from matchmaker import clock, outbox
from matchmaker.db import db, read_tx, write_tx
from matchmaker.errors import NotReady
from matchmaker.matching.archive.models import RecordKind
from matchmaker.matching.archive.operations import keep_corpus, keep_records
from matchmaker.matching.archive.rules import describe_need
from matchmaker.matching.changes.models import ChangeKind
from matchmaker.matching.changes.queries import list_since, read_last_seq
from matchmaker.matching.market.corpus import Corpus, get_corpus
from matchmaker.matching.market.open_needs import OpenNeed, list_open_needs
from matchmaker.matching.parameters import SCORER, describe_parameters
from matchmaker.matching.queries import PER_FIRM, TOP, find_unwelcoming
from matchmaker.matching.ranking import RankedProduct
from matchmaker.matching.runs.models import MatchInput, MatchList, MatchRun
from matchmaker.matching.runs.queries import find_last_lists, read_covered_seq
from matchmaker.matching.runs.rules import (
    ListEntry,
    MadeList,
    compute_run_digest,
    is_concerned,
    list_newcomers,
    make_list,
)

#: Lists stored by one write transaction; it stays far below 100 ms.
CHUNK = 20
#: Further changes wait for the next run.
CHANGES_AT_ONCE = 5_000
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class RunSummary:
    """What a run did."""

    run_id: int
    needs: int
    unchanged: int
    without_supply: int
    corpus: str
    results_digest: str


@dataclass(frozen=True)
class _Plan:
    """What a run is about to do, read in one transaction."""

    today: date
    corpus: Corpus
    needs: tuple[OpenNeed, ...]
    last: dict[int, tuple[str, tuple[ListEntry, ...]]]
    covers_seq: int


def rematch_all(progress: Progress) -> RunSummary:
    """Rank every open need anew. Raises ``NotReady`` where no product is published."""
    with read_tx():
        today = clock.today()
        covers_seq, needs = read_last_seq(), tuple(list_open_needs(today))
        plan = _Plan(today, get_corpus(), needs, find_last_lists(), covers_seq)
    return _run(plan, progress)


def rematch_changed(progress: Progress) -> RunSummary | None:
    """Rank the needs that the changes since the last run concern; None where there is none."""
    with read_tx():
        plan = _plan_changes()
    return None if plan is None else _run(plan, progress)


def _plan_changes() -> _Plan | None:
    changes = list_since(read_covered_seq(), limit=CHANGES_AT_ONCE)
    if not changes:
        return None
    try:
        corpus = get_corpus()
    except NotReady:
        return None
    today, last = clock.today(), find_last_lists()
    products = {item.key for item in changes if item.kind is ChangeKind.PRODUCT}
    demands = {item.key for item in changes if item.kind is ChangeKind.DEMAND}
    open_needs = list_open_needs(today)
    concerned = tuple(
        need
        for need in open_needs
        if need.code in demands
        or need.listing_id not in last
        or any(_concerns(corpus, today, key, need, last[need.listing_id][1]) for key in products)
    )
    return _Plan(today, corpus, concerned, last, changes[-1].seq)


def _concerns(
    corpus: Corpus, today: date, product: str, need: OpenNeed, entries: Sequence[ListEntry]
) -> bool:
    score = None
    if product in corpus.profiles:
        found = corpus.ranker.score_product(need.facts, product, today=today)
        score = found.score if isinstance(found, RankedProduct) else None
    return is_concerned(entries, product, score, length=TOP)


def _run(plan: _Plan, progress: Progress) -> RunSummary:
    run_id = _begin(plan)
    digests: list[tuple[str, str]] = []
    unchanged = without = 0
    for start in range(0, len(plan.needs), CHUNK):
        chunk = plan.needs[start : start + CHUNK]
        made = [_rank(plan, need) for need in chunk]
        stored = _store(run_id, plan, made)
        unchanged += len(chunk) - stored
        without += sum(not item.made.suitable for item in made)
        digests += [(item.need.code, item.made.digest) for item in made]
        progress(len(digests), len(plan.needs))
    summary = RunSummary(
        run_id=run_id,
        needs=len(plan.needs),
        unchanged=unchanged,
        without_supply=without,
        corpus=plan.corpus.digest,
        results_digest=compute_run_digest(digests),
    )
    _finish(summary)
    return summary


def _begin(plan: _Plan) -> int:
    weights = plan.corpus.ranker.weights
    with write_tx() as session:
        keep_corpus(plan.corpus.content, plan.corpus.present.offers)
        run = MatchRun(
            scorer=SCORER,
            parameters=describe_parameters(weights, top=TOP, per_firm=PER_FIRM),
            corpus=plan.corpus.digest,
            on_day=plan.today,
            covers_seq=plan.covers_seq,
        )
        session.add(run)
        session.flush()
        return run.id


def _finish(summary: RunSummary) -> None:
    with write_tx() as session:
        run = session.get_one(MatchRun, summary.run_id)
        run.needs, run.unchanged = summary.needs, summary.unchanged
        run.results_digest = summary.results_digest
        run.finished_at = clock.now()


@dataclass(frozen=True)
class _Ranked:
    """One need, the firms that do not want it, and its list."""

    need: OpenNeed
    unwelcome: frozenset[str]
    made: MadeList


def _rank(plan: _Plan, need: OpenNeed) -> _Ranked:
    with read_tx():
        unwelcome = find_unwelcoming(need.facts)
    made = make_list(
        plan.corpus.ranker,
        need.facts,
        today=plan.today,
        top=TOP,
        per_firm=PER_FIRM,
        unwelcome=unwelcome,
    )
    return _Ranked(need, unwelcome, made)


def _store(run_id: int, plan: _Plan, ranked: Sequence[_Ranked]) -> int:
    """Store what was ranked for, and the lists that differ from the last ones.

    Returns how many differ.
    """
    bar, stored = plan.corpus.ranker.weights.bar, 0
    with write_tx():
        _store_inputs(run_id, ranked)
        for need, item in ((entry.need, entry.made) for entry in ranked):
            digest, before = plan.last.get(need.listing_id, ("", ()))
            if digest == item.digest:
                continue
            stored += 1
            db.session.add(
                MatchList(
                    run_id=run_id,
                    listing_id=need.listing_id,
                    suitable=item.suitable,
                    entries=[asdict(entry) for entry in item.entries],
                    digest=item.digest,
                )
            )
            newcomers = list_newcomers(before, item.entries, bar=bar)
            if newcomers:
                outbox.send(
                    "matching.found",
                    id=need.listing_id,
                    code=need.code,
                    products=list(newcomers),
                    run_id=run_id,
                )
    return stored


def _store_inputs(run_id: int, ranked: Sequence[_Ranked]) -> None:
    contents = [describe_need(item.need.facts, item.unwelcome) for item in ranked]
    digests = keep_records(RecordKind.NEED, contents)
    db.session.add_all(
        MatchInput(run_id=run_id, listing_id=item.need.listing_id, need=digest)
        for item, digest in zip(ranked, digests, strict=True)
    )


def without_progress(done: int, total: int) -> None:
    """For callers that show nothing."""
    del done, total


def describe_summary(summary: RunSummary) -> dict[str, object]:
    """A summary as JSON takes it."""
    return asdict(summary)
