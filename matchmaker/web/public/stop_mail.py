"""Stopping the mails from the link in each of them, without a log-in (RFC 8058).

GET only shows what would happen: programmes that check links must not stop anything. The signed
token is the whole authority of the POST; mail programmes send it without cookies.
"""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from matchmaker.accounts.models import User
from matchmaker.accounts.queries import as_actor, find_user
from matchmaker.extensions import csrf
from matchmaker.notifications.channels.tokens import StopToken, read_token
from matchmaker.notifications.preferences import operations
from matchmaker.notifications.rules import KIND_LABELS
from matchmaker.web.base import require_found

bp = Blueprint("stop_mail", __name__, url_prefix="/stop-mail")


@bp.get("/<token>")
def confirm(token: str) -> ResponseReturnValue:
    found = read_token(token)
    require_found(find_user(found.user_id))
    return _page(found, token, done="")


@bp.post("/<token>")
@csrf.exempt
def stop(token: str) -> ResponseReturnValue:
    found = read_token(token)
    user: User = require_found(find_user(found.user_id))
    if found.kind is not None and request.form.get("scope") == "kind":
        operations.stop_mail_of(as_actor(user), found.kind)
        return _page(found, token, done=f"已停收“{KIND_LABELS[found.kind]}”类通知邮件。")
    operations.stop_mail(as_actor(user))
    return _page(found, token, done="已停收全部通知邮件。")


def _page(found: StopToken, token: str, *, done: str) -> str:
    return render_template(
        "public/stop_mail.html",
        kind=KIND_LABELS[found.kind] if found.kind else None,
        token=token,
        done=done,
    )
