"""Notices, announcements and publicity pages for everybody, and their feed."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.actor import VISITOR
from matchmaker.documents.listing import ROWS_MAX
from matchmaker.errors import DomainError
from matchmaker.policy.publicity import closes_at, remaining_working_days
from matchmaker.policy.queries import get_calendar
from matchmaker.publishing import queries
from matchmaker.publishing.attachments import get_attachment, list_attachments
from matchmaker.publishing.documents import write_pdf
from matchmaker.publishing.exchange import write_notices
from matchmaker.publishing.models import Notice
from matchmaker.publishing.rules import KIND_LABELS, NoticeKind, NoticeState, is_lapsed
from matchmaker.web.base import current_actor
from matchmaker.web.paging import read_page_number
from matchmaker.web.shared.downloads import send_workbook
from matchmaker.web.shared.files import send_stored_file

bp = Blueprint("notices", __name__, url_prefix="/notices")
QUESTION_MAX = 100
SUMMARY_MAX = 300
#: Characters that no XML document may hold.
_NOT_IN_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
TONES = {
    NoticeKind.ANNOUNCEMENT: "plain",
    NoticeKind.CALL: "info",
    NoticeKind.PUBLICITY: "gold",
    NoticeKind.RESULT: "good",
}


@bp.get("")
def index() -> ResponseReturnValue:
    kind, question = _read_filter()
    page = queries.list_notices(
        current_actor(),
        kind=kind,
        question=question,
        page=read_page_number(request.args.get("page", "")),
    )
    return render_template(
        "public/notices/index.html",
        page=page,
        kind=kind,
        question=question,
        lapsed={item.id for item in page.items if is_lapsed(item.valid_until, clock.today())},
        labels=KIND_LABELS,
        tones=TONES,
        demo_data=any(item.is_demo for item in page.items),
    )


def _read_filter() -> tuple[NoticeKind | None, str]:
    text = request.args.get("kind", "")
    kind = NoticeKind(text) if text in set(NoticeKind) else None
    return kind, request.args.get("q", "").strip()[:QUESTION_MAX]


@bp.get("/export.xlsx")
def export() -> ResponseReturnValue:
    """What the list shows under the same filter, as a workbook."""
    kind, question = _read_filter()
    rows, total = queries.list_all(current_actor(), kind=kind, question=question, most=ROWS_MAX)
    return send_workbook(write_notices(rows, total=total, today=clock.today()), "公告公示")


@bp.get("/<int(max=2147483647):notice_id>/files/<string(maxlength=43):token>")
def attachment(notice_id: int, token: str) -> ResponseReturnValue:
    return send_stored_file(get_attachment(current_actor(), notice_id, token))


@bp.get("/<int(max=2147483647):notice_id>")
def detail(notice_id: int) -> ResponseReturnValue:
    notice = queries.get_notice(current_actor(), notice_id)
    return render_template(
        "public/notices/detail.html",
        notice=notice,
        label=KIND_LABELS[notice.kind],
        paragraphs=[line for line in notice.body.split("\n") if line.strip()],
        files=list_attachments(notice),
        is_lapsed=is_lapsed(notice.valid_until, clock.today()),
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
    """The newest public notices; the same for everybody who asks."""
    kind, _ = _read_filter()
    page = queries.list_notices(VISITOR, kind=kind)
    text = render_template(
        "public/notices/feed.xml",
        entries=[_as_entry(item) for item in page.items],
        kind=kind,
        label=KIND_LABELS[kind] if kind else "",
        now=clock.now(),
    )
    return Response(text, mimetype="application/atom+xml")


def _as_entry(notice: Notice) -> dict[str, Any]:
    """What the feed says of a notice; a correction renews it, a withdrawal takes its text."""
    moments = [notice.published_at, *(row.at for row in notice.corrections)]
    withdrawn = notice.state is NoticeState.WITHDRAWN
    text = f"本通知已撤下。理由：{notice.withdrawn_reason}" if withdrawn else notice.body
    return {
        "id": notice.id,
        "kind": notice.kind.value,
        "label": KIND_LABELS[notice.kind],
        "title": _NOT_IN_XML.sub("", notice.title),
        "issuer": _NOT_IN_XML.sub("", notice.issuer),
        "text": _NOT_IN_XML.sub("", text)[:SUMMARY_MAX],
        "published_at": notice.published_at,
        "updated_at": max(moment for moment in moments if moment is not None),
    }
