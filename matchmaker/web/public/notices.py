"""Notices, announcements and publicity pages for everybody, and their feed."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.errors import DomainError
from matchmaker.policy.publicity import closes_at, remaining_working_days
from matchmaker.policy.queries import get_calendar
from matchmaker.publishing import queries
from matchmaker.publishing.documents import write_pdf
from matchmaker.publishing.models import Notice
from matchmaker.publishing.rules import KIND_LABELS, NoticeKind
from matchmaker.web.base import current_actor
from matchmaker.web.paging import read_page_number

bp = Blueprint("notices", __name__, url_prefix="/notices")
TONES = {
    NoticeKind.ANNOUNCEMENT: "plain",
    NoticeKind.CALL: "info",
    NoticeKind.PUBLICITY: "gold",
    NoticeKind.RESULT: "good",
}


@bp.get("")
def index() -> ResponseReturnValue:
    kind = _read_kind(request.args.get("kind", ""))
    page = queries.list_notices(
        current_actor(), kind=kind, page=read_page_number(request.args.get("page", ""))
    )
    return render_template(
        "public/notices/index.html",
        page=page,
        kind=kind,
        labels=KIND_LABELS,
        tones=TONES,
        demo_data=any(item.is_demo for item in page.items),
    )


def _read_kind(text: str) -> NoticeKind | None:
    return NoticeKind(text) if text in set(NoticeKind) else None


@bp.get("/<int(max=2147483647):notice_id>")
def detail(notice_id: int) -> ResponseReturnValue:
    notice = queries.get_notice(current_actor(), notice_id)
    return render_template(
        "public/notices/detail.html",
        notice=notice,
        label=KIND_LABELS[notice.kind],
        paragraphs=[line for line in notice.body.split("\n") if line.strip()],
        closes=closes_at(notice.ends_on) if notice.ends_on else None,
        days_left=_count_days_left(notice),
        now=clock.now(),
        today=clock.today(),
        demo_data=notice.is_demo,
    )


def _count_days_left(notice: Notice) -> int | None:
    """Working days that are left of a publicity period; None where the calendar cannot tell."""
    if notice.kind is not NoticeKind.PUBLICITY or notice.ends_on is None:
        return None
    first = max(clock.today(), notice.starts_on or clock.today())
    try:
        return remaining_working_days(first, notice.ends_on, calendar=get_calendar())
    except DomainError:
        return None


@bp.get("/<int(max=2147483647):notice_id>.pdf")
def pdf(notice_id: int) -> ResponseReturnValue:
    notice = queries.get_notice(current_actor(), notice_id)
    return Response(
        write_pdf(notice),
        mimetype="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="notice-{notice_id}.pdf"'},
    )


@bp.get("/feed.atom")
def feed() -> ResponseReturnValue:
    page = queries.list_notices(current_actor())
    text = render_template("public/notices/feed.xml", items=page.items, now=clock.now())
    return Response(text, mimetype="application/atom+xml")
