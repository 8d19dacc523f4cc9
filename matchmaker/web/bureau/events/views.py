"""The bureau's events: the year, one event and its steps, invitations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.accounts.permissions import can, require
from matchmaker.actor import Actor
from matchmaker.db import db
from matchmaker.errors import DomainError, NotFound
from matchmaker.events import operations, queries
from matchmaker.events.meetings import operations as agenda
from matchmaker.events.meetings import queries as meetings
from matchmaker.events.models import Event
from matchmaker.events.outcomes import queries as outcomes
from matchmaker.events.outcomes.rules import VERDICT_LABELS
from matchmaker.events.parties import operations as party_acts
from matchmaker.events.parties import queries as parties
from matchmaker.events.parties.candidates import list_candidates
from matchmaker.events.parties.rules import STATE_LABELS as PARTY_STATES
from matchmaker.events.parties.rules import PartyState
from matchmaker.events.permissions import MANAGE
from matchmaker.events.requests import queries as wishes
from matchmaker.events.rules import (
    JOINING_STATES,
    PARTY_KIND_LABELS,
    SIDE_LABELS,
    TRANSITIONS,
    EventKind,
    EventState,
    Step,
)
from matchmaker.events.rules import STATE_LABELS as EVENT_STATES
from matchmaker.events.seasons import operations as seasons
from matchmaker.events.seasons.queries import list_years
from matchmaker.web.base import current_actor
from matchmaker.web.bureau.events.access import admit_overseers
from matchmaker.web.bureau.events.forms import (
    EventForm,
    make_event_form,
    read_details,
    read_number,
)
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.owner.demands.views import read_version
from matchmaker.web.paging import Page, read_page_number
from matchmaker.web.shared import events as present

bp = Blueprint("bureau_events", __name__, url_prefix="/bureau/events")
admit_overseers(bp)
CODE = present.CODE
PER_PAGE = 20
#: Candidates on one page.
INVITED_PER_PAGE = 20
#: Steps of an event as a whole: what is done, the label of its button, the question before it.
STEPS: dict[Step, tuple[Callable[[Actor, Event], Event], str, str]] = {
    Step.PUBLISH: (
        operations.publish_event,
        "发布并开始报名",
        "发布后类型和时段不能修改。确认发布？",
    ),
    Step.OPEN_REQUESTS: (
        operations.open_requests,
        "截止报名，征集意向",
        "截止后不再接受报名，已报名单位开始填写会面意向。确认截止？",
    ),
    Step.REOPEN: (operations.reopen_registration, "重新开放报名", "确认重新开放报名？"),
    Step.PUBLISH_AGENDA: (
        agenda.publish_agenda,
        "发布议程",
        "发布后各单位可以查看自己的会面，并收到通知。确认发布？",
    ),
    Step.WITHDRAW_AGENDA: (
        agenda.withdraw_agenda,
        "收回议程",
        "收回后各单位暂不能查看会面，可重新排程。确认收回？",
    ),
    Step.HOLD: (
        agenda.hold_event,
        "登记为已举行",
        "未登记的会面按签到情况记为已会面或缺席。确认已举行？",
    ),
    Step.CLOSE: (operations.close_event, "归档", "归档后会面和洽谈结果不再修改。确认归档？"),
}


@bp.get("")
def index() -> ResponseReturnValue:
    return _index_page(read_year(request.args.get("year")))


def read_year(text: str | None) -> int:
    """The year asked for, this year where there is no such."""
    year = int(text) if text and text.isascii() and text.isdecimal() and len(text) == 4 else 0
    years = list_years(clock.today())
    return year if year in years or year == clock.today().year + 1 else clock.today().year


def _index_page(year: int) -> str:
    actor = current_actor()
    number = read_page_number(request.args.get("page"))
    found = queries.newest_first(actor)
    rows = db.paginate(found, page=number, per_page=PER_PAGE, error_out=False)
    return render_template(
        "bureau/events/index.html",
        year=year,
        years=sorted({*list_years(clock.today()), clock.today().year + 1}, reverse=True),
        season=present.describe_season(year),
        rows=[present.describe_event(row) for row in rows.items],
        page=Page(rows.items, number, PER_PAGE, rows.total or 0),
        may_manage=can(actor, MANAGE),
    )


@bp.post("/targets")
def set_targets() -> ResponseReturnValue:
    year = read_year(request.form.get("year"))
    planned = {kind: read_number(request.form.get(kind.value)) for kind in EventKind}
    seasons.set_targets(current_actor(), year, planned)
    flash(f"{year}年计划已保存。", "success")
    return redirect(url_for("bureau_events.index", year=year))


@bp.get("/new")
def new() -> ResponseReturnValue:
    require(current_actor(), MANAGE)
    return _form_page(make_event_form(), None)


@bp.post("/new")
def create() -> ResponseReturnValue:
    form = make_event_form()
    if not form.validate():
        return show_invalid(lambda: _form_page(form, None))
    try:
        event = operations.create_event(current_actor(), read_details(form))
    except DomainError as error:
        return show_refusal(form, error, lambda: _form_page(form, None))
    flash("对接会草稿已保存，核对后发布。", "success")
    return redirect(url_for("bureau_events.show", code=event.code))


@bp.get(f"/{CODE}/edit")
def edit(code: str) -> ResponseReturnValue:
    require(current_actor(), MANAGE)
    event = queries.get_event(current_actor(), code)
    return _form_page(make_event_form(event), event)


@bp.post(f"/{CODE}/edit")
def update(code: str) -> ResponseReturnValue:
    actor = current_actor()
    event = queries.get_event(actor, code)
    form = make_event_form(event)

    def page() -> str:
        return _form_page(form, queries.get_event(actor, code))

    if not form.validate():
        return show_invalid(page)
    version = read_version(form.revision.data)
    try:
        operations.update_event(actor, event, read_details(form), version=version)
    except DomainError as error:
        return show_refusal(form, error, page)
    flash("已保存。", "success")
    return redirect(url_for("bureau_events.show", code=code))


def _form_page(form: EventForm, event: Event | None) -> str:
    return render_template(
        "bureau/events/edit.html",
        form=form,
        event=present.describe_event(event) if event else None,
        is_draft=event is None or event.state is EventState.DRAFT,
    )


@bp.get(f"/{CODE}")
def show(code: str) -> ResponseReturnValue:
    actor = current_actor()
    event = queries.get_event(actor, code)
    made = wishes.count_made(actor, event)
    return render_template(
        "bureau/events/show.html",
        event=present.describe_event(event),
        way=_way(event),
        steps=[
            (step.value, label, question)
            for step, (_, label, question) in STEPS.items()
            if (event.state, step) in TRANSITIONS
        ],
        may_manage=can(actor, MANAGE),
        may_cancel=(event.state, Step.CANCEL) in TRANSITIONS,
        may_edit=event.state is EventState.DRAFT or event.state in JOINING_STATES,
        may_invite=event.state is EventState.REGISTRATION,
        may_record=event.state is EventState.DRAFT or event.state in JOINING_STATES,
        rows=[_party_line(row, made.get(row.id, 0)) for row in parties.list_parties(actor, event)],
        held=meetings.count_held([event.id]).get(event.id, 0),
        planned=len(meetings.list_planned(event)),
        verdicts=[
            (label, outcomes.count_verdicts([event.id])[verdict])
            for verdict, label in VERDICT_LABELS.items()
        ],
        demo_data=event.is_demo,
    )


def _way(event: Event) -> list[dict[str, Any]]:
    """The states that an event goes through, as steps."""
    order = [state for state in EventState if state is not EventState.CANCELLED]
    if event.state is EventState.CANCELLED:
        return [{"label": EVENT_STATES[event.state], "state": "stopped"}]
    at = order.index(event.state)
    return [
        {
            "label": EVENT_STATES[state],
            "state": "done" if number < at else "now" if number == at else "next",
        }
        for number, state in enumerate(order)
    ]


def _party_line(row: Any, wish_count: int) -> dict[str, Any]:
    return {
        **present.describe_party(row),
        "kind": PARTY_KIND_LABELS[row.kind],
        "side": SIDE_LABELS[row.side],
        "state": PARTY_STATES[row.state],
        "is_registered": row.state is PartyState.REGISTERED,
        "has_account": row.has_account,
        "brought": len(row.demands) + len(row.products),
        "wishes": wish_count,
        "absent": len(row.absences),
    }


@bp.post(f"/{CODE}/steps/<step>")
def take_step(code: str, step: str) -> ResponseReturnValue:
    event = queries.get_event(current_actor(), code)
    if step not in set(Step) or Step(step) not in STEPS:
        raise NotFound("step_missing", "没有这一步，请从页面按钮进入。")
    STEPS[Step(step)][0](current_actor(), event)
    flash(f"已办理，对接会现为“{EVENT_STATES[event.state]}”。", "success")
    return redirect(url_for("bureau_events.show", code=code))


@bp.post(f"/{CODE}/cancel")
def cancel(code: str) -> ResponseReturnValue:
    event = queries.get_event(current_actor(), code)
    operations.cancel_event(current_actor(), event, reason=request.form.get("note", ""))
    flash("对接会已取消，受邀和报名单位会收到通知。", "success")
    return redirect(url_for("bureau_events.show", code=code))


@bp.get(f"/{CODE}/invitations")
def invitations(code: str) -> ResponseReturnValue:
    event = queries.get_event(current_actor(), code)
    found = list_candidates(current_actor(), event)
    number = read_page_number(request.args.get("page"))
    start = (number - 1) * INVITED_PER_PAGE
    shown = found[start : start + INVITED_PER_PAGE]
    return render_template(
        "bureau/events/invitations.html",
        event=present.describe_event(event),
        candidates=shown,
        sides=SIDE_LABELS,
        kinds=PARTY_KIND_LABELS,
        page=Page(shown, number, INVITED_PER_PAGE, len(found)),
        may_invite=event.state is EventState.REGISTRATION,
    )


@bp.post(f"/{CODE}/invitations")
def invite(code: str) -> ResponseReturnValue:
    actor = current_actor()
    event = queries.get_event(actor, code)
    ticked = set(request.form.getlist("candidate"))
    chosen = [
        item.invitation for item in list_candidates(actor, event) if item.invitation.key in ticked
    ]
    invited = party_acts.invite(actor, event, chosen)
    flash(f"已邀请 {len(invited)} 家单位。没有平台账号的请另行电话联系。", "success")
    return redirect(url_for("bureau_events.invitations", code=code))
