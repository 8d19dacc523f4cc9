"""Answers as the command line and other programs get them (docs: public interfaces)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matchmaker.actor import COMMAND_LINE
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.demands.scene_file import read_scenes
from matchmaker.matching.constraints import Requirement, Verdict
from matchmaker.matching.facts import DemandFacts
from matchmaker.matching.market.definitions import load_definitions
from matchmaker.matching.market.needs import (
    find_sector,
    read_conditions,
    read_scene,
    read_text,
    with_requirements,
)
from matchmaker.matching.queries import Match, get_need, match_need, match_text
from matchmaker.matching.ranking import PART_LABELS, RankedProduct
from matchmaker.matching.reverse import ProductMatch, match_product

#: Digits behind the point; finer than anybody reads, so that sums hold.
DIGITS = 6


@dataclass(frozen=True)
class Question:
    """What a caller asks; exactly one of ``text``, ``demand``, ``file`` and ``product`` is given.

    ``sector`` is a label or an id, ``where`` holds hard requirements as text.
    """

    text: str | None = None
    demand: str | None = None
    file: Path | None = None
    product: str | None = None
    sector: str | None = None
    where: tuple[str, ...] = ()
    top: int = 10
    per_firm: int | None = None


@dataclass(frozen=True)
class CheckedQuestion:
    """A question whose words were found sound; what needs the database is still unasked."""

    question: Question
    needs: tuple[DemandFacts, ...]
    further: tuple[Requirement, ...]
    sector: str


def check_question(question: Question) -> CheckedQuestion:
    """Read everything that needs no database; raises ``DomainError`` naming the faulty field."""
    vocabulary = load_vocabulary()
    further = read_conditions(question.where, load_definitions(), vocabulary)
    sector = find_sector(question.sector, vocabulary) if question.sector is not None else ""
    needs: tuple[DemandFacts, ...] = ()
    if question.file is not None:
        scenes = read_scenes(question.file, vocabulary)
        needs = tuple(read_scene(scene, vocabulary) for scene in scenes)
    elif question.text is not None:
        needs = (read_text(question.text, vocabulary=vocabulary),)
    changed = tuple(with_requirements(need, further, sector=sector) for need in needs)
    return CheckedQuestion(question, changed, further, sector)


def answer_question(checked: CheckedQuestion) -> Iterator[dict[str, Any]]:
    """One answer a demand, in the caller's transaction; nothing is stored."""
    question = checked.question
    top, per_firm = question.top, question.per_firm
    if question.product is not None:
        match = match_product(question.product, sector=checked.sector)
        yield export_product_match(match, top=top)
    elif question.demand is not None:
        need = get_need(COMMAND_LINE, question.demand)
        need = with_requirements(need, checked.further, sector=checked.sector)
        yield export_match(match_need(need, top=top, per_firm=per_firm))
    for need in checked.needs:
        yield export_match(match_text(need, top=top, per_firm=per_firm))


def export_match(match: Match) -> dict[str, Any]:
    """Offers for a need, in the shape that others rely on."""
    ranking = match.ranking
    return {
        "demand": ranking.demand_id,
        "results": [
            {
                "rank": item.rank,
                "product_id": item.product_id,
                "supplier_id": item.supplier_id,
                **_export_result(item),
            }
            for item in ranking.results
        ],
        "excluded": [
            {"product_id": item.product_id, "reason": item.reason} for item in ranking.excluded
        ],
        "suitable": ranking.suitable,
        "advice": ranking.advice,
    }


def export_product_match(match: ProductMatch, *, top: int) -> dict[str, Any]:
    """Needs for an offer, in the same shape the other way round."""
    return {
        "product": match.product_id,
        "results": [
            {"rank": rank, "demand_id": item.need.code, **_export_result(item.result)}
            for rank, item in enumerate(match.scored[:top], start=1)
        ],
        "excluded": [
            {"demand_id": item.need.code, "reason": item.exclusion.reason}
            for item in match.passed_over
        ],
        "suitable": bool(match.suitable),
        "advice": "" if match.suitable else "目前没有达到推荐标准的需求。",
    }


def _export_result(item: RankedProduct) -> dict[str, Any]:
    return {
        "score": round(item.score, DIGITS),
        "parts": [{"name": part.name, "points": round(part.points, DIGITS)} for part in item.parts],
        "terms": _export_terms(item),
        "missing_terms": list(item.missing_terms),
        "constraints": [_export_verdict(verdict) for verdict in item.constraints],
    }


def _export_verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "attribute": verdict.attribute,
        "verdict": verdict.verdict.value,
        "wanted": verdict.wanted,
        "offered": verdict.offered,
        "evidence": verdict.evidence.value if verdict.evidence else None,
        "hard": verdict.hard,
        "reason": verdict.reason,
    }


def describe_answer(answer: dict[str, Any]) -> Iterator[str]:
    """The lines that a person reads."""
    subject = answer.get("demand") or answer.get("product")
    if subject:
        yield f"【{subject}】"
    for line in answer["results"]:
        name = line.get("product_id") or line["demand_id"]
        parts = "，".join(f"{PART_LABELS[p['name']]} {p['points']:.1f}" for p in line["parts"])
        yield f"{line['rank']:>3}. {line['score']:5.1f}  {name}（{parts}）"
    if answer["excluded"]:
        yield f"未列入 {len(answer['excluded'])} 项："
        for line in answer["excluded"]:
            yield f"     {line.get('product_id') or line['demand_id']}：{line['reason']}"
    if not answer["suitable"]:
        yield answer["advice"]


def _export_terms(item: RankedProduct) -> list[dict[str, Any]]:
    """Each word once, its own share and that of a synonym together, best first."""
    points: dict[str, float] = {}
    for term in item.terms:
        points[term.word] = points.get(term.word, 0.0) + term.points
    ordered = sorted(points.items(), key=lambda entry: (-entry[1], entry[0]))
    return [{"term": word, "points": round(value, DIGITS)} for word, value in ordered]
