"""Listings as pages show them to everybody: cards, facts, requirements, history, what waits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app, url_for

from matchmaker import clock
from matchmaker.actor import Actor, RoleName
from matchmaker.catalogue.vocabulary import Vocabulary, load_vocabulary
from matchmaker.db import db
from matchmaker.demands import queries
from matchmaker.demands.models import DemandListing, DemandRequirement, DemandReview
from matchmaker.demands.questions import FORM_STEP_LABELS, FormStep, questions_for
from matchmaker.demands.rules import (
    DECISION_LABELS,
    KIND_LABELS,
    OPEN_STATUSES,
    PART_LABELS,
    STATUS_LABELS,
    Decision,
    ListingKind,
    ListingStatus,
)
from matchmaker.demands.wording import SIGNS, describe_requirement, describe_value
from matchmaker.web.filters import format_wan_range
from matchmaker.web.waiting import WaitingItem

STATUS_TONES = {
    ListingStatus.DRAFT: "plain",
    ListingStatus.SUBMITTED: "unsure",
    ListingStatus.RECTIFICATION: "bad",
    ListingStatus.RETURNED: "bad",
    ListingStatus.PUBLISHED: "info",
    ListingStatus.ANSWERED: "info",
    ListingStatus.AGREED: "good",
    ListingStatus.UNMET: "plain",
    ListingStatus.WITHDRAWN: "plain",
    ListingStatus.DEPLOYED: "good",
}
DECISION_TONES = {Decision.APPROVE: "good", Decision.RECTIFY: "unsure", Decision.RETURN: "bad"}
EXCERPT = 96


@dataclass(frozen=True)
class Badge:
    """A word and its tone for the ``badge`` macro."""

    label: str
    tone: str


def status_badge(listing: DemandListing, today: date) -> Badge:
    """Where a listing stands; an open one past its deadline says so."""
    if listing.status in OPEN_STATUSES and listing.deadline and listing.deadline < today:
        return Badge("已截止待办结", "unsure")
    return Badge(STATUS_LABELS[listing.status], STATUS_TONES[listing.status])


@dataclass(frozen=True)
class DemandCard:
    """One listing in a list."""

    code: str
    title: str
    kind: str
    sector: str
    district: str
    owner: str
    excerpt: str
    tasks: tuple[str, ...]
    modes: str
    quantity: str
    budget: str
    deadline: date | None
    badge: Badge
    is_demo: bool


def make_card(
    listing: DemandListing, today: date, question_words: Sequence[str] = ()
) -> DemandCard:
    """What a list shows of a listing; the excerpt starts near the first word asked for."""
    vocabulary = load_vocabulary()
    return DemandCard(
        code=listing.code,
        title=listing.title or "（未填写名称）",
        kind=KIND_LABELS[listing.kind],
        sector=sector_name(listing.sector, vocabulary),
        district=district_name(listing.district, vocabulary),
        owner=listing.organisation.name,
        excerpt=make_excerpt(_telling_text(listing, question_words), question_words),
        tasks=tuple(vocabulary.task(row.task).zh for row in listing.tasks),
        modes="、".join(vocabulary.mode(row.mode).zh for row in listing.modes),
        quantity=format_quantity(listing),
        budget=format_wan_range(listing.budget_low_fen, listing.budget_high_fen),
        deadline=listing.deadline,
        badge=status_badge(listing, today),
        is_demo=listing.is_demo,
    )


def _telling_text(listing: DemandListing, words: Sequence[str]) -> str:
    """The text that holds a word asked for: the description before facts and requirements."""
    if not words or any(word in listing.description.lower() for word in words):
        return listing.description
    vocabulary = load_vocabulary()
    required = (describe_requirement(each, vocabulary) for each in queries.requirements_of(listing))
    for text in (listing.pain_point, *listing.facts.values(), "；".join(required)):
        if any(word in text.lower() for word in words):
            return text
    return listing.description


def make_excerpt(text: str, words: Sequence[str] = ()) -> str:
    """About a hundred characters of a text, from just before the first word asked for.

    >>> make_excerpt("短文")
    '短文'
    """
    if len(text) <= EXCERPT:
        return text
    lowered = text.lower()
    places = [place for word in words if (place := lowered.find(word)) >= 0]
    start = max(0, min(places, default=0) - EXCERPT // 4)
    start = min(start, len(text) - EXCERPT)
    end = start + EXCERPT
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"


def sector_name(sector: str | None, vocabulary: Vocabulary) -> str:
    """The sector's Chinese name; empty where a draft has none."""
    return vocabulary.sector(sector).zh if sector else ""


def district_name(district: str | None, vocabulary: Vocabulary) -> str:
    """The district's Chinese name; empty where a draft has none."""
    return vocabulary.district(district).zh if district else ""


def format_quantity(listing: DemandListing) -> str:
    """``6台（套）`` or, for a job post, ``6人``; empty where nothing was said."""
    if listing.quantity is None:
        return ""
    return f"{listing.quantity}{'人' if listing.kind is ListingKind.JOB else '台（套）'}"


@dataclass(frozen=True)
class RequirementLine:
    """One requirement in the table of the page."""

    label: str
    wanted: str
    weight: str
    hard: bool
    needs_proof: bool


def list_requirements(listing: DemandListing) -> list[RequirementLine]:
    """The requirements, hard ones first, each in the owner's order."""
    vocabulary = load_vocabulary()
    lines = [_requirement_line(row, vocabulary) for row in listing.requirements]
    return sorted(lines, key=lambda line: not line.hard)


def _requirement_line(row: DemandRequirement, vocabulary: Vocabulary) -> RequirementLine:
    attribute = vocabulary.attribute(row.attribute)
    value = describe_value(attribute, row.value, vocabulary)
    plain = isinstance(row.value, bool | tuple)
    return RequirementLine(
        label=attribute.zh,
        wanted=value if plain else f"{SIGNS[row.operator]} {value}",
        weight="必须" if row.hard else "期望",
        hard=row.hard,
        needs_proof=attribute.proof_required,
    )


@dataclass(frozen=True)
class DemandPage:
    """Everything of a listing that its page shows, whoever looks."""

    card: DemandCard
    paragraphs: tuple[str, ...]
    pain_point: str
    owner_description: str
    facts: list[tuple[str, Any]]
    site: list[tuple[str, list[tuple[str, str]]]]
    requirements: list[RequirementLine]
    not_needed: str
    sources: tuple[str, ...]
    facts_note: str
    progress: list[Mapping[str, Any]]
    history: list[Mapping[str, Any]]
    outcome_note: str


def make_page(listing: DemandListing, today: date) -> DemandPage:
    """The page of a listing that the caller was allowed to load."""
    vocabulary = load_vocabulary()
    card = make_card(listing, today)
    return DemandPage(
        card=card,
        paragraphs=tuple(line for line in listing.description.split("\n") if line.strip()),
        pain_point=listing.pain_point,
        owner_description=listing.owner_description,
        facts=_list_facts(listing, card, vocabulary),
        site=_list_site(listing),
        requirements=list_requirements(listing),
        not_needed="、".join(vocabulary.attribute(key).zh for key in listing.not_needed),
        sources=tuple(listing.sources),
        facts_note=listing.facts_note,
        progress=list_progress(listing),
        history=_list_history(listing),
        outcome_note=listing.status_note if listing.status is ListingStatus.UNMET else "",
    )


def _list_facts(
    listing: DemandListing, card: DemandCard, vocabulary: Vocabulary
) -> list[tuple[str, Any]]:
    kind = vocabulary.owner_kinds.find(listing.owner_kind or "")
    return [
        ("编号", card.code),
        ("发布单位", card.owner),
        ("单位类型", kind.zh if kind else None),
        ("行业领域", card.sector),
        ("所在区县", card.district),
        ("任务", "、".join(card.tasks)),
        ("岗位人数" if listing.kind is ListingKind.JOB else "数量", card.quantity),
        ("合作方式", card.modes),
    ]


def _list_site(listing: DemandListing) -> list[tuple[str, list[tuple[str, str]]]]:
    groups = []
    for step in FormStep:
        answered = [
            (question.label, listing.facts[question.key])
            for question in questions_for(listing.kind, step)
            if listing.facts.get(question.key)
        ]
        if answered:
            groups.append((FORM_STEP_LABELS[step], answered))
    return groups


#: The line of the life cycle that every listing hopes to go along.
_LINE = (
    (ListingStatus.DRAFT, "编制"),
    (ListingStatus.SUBMITTED, "审核"),
    (ListingStatus.PUBLISHED, "征集"),
    (ListingStatus.ANSWERED, "应答"),
    (ListingStatus.AGREED, "成交"),
    (ListingStatus.DEPLOYED, "部署"),
)
_PLACES = {
    ListingStatus.RECTIFICATION: (0, "待整改"),
    ListingStatus.RETURNED: (1, "已退回"),
    ListingStatus.UNMET: (3, "无合适方案"),
    ListingStatus.WITHDRAWN: (2, "已撤回"),
}
_STOPPED = frozenset({ListingStatus.RETURNED, ListingStatus.UNMET, ListingStatus.WITHDRAWN})


def list_progress(listing: DemandListing) -> list[Mapping[str, Any]]:
    """The steps of the life cycle for the ``steps`` macro."""
    line = [status for status, _ in _LINE]
    at, note = _PLACES.get(listing.status, (0, ""))
    if listing.status in line:
        at = line.index(listing.status)
    now = "stopped" if listing.status in _STOPPED else "now"
    if listing.status is ListingStatus.DEPLOYED:
        now = "done"
    return [
        {
            "label": label,
            "state": "done" if place < at else now if place == at else "next",
            "note": note if place == at else "",
        }
        for place, (_, label) in enumerate(_LINE)
    ]


def _list_history(listing: DemandListing) -> list[Mapping[str, Any]]:
    entries: list[Mapping[str, Any]] = [
        {
            "when": revision.at,
            "title": f"第{revision.number}次变更",
            "text": f"变更原因：{revision.reason}",
            "changes": revision.changes,
            "tone": "info",
        }
        for revision in reversed(listing.revisions)
    ]
    if listing.published_at:
        is_compiled = listing.is_demo and not listing.reviews
        title = "平台整理的演示数据" if is_compiled else "审核通过并发布"
        entries.append({"when": listing.published_at, "title": title, "tone": "good"})
    return entries


def list_reviews(listing: DemandListing) -> list[Mapping[str, Any]]:
    """The decisions on a listing for its owner and its reviewers, newest first."""
    return [_review_entry(review) for review in reversed(listing.reviews)]


def _review_entry(review: DemandReview) -> Mapping[str, Any]:
    due = f"（整改期限：{review.due_on.month}月{review.due_on.day}日）" if review.due_on else ""
    return {
        "when": review.decided_at,
        "title": f"{PART_LABELS[review.part]}审核：{DECISION_LABELS[review.decision]}",
        "text": f"{review.note}{due}" or None,
        "who": review.reviewer_name,
        "tone": DECISION_TONES[review.decision],
    }


@dataclass(frozen=True)
class Section:
    """What a room above demands adds to the page of a listing: a template and its data.

    A room writes ``make_section(actor, listing) -> Section | None`` and lists it in
    ``wiring.DEMAND_SECTIONS``; the template is included with ``section`` in its context.
    """

    template: str
    data: Mapping[str, Any]


SectionMaker = Callable[[Actor, DemandListing], Section | None]


def list_sections(actor: Actor, listing: DemandListing) -> list[Section]:
    """What the rooms above have to say about a listing, in the order of the wiring."""
    makers: Iterable[SectionMaker] = current_app.extensions["demand_sections"]
    return [section for make in makers if (section := make(actor, listing)) is not None]


def list_waiting(actor: Actor) -> Iterator[WaitingItem]:
    """What waits for an owner and for reviewers in this room."""
    today = clock.today()
    if actor.has_role(RoleName.OWNER):
        yield from _owner_waiting(actor, today)
    if actor.is_bureau:
        yield from _bureau_waiting(actor, today)


def _owner_waiting(actor: Actor, today: date) -> Iterator[WaitingItem]:
    acts = {
        ListingStatus.DRAFT: ("继续编制", 40),
        ListingStatus.RECTIFICATION: ("整改并重新提交", 10),
        ListingStatus.RETURNED: ("修改后重新提交", 15),
    }
    for listing in queries.list_awaiting_owner(actor):
        act, rank = acts[listing.status]
        yield WaitingItem(
            audience="owner",
            title=listing.title or f"（未填写名称）{listing.code}",
            url=url_for("owner_demands.show", code=listing.code),
            act=act,
            note=listing.status_note or STATUS_LABELS[listing.status],
            deadline=_rectification_due(listing),
            rank=rank,
        )
    for listing in queries.list_own(actor):
        if listing.status in OPEN_STATUSES and listing.deadline and listing.deadline < today:
            yield WaitingItem(
                audience="owner",
                title=listing.title,
                url=url_for("owner_demands.show", code=listing.code),
                act="登记结果",
                note="应答已截止，请登记成交、无合适方案或撤回",
                deadline=listing.deadline,
                rank=20,
            )


def _rectification_due(listing: DemandListing) -> date | None:
    if listing.status is not ListingStatus.RECTIFICATION:
        return None
    dues = [review.due_on for review in listing.reviews if review.round == listing.round]
    return min((due for due in dues if due), default=None)


def _bureau_waiting(actor: Actor, today: date) -> Iterator[WaitingItem]:
    waiting = db.session.scalars(queries.awaiting_review_by(actor)).all()
    if waiting:
        oldest = waiting[0].submitted_at
        yield WaitingItem(
            audience="bureau",
            title="待审核的需求",
            url=url_for("bureau_demands.index"),
            act="去审核",
            count=len(waiting),
            note=_waiting_since(oldest, today),
            rank=10,
        )
    overdue = queries.list_overdue(actor, today)
    if overdue and actor.has_role(RoleName.OFFICER):
        yield WaitingItem(
            audience="bureau",
            title="截止超过14天仍未登记结果的需求",
            url=url_for("bureau_demands.index", view="overdue"),
            act="去催办",
            count=len(overdue),
            rank=30,
        )


def _waiting_since(moment: datetime | None, today: date) -> str:
    if moment is None:
        return ""
    days = (today - moment.astimezone(clock.CHINA).date()).days
    return f"最早一件已等待 {days} 天" if days else "最早一件为今天提交"
