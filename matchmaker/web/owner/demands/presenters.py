"""What the owner's pages need beside the listing itself."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.demands import queries
from matchmaker.demands.content import ContentRefused, ListingContent, Problem, label_of
from matchmaker.demands.models import DemandListing
from matchmaker.demands.questions import BY_KEY, FORM_STEP_LABELS, FormStep, questions_for
from matchmaker.demands.rules import (
    EDITABLE_STATUSES,
    OPEN_STATUSES,
    PART_LABELS,
    TRANSITIONS,
    ListingKind,
    ListingStatus,
    ReviewPart,
    Step,
    list_missing_parts,
)

_FIELD_STEPS = {
    "budget_low_fen": FormStep.COOPERATION,
    "budget_high_fen": FormStep.COOPERATION,
    "modes": FormStep.COOPERATION,
    "requirements": FormStep.REQUIREMENTS,
}


def step_of(field: str) -> FormStep:
    """The page of the form that a field stands on."""
    question = BY_KEY.get(field)
    return question.step if question else _FIELD_STEPS.get(field, FormStep.BASICS)


def steps_for(kind: ListingKind) -> list[FormStep]:
    """The pages that have something to ask for a kind of listing."""
    fixed = {FormStep.BASICS, FormStep.REQUIREMENTS, FormStep.COOPERATION}
    return [step for step in FormStep if step in fixed or questions_for(kind, step)]


def step_after(kind: ListingKind, step: FormStep) -> FormStep | None:
    """The page that follows, or None after the last."""
    pages = steps_for(kind)
    place = pages.index(step) + 1
    return pages[place] if place < len(pages) else None


def list_tabs(code: str, kind: ListingKind, current: FormStep) -> list[tuple[str, str, bool]]:
    """The pages of the form for the ``tabs`` macro."""
    return [
        (
            f"{number} {FORM_STEP_LABELS[step]}",
            url_for("owner_demands.edit", code=code, step=step.value),
            step is current,
        )
        for number, step in enumerate(steps_for(kind), start=1)
    ]


@dataclass(frozen=True)
class ProblemLine:
    """Something that keeps a listing from being submitted, and where to mend it."""

    label: str
    message: str
    url: str


def list_problem_lines(code: str, refused: ContentRefused) -> list[ProblemLine]:
    """Each problem with the address of its field."""
    return [_problem_line(code, problem) for problem in refused.problems]


def _problem_line(code: str, problem: Problem) -> ProblemLine:
    address = url_for("owner_demands.edit", code=code, step=step_of(problem.field).value)
    return ProblemLine(label_of(problem.field), problem.message, f"{address}#{problem.field}")


@dataclass(frozen=True)
class OwnerActs:
    """Which buttons the overview shows."""

    edit: bool
    change: bool
    submit: bool
    recall: bool
    discard: bool
    withdraw: bool
    agree: bool
    give_up: bool
    challenge: bool
    reopen: bool
    deploy: bool


def list_acts(listing: DemandListing) -> OwnerActs:
    """What the transition table lets the owner do now."""

    def may(step: Step) -> bool:
        return (listing.status, step) in TRANSITIONS

    return OwnerActs(
        edit=listing.status in EDITABLE_STATUSES,
        change=listing.status in OPEN_STATUSES,
        submit=may(Step.SUBMIT),
        recall=may(Step.RECALL),
        discard=listing.status is ListingStatus.DRAFT and listing.submitted_at is None,
        withdraw=may(Step.WITHDRAW),
        agree=may(Step.AGREE),
        give_up=may(Step.GIVE_UP),
        challenge=listing.kind is not ListingKind.CHALLENGE
        and listing.status in {*OPEN_STATUSES, ListingStatus.UNMET},
        reopen=may(Step.REOPEN),
        deploy=may(Step.DEPLOY),
    )


def sector_hint(content: ListingContent) -> str:
    """Who will review a listing of this sector, as a sentence; empty before a sector is chosen."""
    vocabulary = load_vocabulary()
    if content.sector not in vocabulary.sectors:
        return ""
    leads = "、".join(lead.zh for lead in vocabulary.lead_departments(content.sector))
    place = vocabulary.districts.find(content.district) if content.district else None
    where = f"和{place.zh}" if place else "和属地区县"
    return f"提交后由{leads}{where}审核，均通过后发布。"


def edit_hint(listing: DemandListing, content: ListingContent) -> str:
    """What follows from saving: a review, or for a published listing none."""
    if listing.status in OPEN_STATUSES:
        return "变更保存后立即公开，不再审核。"
    return sector_hint(content)


def describe_open_reviews(listing: DemandListing) -> str:
    """Which reviews a submitted listing still waits for, as a sentence; empty otherwise."""
    if listing.status is not ListingStatus.SUBMITTED:
        return ""
    vocabulary = load_vocabulary()
    leads = "、".join(lead.zh for lead in vocabulary.lead_departments(listing.sector or ""))
    place = vocabulary.districts.find(listing.district or "")
    names = {ReviewPart.SECTOR: leads, ReviewPart.DISTRICT: place.zh if place else ""}
    missing = list_missing_parts(queries.list_approved_parts(listing))
    parts = "、".join(
        PART_LABELS[part] + (f"（{names[part]}）" if names[part] else "") for part in missing
    )
    return f"尚待审核：{parts}。"
