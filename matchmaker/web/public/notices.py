"""Notices, announcements and publicity pages for everybody, and their feed."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.policy.publicity import closes_at
from matchmaker.publishing import queries
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
        now=clock.now(),
        today=clock.today(),
        demo_data=notice.is_demo,
    )


@bp.get("/feed.atom")
def feed() -> ResponseReturnValue:
    page = queries.list_notices(current_actor())
    text = render_template("public/notices/feed.xml", items=page.items, now=clock.now())
    return Response(text, mimetype="application/atom+xml")
