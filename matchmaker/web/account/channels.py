"""Which notices by which channel; the group robot; the log of deliveries."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from matchmaker.accounts.queries import find_user
from matchmaker.actor import Actor
from matchmaker.errors import DomainError, InvalidInput
from matchmaker.extensions import limiter
from matchmaker.notifications.channels import operations, queries
from matchmaker.notifications.channels.models import Delivery
from matchmaker.notifications.channels.rules import (
    STATE_LABELS,
    VENDOR_LABELS,
    DeliveryState,
    Vendor,
)
from matchmaker.notifications.inbox.queries import find_hidden
from matchmaker.notifications.preferences import operations as choosing
from matchmaker.notifications.preferences.queries import map_wishes, wants_mail
from matchmaker.notifications.rules import (
    CHANNEL_LABELS,
    KIND_LABELS,
    PACE_LABELS,
    NotificationKind,
    Pace,
    Wishes,
    list_kinds_for,
)
from matchmaker.notifications.sources.channel_test import send_test
from matchmaker.web.account.notices import UNSEEN_TITLE
from matchmaker.web.base import current_actor, gate_signed_in
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.paging import Page, read_page_number

bp = Blueprint("account_channels", __name__, url_prefix="/account/notices/settings")
gate_signed_in(bp)
PER_PAGE = 30
TONES = {
    DeliveryState.WAITING: "info",
    DeliveryState.SENDING: "info",
    DeliveryState.SENT: "good",
    DeliveryState.GIVEN_UP: "bad",
    DeliveryState.WITHHELD: "plain",
}


class WebhookForm(FlaskForm):
    """A group robot of one's own."""

    vendor = SelectField("平台", choices=[SelectChoice(v.value, VENDOR_LABELS[v]) for v in Vendor])
    url = StringField("机器人地址", [DataRequired("请填写机器人地址。"), Length(max=500)])
    secret = StringField("加签密钥", [Length(max=120)])


@bp.get("")
def index() -> ResponseReturnValue:
    return _page(WebhookForm())


def _page(form: WebhookForm) -> str:
    actor = current_actor()
    user, webhook = find_user(actor.user_id or 0), queries.find_webhook(actor.user_id)
    return render_template(
        "account/notices/settings.html",
        rows=_list_choices(actor),
        paces=[(pace.value, PACE_LABELS[pace]) for pace in Pace],
        mail_configured=queries.is_mail_configured(),
        mail_wanted=user is not None and wants_mail(user),
        email=user.email if user else "",
        webhook=webhook,
        vendor=VENDOR_LABELS[webhook.vendor] if webhook else "",
        form=form,
    )


def _list_choices(actor: Actor) -> list[dict[str, Any]]:
    wishes = map_wishes(actor.user_id or 0)
    return [
        {"kind": kind.value, "label": KIND_LABELS[kind], "wishes": wishes[kind]}
        for kind in list_kinds_for(actor.roles)
    ]


@bp.post("")
def choose() -> ResponseReturnValue:
    actor = current_actor()
    kinds = list_kinds_for(actor.roles)
    choosing.choose_wishes(actor, {kind: _read_wishes(kind) for kind in kinds})
    flash("通知设置已保存。", "success")
    return redirect(url_for("account_channels.index"))


def _read_wishes(kind: NotificationKind) -> Wishes:
    return Wishes(
        in_inbox=f"inbox-{kind.value}" in request.form,
        email=_read_pace(f"email-{kind.value}"),
        webhook=_read_pace(f"webhook-{kind.value}"),
    )


def _read_pace(name: str) -> Pace:
    word = request.form.get(name, "")
    if word not in set(Pace):
        raise InvalidInput("pace_unknown", "发送方式有误，请从列表中选择后重新保存。", field=name)
    return Pace(word)


@bp.post("/webhook")
def set_webhook() -> ResponseReturnValue:
    form = WebhookForm()
    if not form.validate():
        return show_invalid(lambda: _page(form))
    try:
        operations.set_webhook(
            current_actor(),
            vendor=Vendor(form.vendor.data),
            url=form.url.data or "",
            secret=form.secret.data or "",
        )
    except DomainError as error:
        return show_refusal(form, error, lambda: _page(form))
    flash("群机器人已保存，可发送一条测试通知。", "success")
    return redirect(url_for("account_channels.index"))


@bp.post("/webhook/remove")
def remove_webhook() -> ResponseReturnValue:
    operations.remove_webhook(current_actor())
    flash("群机器人已删除。", "success")
    return redirect(url_for("account_channels.index"))


@bp.post("/mail/stop")
def stop_mail() -> ResponseReturnValue:
    choosing.stop_mail(current_actor())
    flash("已停收全部通知邮件，站内通知照常。", "success")
    return redirect(url_for("account_channels.index"))


@bp.post("/mail/resume")
def resume_mail() -> ResponseReturnValue:
    choosing.resume_mail(current_actor())
    flash("已恢复接收通知邮件。", "success")
    return redirect(url_for("account_channels.index"))


@bp.post("/test")
@limiter.limit("5/minute")
def test() -> ResponseReturnValue:
    send_test(current_actor())
    flash("测试通知已交付发送，结果见发送记录。", "success")
    return redirect(url_for("account_channels.log"))


@bp.get("/log")
def log() -> ResponseReturnValue:
    actor = current_actor()
    number = read_page_number(request.args.get("page"))
    rows, total = queries.list_log(actor, page=number, per_page=PER_PAGE)
    hidden = find_hidden(actor, [row.notification for row in rows])
    lines = [_make_line(row, is_hidden=row.notification_id in hidden) for row in rows]
    return render_template("account/notices/log.html", page=Page(lines, number, PER_PAGE, total))


def _make_line(row: Delivery, *, is_hidden: bool) -> dict[str, Any]:
    return {
        "id": row.id,
        "title": UNSEEN_TITLE if is_hidden else row.notification.title,
        "channel": CHANNEL_LABELS[row.channel],
        "state": STATE_LABELS[row.state],
        "tone": TONES[row.state],
        "at": row.sent_at or row.tried_at or row.due_at,
        "attempts": row.attempts,
        "detail": row.detail,
        "may_retry": row.state is DeliveryState.GIVEN_UP,
    }


@bp.post("/log/<int(max=2147483647):delivery_id>/again")
def send_again(delivery_id: int) -> ResponseReturnValue:
    actor = current_actor()
    operations.send_again(actor, queries.get_own(actor, delivery_id))
    flash("已重新交付发送。", "success")
    return redirect(url_for("account_channels.log"))
