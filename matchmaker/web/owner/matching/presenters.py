"""What the pages of an owner's matches need beside the cards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for

from matchmaker import clock
from matchmaker.actor import Actor
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.demands.models import DemandListing
from matchmaker.demands.rules import PUBLIC_STATUSES, ListingKind
from matchmaker.errors import InvalidInput
from matchmaker.matching.constraints import (
    AttributeDefinition,
    Outcome,
    Requirement,
    Verdict,
    describe_value,
)
from matchmaker.matching.market.definitions import load_definitions
from matchmaker.matching.market.offers import comparable
from matchmaker.matching.queries import Match
from matchmaker.matching.ranking import RankedProduct
from matchmaker.matching.what_if import Relaxation
from matchmaker.matching.what_if import WhatIf as Difference
from matchmaker.suppliers.profiles import CapabilityFact, ProductProfile
from matchmaker.suppliers.queries import list_products_by_code
from matchmaker.web.filters import ABSENT
from matchmaker.web.owner.matching.what_if import DROPPED, WANT, WEIGHT, WhatIf, describe_input
from matchmaker.web.shared import matching as shared

#: A comparison has room for so many.
COMPARED_MIN, COMPARED_MAX = 2, 4


@dataclass(frozen=True)
class Change:
    """What other requirements bring, in figures and names."""

    products_before: int
    products_after: int
    firms_before: int
    firms_after: int
    gained: list[str]
    lost: list[str]


def describe_change(difference: Difference, match: Match) -> Change:
    """The two lists side by side."""
    names = match.corpus.profiles
    return Change(
        products_before=difference.before.n_suitable,
        products_after=difference.after.n_suitable,
        firms_before=difference.before.n_suitable_firms,
        firms_after=difference.after.n_suitable_firms,
        gained=[_full_name(names[key]) for key in difference.gained],
        lost=[_full_name(names[key]) for key in difference.lost],
    )


def _full_name(profile: ProductProfile) -> str:
    return f"{profile.supplier_name} {profile.model}"


@dataclass(frozen=True)
class Proposal:
    """One relaxation and the address that tries it."""

    text: str
    url: str


def list_proposals(relaxations: Sequence[Relaxation], panel: WhatIf) -> list[Proposal]:
    """Each relaxation as a link into the what-if panel."""
    typed = {WANT + line.attribute: line.text for line in panel.lines}
    typed |= {WEIGHT + line.attribute: line.weight for line in panel.lines}
    proposals = []
    for item in relaxations:
        changed = dict(typed)
        if item.value is None:
            changed[WEIGHT + item.attribute] = DROPPED
        else:
            changed[WANT + item.attribute] = _input_of(item)
        proposals.append(Proposal(item.text, f"{request.path}?{urlencode(changed)}#what-if"))
    return proposals


def _input_of(item: Relaxation) -> str:
    operator = load_vocabulary().attribute(item.attribute).operator
    value = item.value if item.value is not None else ""
    return describe_input(Requirement(item.attribute, operator, value, hard=True))  # type: ignore[arg-type]


def list_further(
    panel: WhatIf, definitions: Mapping[str, AttributeDefinition]
) -> list[tuple[str, str]]:
    """(key, label) of the attributes that the panel does not show yet."""
    shown = {line.attribute for line in panel.lines}
    return [(key, item.label_zh) for key, item in definitions.items() if key not in shown]


def describe_result(match: Match, bar: float) -> str:
    """How many products reach the bar, and how many of them are known to meet what must be met."""
    ranking = match.ranking
    found = (
        f"共比对 {ranking.n_considered} 个已发布产品，{ranking.n_suitable_firms} 家企业的 "
        f"{ranking.n_suitable} 个产品达到推荐标准（{bar:g} 分）"
    )
    if not ranking.suitable:
        known = ""
    elif not any(item.hard for item in match.demand.requirements):
        known = "。需求没有写必须满足的要求"
    else:
        waiting = ranking.n_suitable - ranking.n_confirmed
        known = f"：{waiting} 个待核实，{ranking.n_confirmed} 个已确认满足必须的要求"
    return f"{found}{known}。结果仅供参考，由业主自行决定。"


def find_divider(match: Match, bar: float) -> str | None:
    """The first product of the list below the bar, where others stand above it."""
    if not match.ranking.suitable:
        return None
    return next((item.product_id for item in match.ranking.results if item.score < bar), None)


@dataclass(frozen=True)
class Challenge:
    """The step from a need without supply to an open challenge, with the gaps filled in."""

    url: str
    gaps: str


def make_challenge(listing: DemandListing, match: Match) -> Challenge | None:
    """None where a product is known to fit, or where the listing cannot be turned yet."""
    turned = listing.kind is ListingKind.CHALLENGE or listing.status not in PUBLIC_STATUSES
    if match.ranking.n_confirmed or turned:
        return None
    return Challenge(
        url=url_for("owner_demand_acts.challenge", code=listing.code),
        gaps="\n".join(list_shortcomings(match)),
    )


def list_shortcomings(match: Match) -> list[str]:
    """What stands between the need and the market: requirements that few products meet."""
    lines: dict[str, None] = {}
    for verdicts in (item.constraints for item in match.ranking.results):
        for verdict in verdicts:
            if verdict.hard and verdict.verdict is Outcome.UNKNOWN:
                lines[f"{_name_requirement(verdict)}，现有产品未见符合要求的证明"] = None
    excluded = (item for item in match.ranking.excluded if item.verdicts)
    for item in excluded:
        for verdict in item.verdicts:
            if verdict.hard and verdict.verdict is Outcome.UNMET:
                lines[f"{_name_requirement(verdict)}，部分现有产品达不到"] = None
    return list(lines)[:6] or [f"“{match.demand.title}”尚无产品能够胜任"]


def _name_requirement(verdict: Verdict) -> str:
    return f"需要{verdict.label}" if verdict.wanted == "是" else f"{verdict.label}{verdict.wanted}"


def read_chosen(values: Iterable[str]) -> list[str]:
    """The codes to compare; raises ``InvalidInput`` for fewer than two or more than four."""
    chosen = list(dict.fromkeys(value[:60] for value in values))
    if not COMPARED_MIN <= len(chosen) <= COMPARED_MAX:
        raise InvalidInput(
            "compare_count",
            "请选择 {low} 至 {high} 个产品进行比较，现选择了 {count} 个。",
            field="p",
            low=COMPARED_MIN,
            high=COMPARED_MAX,
            count=len(chosen),
        )
    return chosen


@dataclass(frozen=True)
class Cell:
    """One value of a comparison with its evidence and, where asked for, its verdict."""

    text: str
    evidence: str | None = None
    verdict: str | None = None


@dataclass(frozen=True)
class ComparisonRow:
    """One line of a comparison. ``wanted`` is empty where the need does not ask for it."""

    label: str
    wanted: str
    cells: list[Cell]
    differs: bool


@dataclass(frozen=True)
class Comparison:
    """Products side by side."""

    heads: list[dict[str, Any]]
    general: list[ComparisonRow]
    figures: list[ComparisonRow]


def make_comparison(match: Match, chosen: Sequence[str]) -> Comparison:
    """The chosen products by score, particulars, prices and figures.

    Raises ``InvalidInput`` for a product that is not published.
    """
    profiles = []
    for code in chosen:
        profile = match.corpus.profiles.get(code)
        if profile is None:
            raise InvalidInput(
                "product_missing", "没有编号为“{code}”的已发布产品。", field="p", code=code
            )
        profiles.append(profile)
    results = {item.product_id: item for item in match.ranking.results}
    reasons = {item.product_id: item.reason for item in match.ranking.excluded}
    return Comparison(
        heads=[_head(profile, results.get(profile.id), reasons) for profile in profiles],
        general=[_plain_row(label, [text(p) for p in profiles]) for label, text in _GENERAL],
        figures=list(_figure_rows(match, profiles, results)),
    )


def _head(
    profile: ProductProfile, result: RankedProduct | None, reasons: Mapping[str, str]
) -> dict[str, Any]:
    return {
        "model": profile.model,
        "url": url_for("products.show", code=profile.id),
        "firm": profile.supplier_name,
        "score": result.score if result else None,
        "rank": result.rank if result else None,
        "bars": shared.list_bars(result.parts) if result else [],
        "reason": reasons.get(profile.id, ""),
    }


def _tasks(profile: ProductProfile) -> str:
    return "、".join(profile.task_words)


def _form(profile: ProductProfile) -> str:
    return load_vocabulary().form(profile.form).zh


def _sectors(profile: ProductProfile) -> str:
    return "、".join(load_vocabulary().sector(sector).zh for sector in profile.sectors)


def _modes(profile: ProductProfile) -> str:
    return "、".join(load_vocabulary().mode(fact.mode).zh for fact in profile.modes)


_GENERAL = (
    ("形态", _form),
    ("所在地", shared.place_of),
    ("任务", _tasks),
    ("应用领域", _sectors),
    ("合作方式", _modes),
    ("公开价格", shared.describe_price),
)


def _plain_row(label: str, texts: Sequence[str]) -> ComparisonRow:
    cells = [Cell(text or ABSENT) for text in texts]
    return ComparisonRow(label, "", cells, differs=len(set(texts)) > 1)


def _figure_rows(
    match: Match, profiles: Sequence[ProductProfile], results: Mapping[str, RankedProduct]
) -> Iterable[ComparisonRow]:
    wanted = {item.attribute: item for item in match.demand.requirements}
    stated = {fact.attribute for profile in profiles for fact in profile.capabilities}
    verdicts = {
        (key, verdict.attribute): verdict.verdict.value
        for key, item in results.items()
        for verdict in item.constraints
    }
    verdicts |= {
        (item.product_id, verdict.attribute): verdict.verdict.value
        for item in match.ranking.excluded
        for verdict in item.verdicts
    }
    definitions = load_definitions()
    for key, definition in definitions.items():
        if key not in wanted and key not in stated:
            continue
        cells = [_figure(profile, definition, verdicts) for profile in profiles]
        asked = wanted.get(key)
        text = describe_value(definition, asked.value, asked.operator) if asked else ""
        differs = len({cell.text for cell in cells}) > 1
        yield ComparisonRow(definition.label_zh, text, cells, differs)


def _figure(
    profile: ProductProfile,
    definition: AttributeDefinition,
    verdicts: Mapping[tuple[str, str], str],
) -> Cell:
    fact = _fact(profile, definition.key)
    verdict = verdicts.get((profile.id, definition.key))
    if fact is None:
        return Cell(ABSENT, None, verdict)
    text = describe_value(definition, comparable(fact.value))
    return Cell(text, fact.evidence_on(clock.today()).value, verdict)


def _fact(profile: ProductProfile, attribute: str) -> CapabilityFact | None:
    return next((fact for fact in profile.capabilities if fact.attribute == attribute), None)


def list_by_date(match: Match, actor: Actor) -> list[dict[str, Any]]:
    """Everything that no hard requirement excludes, the latest published first, without scores."""
    cards = shared.list_cards(match)
    products = list_products_by_code(actor, [card.product_id for card in cards])
    dated = [(products[card.product_id].published_at, card) for card in cards]
    dated.sort(key=lambda pair: pair[1].product_id)
    dated.sort(key=lambda pair: pair[0].timestamp() if pair[0] else 0.0, reverse=True)
    return [{"card": card, "published_at": moment} for moment, card in dated]
