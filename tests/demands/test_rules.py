"""The life cycle as a table, and the other pure decisions."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from matchmaker.demands.answerability import compute_answerability
from matchmaker.demands.content import ListingContent, clean_line, clean_paragraphs, list_changes
from matchmaker.demands.questions import BY_KEY, QUESTIONS, questions_for
from matchmaker.demands.rules import (
    PUBLIC_STATUSES,
    STATUS_LABELS,
    STEP_LABELS,
    TRANSITIONS,
    ListingKind,
    ListingStatus,
    ReviewPart,
    Step,
    format_code,
    is_overdue,
    list_missing_parts,
    next_status,
)
from matchmaker.errors import IllegalTransition
from tests.demands.factories import make_content

S = ListingStatus


@pytest.mark.parametrize("status", list(ListingStatus))
@pytest.mark.parametrize("step", list(Step))
def test_every_pair_is_a_known_step_or_refused(status: ListingStatus, step: Step) -> None:
    if (status, step) in TRANSITIONS:
        assert next_status(status, step) is TRANSITIONS[status, step]
        return
    with pytest.raises(IllegalTransition) as caught:
        next_status(status, step)
    assert STATUS_LABELS[status] in caught.value.text
    assert STEP_LABELS[step] in caught.value.text


def test_publication_comes_from_review_only() -> None:
    """Nothing becomes public but by a review, or from what was public before."""
    for (before, step), after in TRANSITIONS.items():
        if after in PUBLIC_STATUSES and before not in PUBLIC_STATUSES:
            assert (before, step) == (S.SUBMITTED, Step.PUBLISH)


def test_every_status_can_be_reached() -> None:
    reached, fresh = set(), {S.DRAFT}
    while fresh:
        reached |= fresh
        fresh = {after for (before, _), after in TRANSITIONS.items() if before in reached} - reached
    assert reached == set(ListingStatus)


def test_missing_parts() -> None:
    assert list_missing_parts(()) == (ReviewPart.SECTOR, ReviewPart.DISTRICT)
    assert list_missing_parts({ReviewPart.DISTRICT}) == (ReviewPart.SECTOR,)
    assert list_missing_parts(set(ReviewPart)) == ()


@pytest.mark.parametrize(
    ("status", "deadline", "today", "overdue"),
    [
        (S.PUBLISHED, date(2026, 11, 1), date(2026, 11, 15), False),
        (S.PUBLISHED, date(2026, 11, 1), date(2026, 11, 16), True),
        (S.ANSWERED, date(2028, 2, 15), date(2028, 3, 1), True),
        (S.AGREED, date(2026, 1, 1), date(2026, 12, 1), False),
        (S.PUBLISHED, None, date(2026, 12, 1), False),
    ],
)
def test_overdue_is_the_fifteenth_day(
    status: ListingStatus, deadline: date | None, today: date, overdue: bool
) -> None:
    assert is_overdue(status, deadline, today) is overdue


def test_codes() -> None:
    assert format_code(ListingKind.CHALLENGE, 2027, 12_345) == "JB2027-12345"


def test_every_kind_is_asked_how_it_is_accepted() -> None:
    assert len(BY_KEY) == len(QUESTIONS)
    for kind in ListingKind:
        assert {"trial", "acceptance", "data_rules"} <= {q.key for q in questions_for(kind)}
    assert "shift" not in {q.key for q in questions_for(ListingKind.SCENE)}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (None, ""),
        ("  地铁\u200b 变电所\u202e\t巡检\n ", "地铁 变电所 巡检"),
        ("\ufeff\u0000", ""),
        ("（全角）保留", "（全角）保留"),
    ],
)
def test_lines_lose_what_is_not_seen(text: str | None, line: str) -> None:
    assert clean_line(text) == line


def test_paragraphs_keep_their_lines() -> None:
    assert clean_paragraphs("甲\u200b \r\n\r\n\r\n\r\n乙\r丙  ") == "甲\n\n乙\n丙"


def test_changes_name_fields_and_questions() -> None:
    before = make_content()
    after = dataclasses.replace(before, quantity=1, facts={"floor": "有坡道", "site": "室内"})
    changes = {
        change.field: (change.before, change.after) for change in list_changes(before, after)
    }
    assert changes == {
        "quantity": (6, 1),
        "floor": ("平整硬化地面", "有坡道"),
        "site": ("", "室内"),
        "acceptance": ("连续30天巡检完成率不低于98%", ""),
    }
    assert list_changes(before, before) == ()


@pytest.mark.parametrize("kind", list(ListingKind))
def test_answerability_runs_from_nothing_to_all(kind: ListingKind) -> None:
    nothing = compute_answerability(ListingContent(kind=kind))
    assert nothing.score == 0
    assert nothing.level == "信息较少，企业难以应答"
    full = make_content(
        kind=kind,
        description="字" * 100,
        facts={question.key: "已写明" for question in questions_for(kind)},
    )
    done = compute_answerability(full)
    assert (done.score, done.missing) == (100, ())
    assert done.level == "信息充分，企业容易应答"


def test_answerability_grows_with_each_fact_and_names_the_most_useful_first() -> None:
    content = make_content(facts={}, requirements=(), tasks=())
    answer = compute_answerability(content)
    points = [fact.points for fact in answer.missing]
    assert points == sorted(points, reverse=True)
    assert answer.missing[0].field in {"requirements", "description"}
    more = dataclasses.replace(content, facts={"acceptance": "合格率99%"})
    assert compute_answerability(more).score > answer.score
