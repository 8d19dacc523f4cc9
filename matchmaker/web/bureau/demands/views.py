"""The queue of submissions and the decision on one."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select

from matchmaker import clock
from matchmaker.accounts.permissions import can
from matchmaker.actor import Actor
from matchmaker.db import db
from matchmaker.demands import permissions, queries
from matchmaker.demands.answerability import compute_answerability
from matchmaker.demands.documents import write_demands
from matchmaker.demands.models import DemandListing
from matchmaker.demands.reviews import operations as reviews
from matchmaker.demands.rules import (
    PART_LABELS,
    Decision,
    ListingStatus,
    ReviewPart,
    list_missing_parts,
)
from matchmaker.documents.listing import ROWS_MAX
from matchmaker.errors import DomainError
from matchmaker.web.base import current_actor, gate
from matchmaker.web.bureau.demands.forms import DecisionForm
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.paging import Page, read_page_number
from matchmaker.web.shared import demands as shared
from matchmaker.web.shared.demand_pages import list_reviews, make_page
from matchmaker.web.shared.downloads import send_workbook

bp = Blueprint("bureau_demands", __name__, url_prefix="/bureau/demands")
gate(bp, "bureau")
PER_PAGE = 20
CODE = "<string(maxlength=20):code>"
VIEWS = {
    "queue": "待我审核",
    "submitted": "全部待审核",
    "mending": "整改与退回",
    "overdue": "逾期未登记结果",
    "all": "全部需求",
}

#: What a tab says where it lists nothing: title and line.
EMPTY = {
    "queue": ("没有待您审核的需求", "需求提交后会按提交先后列在这里。"),
    "submitted": ("没有待审核的需求", "需求提交后会按提交先后列在这里。"),
    "mending": ("没有整改或退回的需求", "要求整改或退回的需求，在业主重新提交前列在这里。"),
    "overdue": ("没有逾期未登记结果的需求", "截止超过14天、业主尚未登记结果的需求会列在这里。"),
    "all": ("还没有需求", "业主提交的需求会列在这里。"),
}


@bp.get("")
def index() -> ResponseReturnValue:
    actor, today = current_actor(), clock.today()
    view = request.args.get("view", "queue")
    view = view if view in VIEWS else "queue"
    number = read_page_number(request.args.get("page"))
    rows, total = _list_view(actor, view, number)
    cards = [(shared.make_card(row, today), row.submitted_at) for row in rows]
    return render_template(
        "bureau/demands/index.html",
        page=Page(cards, number, PER_PAGE, total),
        view=view,
        empty=EMPTY[view],
        tabs=[
            (label, url_for("bureau_demands.index", view=name), name == view)
            for name, label in VIEWS.items()
        ],
        view_export=url_for("bureau_demands.export", view=view),
        may_import=can(actor, permissions.IMPORT_FOR_UNITS),
    )


@bp.get("/export.xlsx")
def export() -> ResponseReturnValue:
    """What the chosen tab lists, as a workbook."""
    view = request.args.get("view", "queue")
    query = _find(current_actor(), view if view in VIEWS else "queue")
    rows = db.session.scalars(query.limit(ROWS_MAX)).all()
    content = write_demands("需求", rows, total=queries.count(query), today=clock.today())
    return send_workbook(content, "需求")


@bp.get(f"/{CODE}")
def show(code: str) -> ResponseReturnValue:
    return _page(queries.get_listing(current_actor(), code), DecisionForm())


@bp.post(f"/{CODE}/decision")
def decide(code: str) -> ResponseReturnValue:
    actor, form = current_actor(), DecisionForm()
    listing = queries.get_listing(actor, code)
    if not form.validate():
        return show_invalid(lambda: _page(queries.get_listing(actor, code), form))
    try:
        _carry_out(actor, listing, form)
    except DomainError as error:
        return show_refusal(form, error, lambda: _page(queries.get_listing(actor, code), form))
    flash(_describe(listing), "success")
    return redirect(url_for("bureau_demands.index"))


def _carry_out(actor: Actor, listing: DemandListing, form: DecisionForm) -> None:
    note = (form.note.data or "").strip()
    match Decision(form.decision.data):
        case Decision.APPROVE:
            reviews.approve(actor, listing, note=note)
        case Decision.RECTIFY:
            reviews.request_rectification(actor, listing, note=note, due_on=form.due_on.data)
        case Decision.RETURN:
            reviews.return_listing(actor, listing, note=note)


def _describe(listing: DemandListing) -> str:
    match listing.status:
        case ListingStatus.PUBLISHED:
            return f"{listing.code} 已审核通过并发布。"
        case ListingStatus.SUBMITTED:
            missing = list_missing_parts(queries.list_approved_parts(listing))
            waiting = "、".join(PART_LABELS[part] for part in missing)
            return f"{listing.code} 本环节已通过，待{waiting}审核。"
        case _:
            return f"{listing.code} 已退还发布单位，意见已告知。"


def _list_view(actor: Actor, view: str, number: int) -> tuple[Sequence[DemandListing], int]:
    query = _find(actor, view)
    paged = query.offset((number - 1) * PER_PAGE).limit(PER_PAGE)
    return db.session.scalars(paged).all(), queries.count(query)


def _find(actor: Actor, view: str) -> Select[DemandListing]:
    """The listings of a tab, in its order."""
    if view == "overdue":
        return queries.find_overdue(actor, clock.today())
    statuses = {
        "submitted": {ListingStatus.SUBMITTED},
        "mending": {ListingStatus.RECTIFICATION, ListingStatus.RETURNED},
        "all": set(ListingStatus) - {ListingStatus.DRAFT},
    }
    if view == "queue":
        return queries.awaiting_review_by(actor)
    return queries.list_concerning(actor, statuses[view])


def _page(listing: DemandListing, form: DecisionForm) -> str:
    actor = current_actor()
    missing = list_missing_parts(queries.list_approved_parts(listing))
    parts = permissions.list_review_parts(actor, listing)
    is_waiting = listing.status is ListingStatus.SUBMITTED
    return render_template(
        "bureau/demands/show.html",
        listing=listing,
        page=make_page(listing, clock.today()),
        reviews=list_reviews(listing),
        sections=shared.list_sections(actor, listing),
        answerability=compute_answerability(queries.content_of(listing)),
        form=form,
        may_decide=is_waiting
        and can(actor, permissions.REVIEW, listing)
        and any(part in parts for part in missing),
        part_states=[(PART_LABELS[part], _part_state(part, missing)) for part in ReviewPart],
        is_waiting=is_waiting,
        demo_data=listing.is_demo,
        now=clock.now(),
    )


def _part_state(part: ReviewPart, missing: Sequence[ReviewPart]) -> str:
    return "待审核" if part in missing else "已通过"
