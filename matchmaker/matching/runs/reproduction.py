"""Making a stored list again from what was kept with it. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache

from matchmaker.db import read_tx
from matchmaker.errors import NotFound
from matchmaker.matching.archive.queries import read_corpus, read_kept_need
from matchmaker.matching.facts import DemandFacts
from matchmaker.matching.market.assembly import rebuild_ranker
from matchmaker.matching.parameters import SCORER, compute_catalogue_digest
from matchmaker.matching.ranking import ProductRanker
from matchmaker.matching.runs.models import MatchRun
from matchmaker.matching.runs.queries import (
    StoredList,
    count_ranked_needs,
    find_ranked_need,
    find_stored_list,
    get_run,
    list_ranked_needs,
)
from matchmaker.matching.runs.rules import ListEntry, MadeList, compute_run_digest, make_list
from matchmaker.matching.weights import RankingWeights

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class ListReproduction:
    """A stored list beside the one that the kept facts give today."""

    code: str
    need: DemandFacts
    stored: StoredList
    made: MadeList
    ranker: ProductRanker

    @property
    def is_same(self) -> bool:
        """Whether every place and every score came out as it was stored."""
        return self.stored.digest == self.made.digest

    @property
    def places(self) -> list[tuple[ListEntry | None, ListEntry | None]]:
        """The places side by side, stored and made; None where one list is shorter."""
        length = max(len(self.stored.entries), len(self.made.entries))
        padded = [
            [*entries, *[None] * (length - len(entries))]
            for entries in (self.stored.entries, self.made.entries)
        ]
        return list(zip(*padded, strict=True))


@dataclass(frozen=True)
class RunReproduction:
    """What making a whole run again gave. ``different``: codes of the needs whose list differs."""

    run_id: int
    needs: int
    different: Sequence[str]
    results_digest: str
    reproduced: bool
    scorer_same: bool
    catalogue_same: bool


def reproduce_run(run_id: int, progress: Progress) -> RunReproduction:
    """Every list of a run made again. Raises ``NotFound`` for a run or facts that are not kept."""
    with read_tx():
        run = get_run(run_id)
        check_kept(run)
        codes = [need.code for need in list_ranked_needs(run_id)]
        stored_digest, checks = run.results_digest, are_versions_same(run)
    digests: list[tuple[str, str]] = []
    different: list[str] = []
    for code in codes:
        with read_tx():
            made = reproduce_list(run_id, code)
        digests.append((code, made.made.digest))
        if not made.is_same:
            different.append(code)
        progress(len(digests), len(codes))
    digest = compute_run_digest(digests)
    return RunReproduction(
        run_id=run_id,
        needs=len(codes),
        different=tuple(different),
        results_digest=digest,
        reproduced=digest == stored_digest,
        scorer_same=checks[0],
        catalogue_same=checks[1],
    )


def reproduce_list(run_id: int, code: str) -> ListReproduction:
    """One list of a run made again; call it inside a transaction.

    Raises ``NotFound`` for a need that the run did not rank, and for facts that are not kept.
    """
    run = get_run(run_id)
    kept, stored = find_ranked_need(run_id, code), find_stored_list(run_id, code)
    if kept is None or stored is None:
        raise NotFound(
            "list_missing",
            "第 {run} 次匹配没有编号为“{code}”的需求的结果。",
            run=run_id,
            code=code,
        )
    need, unwelcome = read_kept_need(kept)
    ranker = _rebuild(run.corpus, RankingWeights(**run.parameters["weights"]))
    made = make_list(
        ranker,
        need,
        today=run.on_day,
        top=run.parameters["top"],
        per_firm=run.parameters["per_firm"],
        unwelcome=unwelcome,
    )
    return ListReproduction(code, need, stored, made, ranker)


@lru_cache(maxsize=2)
def _rebuild(corpus: str, weights: RankingWeights) -> ProductRanker:
    # The digest names the content, so that what was built once stays right.
    return rebuild_ranker(read_corpus(corpus), weights)


def are_versions_same(run: MatchRun) -> tuple[bool, bool]:
    """Whether the scorer and the catalogue are those that a run used."""
    return run.scorer == SCORER, run.parameters.get("catalogue") == compute_catalogue_digest()


def check_kept(run: MatchRun) -> None:
    """Raise ``NotFound`` for a run that was made before facts were kept."""
    if not is_kept(run):
        raise NotFound(
            "run_not_kept",
            "第 {run} 次匹配早于资料留存功能，不能重算。请选择更近的匹配记录。",
            run=run.id,
        )


def is_kept(run: MatchRun) -> bool:
    """Whether the run's facts were kept; those of a run without needs are."""
    return run.needs == 0 or count_ranked_needs(run.id) > 0


def describe_reproduction(found: RunReproduction) -> dict[str, object]:
    """A reproduction as JSON takes it."""
    return asdict(found)
