"""What waits in the selection until judging ends: judges, applicants, reviewers, the officer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import url_for

from matchmaker.actor import Actor, RoleName
from matchmaker.selection.applications import queries as applications
from matchmaker.selection.applications.models import Application
from matchmaker.selection.applications.permissions import is_reviewer
from matchmaker.selection.applications.rules import ApplicationState
from matchmaker.selection.panels import queries as panels
from matchmaker.selection.rounds import queries as rounds
from matchmaker.selection.rounds.rules import SCORING_STAGES, RoundState
from matchmaker.selection.scoring import queries as scoring
from matchmaker.web.waiting import WaitingItem


def list_waiting(actor: Actor) -> Iterator[WaitingItem]:
    """What waits in the selection: judges' work, reviews, rectifications."""
    yield from _wait_judge(actor)
    yield from _wait_applicant(actor)
    if actor.has_role(RoleName.OFFICER):
        yield from _wait_officer(actor)
    if actor.has_role(RoleName.DISTRICT_REVIEWER, RoleName.SECTOR_REVIEWER):
        yield from _wait_reviewer(actor)


def _wait_judge(actor: Actor) -> Iterator[WaitingItem]:
    for member in panels.list_own_memberships(actor):
        row = rounds.get_round_by_id(actor, member.round_id)
        stage = SCORING_STAGES.get(row.state)
        if stage is None:
            continue
        url = url_for("judge.show_round", code=row.code)
        if member.declared_at is None:
            yield WaitingItem(
                audience="judge", title=row.title, url=url, act="签署承诺和回避声明", rank=5
            )
            continue
        queue = panels.list_readable(actor, row.id, stage)
        sheets = scoring.map_own_sheets(actor, queue)
        left = [item for item in queue if _is_left(sheets.get(item.id))]
        if left:
            yield WaitingItem(
                audience="judge", title=row.title, url=url, act="去打分", count=len(left), rank=10
            )
    questions = scoring.list_open_questions(actor)
    if questions:
        yield WaitingItem(
            audience="judge",
            title="评分说明待答复",
            url=url_for("judge.index"),
            act="去说明",
            count=len(questions),
            rank=8,
        )


def _is_left(sheet: Any) -> bool:
    return sheet is None or sheet.state.value == "draft"


def _wait_applicant(actor: Actor) -> Iterator[WaitingItem]:
    if not actor.has_role(RoleName.OWNER, RoleName.SUPPLIER):
        return
    for row in applications.list_own(actor):
        if row.applicant_organisation_id != actor.organisation_id:
            continue
        if row.state is ApplicationState.RECTIFYING:
            yield WaitingItem(
                audience="owner",
                title=row.title,
                url=url_for("owner_applications.show", application_id=row.id),
                act="补正申报",
                deadline=row.rectify_due_on,
                rank=5,
            )


def _wait_officer(actor: Actor) -> Iterator[WaitingItem]:
    for row in rounds.list_rounds(actor):
        if row.state not in {RoundState.OPEN, RoundState.REVIEW}:
            continue
        count = applications.count_by_state(row.id).get(ApplicationState.SUBMITTED, 0)
        if count:
            yield WaitingItem(
                audience="bureau",
                title=f"{row.title}：资格审查",
                url=url_for("bureau_selection.show_round", code=row.code),
                act="去审查",
                count=count,
                rank=20,
            )


def _wait_reviewer(actor: Actor) -> Iterator[WaitingItem]:
    for row in rounds.list_rounds(actor):
        if row.state not in {RoundState.OPEN, RoundState.REVIEW}:
            continue
        count = sum(
            _lacks_opinion_of(actor, item) for item in applications.list_of_round(actor, row.id)
        )
        if count:
            yield WaitingItem(
                audience="bureau",
                title=f"{row.title}：审核意见",
                url=url_for("bureau_selection.show_round", code=row.code),
                act="填写意见",
                count=count,
                rank=20,
            )


def _lacks_opinion_of(actor: Actor, row: Application) -> bool:
    """True when an opinion is missing that this reviewer gives; the other part's is another's."""
    return row.state is ApplicationState.SUBMITTED and any(
        is_reviewer(actor, row, kind) for kind in applications.list_missing_opinions(row)
    )
