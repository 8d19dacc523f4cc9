"""The page of one listing, whoever looks: facts, requirements, progress, history, reviews."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from matchmaker.catalogue.vocabulary import Vocabulary, load_vocabulary
from matchmaker.demands.attachments.queries import list_attachments
from matchmaker.demands.models import DemandListing, DemandRequirement, DemandReview
from matchmaker.demands.questions import FORM_STEP_LABELS, FormStep, questions_for
from matchmaker.demands.rules import (
    DECISION_LABELS,
    PART_LABELS,
    Decision,
    ListingKind,
    ListingStatus,
)
from matchmaker.demands.wording import SIGNS, describe_value
from matchmaker.files.models import StoredFile
from matchmaker.web.shared.demands import DemandCard, make_card

DECISION_TONES = {Decision.APPROVE: "good", Decision.RECTIFY: "unsure", Decision.RETURN: "bad"}


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
    attachments: Sequence[StoredFile]


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
        attachments=list_attachments(listing),
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
