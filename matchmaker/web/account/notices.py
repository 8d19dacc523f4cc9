"""The inbox of the signed-in person."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.notifications.inbox import operations, queries
from matchmaker.notifications.inbox.models import Notification
from matchmaker.notifications.rules import KIND_LABELS, NotificationKind, list_kinds_for
from matchmaker.web.base import current_actor, gate_signed_in
from matchmaker.web.paging import Page, read_page_number

bp = Blueprint("account_notices", __name__, url_prefix="/account/notices")
gate_signed_in(bp)
ID = "<int(max=2147483647):notice_id>"
PER_PAGE = 20
UNSEEN_TITLE = "相关内容已不再公开"


@bp.get("")
def index() -> ResponseReturnValue:
    actor = current_actor()
    kind, only_unread = _read_kind(), request.args.get("state") == "unread"
    number = read_page_number(request.args.get("page"))
    rows, total = queries.list_page(
        actor, kind=kind, only_unread=only_unread, page=number, per_page=PER_PAGE
    )
    hidden = queries.find_hidden(actor, rows)
    lines = [_make_line(row, is_hidden=row.id in hidden) for row in rows]
    kinds = list_kinds_for(actor.roles)
    return render_template(
        "account/notices/index.html",
        page=Page(lines, number, PER_PAGE, total),
        unread=queries.count_unread(actor),
        is_filtered=kind is not None or only_unread,
        selects=[
            {
                "name": "state",
                "label": "状态",
                "options": [("unread", "未读")],
                "value": "unread" if only_unread else "",
            },
            {
                "name": "kind",
                "label": "类别",
                "options": [(each.value, KIND_LABELS[each]) for each in kinds],
                "value": kind.value if kind else "",
            },
        ],
    )


def _read_kind() -> NotificationKind | None:
    word = request.args.get("kind", "")
    return NotificationKind(word) if word in set(NotificationKind) else None


def _make_line(row: Notification, *, is_hidden: bool) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": KIND_LABELS[row.kind],
        "title": UNSEEN_TITLE if is_hidden else row.title,
        "text": "" if is_hidden else row.text,
        "path": None if is_hidden else row.path,
        "created_at": row.created_at,
        "is_read": row.read_at is not None,
    }


@bp.post(f"/{ID}/open")
def open_notice(notice_id: int) -> ResponseReturnValue:
    """Read it and go to what it is about."""
    actor = current_actor()
    row = queries.get_own(actor, notice_id)
    operations.mark_read(actor, row)
    if queries.find_hidden(actor, [row]):
        flash("相关内容已不再公开，无法查看。", "warning")
        return redirect(url_for("account_notices.index"))
    return redirect(f"{request.script_root}{row.path}")


@bp.post(f"/{ID}/read")
def mark_read(notice_id: int) -> ResponseReturnValue:
    actor = current_actor()
    operations.mark_read(actor, queries.get_own(actor, notice_id))
    return redirect(_back())


@bp.post("/read-all")
def mark_all_read() -> ResponseReturnValue:
    count = operations.mark_all_read(current_actor())
    flash(f"已将 {count} 条通知标为已读。" if count else "没有未读的通知。", "success")
    return redirect(url_for("account_notices.index"))


def _back() -> str:
    """The list as it was filtered, from the hidden field of the form."""
    state, kind, page = (request.form.get(name) or None for name in ("state", "kind", "page"))
    return url_for("account_notices.index", state=state, kind=kind, page=page)
