"""Objections as pages show them: the steps with their deadlines, what waits at the desk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from flask import url_for

from matchmaker import clock
from matchmaker.actor import Actor, RoleName
from matchmaker.selection.objections import queries as objections
from matchmaker.selection.objections.models import Objection
from matchmaker.selection.objections.rules import ObjectionState
from matchmaker.selection.results import queries as results
from matchmaker.selection.rounds import queries as rounds
from matchmaker.selection.rounds.rules import RoundState
from matchmaker.web.filters import format_date
from matchmaker.web.waiting import WaitingItem

STATE_TONES = {
    ObjectionState.FILED: "unsure",
    ObjectionState.ACCEPTED: "unsure",
    ObjectionState.ENQUIRED: "info",
    ObjectionState.UPHELD: "bad",
    ObjectionState.DISMISSED: "good",
    ObjectionState.DECLINED: "plain",
}


def list_steps(row: Objection) -> list[dict[str, str]]:
    """The way of an objection: what is done, what is due until when; no person is named."""
    if row.state is ObjectionState.DECLINED:
        return [
            _step("提出异议", row.filed_at, None),
            {"label": "不予受理", "state": "stopped", "note": _day(row.answered_at)},
        ]
    return [
        _step("提出异议", row.filed_at, None),
        _step("受理", row.handled_at, row.accept_by),
        _step("核查", row.enquired_at, row.enquire_by),
        _step("答复", row.answered_at, row.answer_by),
    ]


def _step(label: str, done_at: datetime | None, due: date | None) -> dict[str, str]:
    if done_at is not None:
        return {"label": label, "state": "done", "note": _day(done_at)}
    note = f"应于{format_date(due)}（含）前完成" if due else "受理后确定期限"
    return {"label": label, "state": "next", "note": note}


def _day(moment: datetime | None) -> str:
    return format_date(moment.astimezone(clock.CHINA).date()) if moment else ""


def is_overdue(row: Objection) -> bool:
    """True when the step that an objection waits for is late."""
    return row.deadline is not None and row.deadline < clock.today()


def list_waiting(actor: Actor) -> Iterator[WaitingItem]:
    """Open objections for the officer (acceptance, enquiry) and the approver (answer)."""
    acts = {
        RoleName.OFFICER: ({ObjectionState.FILED, ObjectionState.ACCEPTED}, "去受理和核查"),
        RoleName.APPROVER: ({ObjectionState.ENQUIRED}, "去答复"),
    }
    wanted = [value for role, value in acts.items() if actor.has_role(role)]
    if not wanted:
        return
    for round_ in rounds.list_rounds(actor):
        if round_.state not in {RoundState.RANKED, RoundState.PUBLICITY}:
            continue
        rows = objections.list_of_results(results.list_result_ids(round_))
        for states, act in wanted:
            waiting = [row for row in rows if row.state in states]
            if waiting:
                yield WaitingItem(
                    audience="bureau",
                    title=f"{round_.title}：异议",
                    url=url_for("bureau_objections.list_objections", code=round_.code),
                    act=act,
                    count=len(waiting),
                    deadline=min(row.deadline for row in waiting if row.deadline),
                    rank=4,
                )
