"""Matches as pages show them: cards, requirement tables, what was left out and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import Flask, current_app, url_for

from matchmaker import clock
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.matching.constraints import Outcome, Verdict
from matchmaker.matching.exposure.buffer import BUFFER, Impression, flush_later
from matchmaker.matching.exposure.models import Place
from matchmaker.matching.market.corpus import Corpus, get_corpus
from matchmaker.matching.queries import Match
from matchmaker.matching.ranking import Exclusion, Part, RankedProduct
from matchmaker.suppliers.profiles import ProductProfile
from matchmaker.text import normalise
from matchmaker.web.filters import ABSENT, format_wan, format_yuan

#: Words of an explanation that a card names.
WORDS_SHOWN = 8
MISSING_SHOWN = 6
WHOLE = 100
#: A part below it would read 0.00.
SHOWN_FROM = 0.005


@dataclass(frozen=True)
class Bar:
    """One piece of the bar as the ``score_bar`` macro takes it."""

    name: str
    points: float


@dataclass(frozen=True)
class VerdictRow:
    """One requirement in the table of a card."""

    label: str
    verdict: str
    evidence: str | None
    wanted: str
    offered: str
    weight: str
    reason: str


@dataclass(frozen=True)
class OfferCard:
    """One product in a list of matches."""

    rank: int
    product_id: str
    url: str
    model: str
    firm: str
    firm_url: str
    form: str
    place: str
    text: str
    score: float
    bars: list[Bar]
    deduction: float
    words: list[str]
    widened: list[str]
    missing: list[str]
    verdicts: list[VerdictRow]
    verdict_counts: list[tuple[str, int]]
    modes: str
    price: str
    folded: int
    is_demo: bool


@dataclass(frozen=True)
class ExcludedRow:
    """One product that is not in the list."""

    model: str
    url: str
    firm: str
    reason: str


def list_cards(match: Match) -> list[OfferCard]:
    """The results as cards; a firm's folded products are counted on its last card."""
    last = {item.supplier_id: item.product_id for item in match.ranking.results}
    folded = match.ranking.folded
    return [
        make_card(
            item,
            match.corpus,
            folded=folded.get(item.supplier_id, 0)
            if last[item.supplier_id] == item.product_id
            else 0,
        )
        for item in match.ranking.results
    ]


#: Words that every need and every product says; they explain no match.
_SAYING_NOTHING = frozenset(
    (
        *("机器人", "机器", "产品", "设备", "系统", "需求", "需要", "要求", "能够", "可以"),
        *("进行", "支持", "使用", "提供", "具备", "用于", "以及", "或者", "以上"),
        *("不低于", "不超过", "不少于"),
    )
)
_FIGURE = re.compile(r"[\d.,%~～\-]+")


def is_telling(word: str) -> bool:
    """True for a word that means something alone: no bare figure, no sign, no filler."""
    ends = len(word) > 1 and word[0].isalnum() and word[-1].isalnum()
    return ends and word not in _SAYING_NOTHING and not _FIGURE.fullmatch(word)


def make_card(item: RankedProduct, corpus: Corpus, *, folded: int = 0) -> OfferCard:
    """One result with the particulars of its product, as everybody may read them."""
    profile = corpus.profiles[item.product_id]
    told = normalise(_text_of(profile))
    words = [term for term in item.terms if term.word in told and is_telling(term.word)]
    return OfferCard(
        rank=item.rank,
        product_id=item.product_id,
        url=url_for("products.show", code=profile.id),
        model=profile.model,
        firm=profile.supplier_name,
        firm_url=url_for("suppliers.show", code=profile.supplier_id),
        form=load_vocabulary().form(profile.form).zh,
        place=place_of(profile),
        text=profile.description,
        score=item.score,
        bars=list_bars(item.parts),
        deduction=sum(part.points for part in item.parts if part.points <= -SHOWN_FROM),
        words=list(dict.fromkeys(t.word for t in words if t.expands is None))[:WORDS_SHOWN],
        widened=list(dict.fromkeys(t.word for t in words if t.expands is not None))[:WORDS_SHOWN],
        missing=[word for word in item.missing_terms if is_telling(word)][:MISSING_SHOWN],
        verdicts=list_verdicts(item.constraints),
        verdict_counts=count_verdicts(item.constraints),
        modes="、".join(load_vocabulary().mode(fact.mode).zh for fact in profile.modes),
        price=describe_price(profile),
        folded=folded,
        is_demo=profile.is_demo,
    )


def _text_of(profile: ProductProfile) -> str:
    """What everybody reads of a product; only words that stand in it are named as found."""
    form = load_vocabulary().form(profile.form).zh
    return " ".join((profile.model, form, *profile.task_words, profile.description))


def list_bars(parts: Iterable[Part]) -> list[Bar]:
    """The parts that bring points; deductions are told beside the bar."""
    return [Bar(part.label, part.points) for part in parts if part.points >= SHOWN_FROM]


def warm() -> None:
    """Make the corpus while nothing is locked."""
    get_corpus()


def count_offers() -> int:
    """How many published products there are."""
    return len(get_corpus())


def count_impressions(match: Match, place: Place = Place.OWNER_LIST) -> None:
    """Note who was shown; it is written later."""
    day = clock.today()
    BUFFER.add(
        Impression(day, place, item.product_id, item.supplier_id, item.rank)
        for item in match.ranking.results
    )
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    flush_later(app)


def list_verdicts(verdicts: Iterable[Verdict]) -> list[VerdictRow]:
    """Hard requirements first, each group in the owner's order."""
    rows = [
        VerdictRow(
            label=verdict.label,
            verdict=verdict.verdict.value,
            evidence=verdict.evidence.value if verdict.evidence else None,
            wanted=verdict.wanted,
            offered=verdict.offered or ABSENT,
            weight="必须" if verdict.hard else "期望",
            reason=verdict.reason,
        )
        for verdict in verdicts
    ]
    return sorted(rows, key=lambda row: row.weight != "必须")


def count_verdicts(verdicts: Sequence[Verdict]) -> list[tuple[str, int]]:
    """(verdict, count) of those that occur: met, unknown, unmet."""
    order = (Outcome.MET, Outcome.UNKNOWN, Outcome.UNMET)
    counts = [(kind.value, sum(v.verdict is kind for v in verdicts)) for kind in order]
    return [(kind, count) for kind, count in counts if count]


def list_excluded(excluded: Iterable[Exclusion], corpus: Corpus) -> list[ExcludedRow]:
    """What was left out; of a firm's private wishes nothing but 供方条件不符."""
    rows = []
    for item in excluded:
        profile = corpus.profiles[item.product_id]
        url = url_for("products.show", code=profile.id)
        rows.append(ExcludedRow(profile.model, url, profile.supplier_name, item.reason))
    return sorted(rows, key=lambda row: (row.reason, row.firm, row.model))


def place_of(profile: ProductProfile) -> str:
    """Where the firm sits, district before city; empty where unknown."""
    vocabulary = load_vocabulary()
    city = vocabulary.cities.find(profile.city or "")
    district = vocabulary.districts.find(profile.district or "")
    if profile.is_overseas:
        return "境外"
    return f"{city.zh if city else ''}{district.zh if district else ''}"


def describe_price(profile: ProductProfile) -> str:
    """The stated prices by mode; 未公布 where there is none."""
    return "；".join(f"{mode}{amount}" for mode, amount in list_prices(profile)) or "未公布"


def list_prices(profile: ProductProfile) -> list[tuple[str, str]]:
    """(mode, amount with its unit) of every stated price."""
    vocabulary = load_vocabulary()
    found = []
    for fact in profile.modes:
        if fact.price_fen is not None:
            mode = vocabulary.mode(fact.mode)
            unit = vocabulary.price_units.find(mode.price_unit)
            large = fact.price_fen >= WHOLE * 10_000
            amount = format_wan(fact.price_fen) if large else format_yuan(fact.price_fen)
            found.append((mode.zh, f"{amount}{unit.zh.removeprefix('元') if unit else ''}"))
    return found


def describe_evidence(profile: ProductProfile, attribute: str) -> str | None:
    """How well the value of an attribute is founded today, None where there is none."""
    today = clock.today()
    found = [fact for fact in profile.capabilities if fact.attribute == attribute]
    return found[0].evidence_on(today).value if found else None
