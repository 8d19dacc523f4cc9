"""Saved searches and watched listings of the signed-in person."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from matchmaker import clock
from matchmaker.demands.queries import get_listing
from matchmaker.errors import DomainError, InvalidInput
from matchmaker.notifications.rules import PACE_LABELS, Pace
from matchmaker.notifications.subscriptions import operations, queries
from matchmaker.notifications.subscriptions.models import SavedSearch
from matchmaker.notifications.subscriptions.rules import (
    PAGE_LABELS,
    SearchPage,
    make_path,
    pick_arguments,
)
from matchmaker.web.base import current_actor, gate_signed_in
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.shared.demands import make_card
from matchmaker.web.shared.searches import describe_arguments

bp = Blueprint("account_searches", __name__, url_prefix="/account")
gate_signed_in(bp)
ID = "<int(max=2147483647):search_id>"
CODE = "<string(maxlength=20):code>"
PACES = (Pace.INSTANT, Pace.DAILY)


class SearchForm(FlaskForm):
    """A name and when to be told."""

    name = StringField("名称", [DataRequired("请填写名称。"), Length(max=40)])
    pace = SelectField("新结果通知", choices=[SelectChoice(p.value, PACE_LABELS[p]) for p in PACES])


@bp.get("/searches")
def index() -> ResponseReturnValue:
    actor, today = current_actor(), clock.today()
    return render_template(
        "account/searches/index.html",
        searches=[_make_line(row) for row in queries.list_searches(actor)],
        watched=[make_card(row, today) for row in queries.list_watched(actor)],
        paces=[(pace.value, PACE_LABELS[pace]) for pace in PACES],
    )


def _make_line(row: SavedSearch) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "page": PAGE_LABELS[row.page],
        "conditions": describe_arguments(row.page, row.arguments),
        "url": f"{request.script_root}{make_path(row.page, row.arguments)}",
        "pace": row.pace.value,
    }


@bp.get("/searches/new/<page>")
def new(page: str) -> ResponseReturnValue:
    return _form_page(_read_page(page), SearchForm())


@bp.post("/searches/new/<page>")
def create(page: str) -> ResponseReturnValue:
    wanted, form = _read_page(page), SearchForm()
    if not form.validate():
        return show_invalid(lambda: _form_page(wanted, form))
    try:
        operations.save_search(
            current_actor(),
            wanted,
            request.args,
            name=form.name.data or "",
            pace=Pace(form.pace.data),
        )
    except DomainError as error:
        return show_refusal(form, error, lambda: _form_page(wanted, form))
    flash("筛选已保存，有新结果时通知您。", "success")
    return redirect(url_for("account_searches.index"))


def _form_page(page: SearchPage, form: SearchForm) -> str:
    arguments = pick_arguments(page, request.args)
    return render_template(
        "account/searches/new.html",
        form=form,
        label=PAGE_LABELS[page],
        conditions=describe_arguments(page, arguments),
        action=f"{url_for('account_searches.create', page=page.value)}?{urlencode(arguments)}",
        back=f"{request.script_root}{make_path(page, arguments)}",
    )


def _read_page(word: str) -> SearchPage:
    if word not in set(SearchPage):
        raise InvalidInput("page_unknown", "这个列表不能保存筛选。")
    return SearchPage(word)


@bp.post(f"/searches/{ID}/pace")
def change_pace(search_id: int) -> ResponseReturnValue:
    actor, word = current_actor(), request.form.get("pace", "")
    if word not in {pace.value for pace in PACES}:
        raise InvalidInput("pace_unknown", "通知方式有误，请从列表中选择。", field="pace")
    operations.change_pace(actor, queries.get_search(actor, search_id), Pace(word))
    flash("通知方式已修改。", "success")
    return redirect(url_for("account_searches.index"))


@bp.post(f"/searches/{ID}/delete")
def delete(search_id: int) -> ResponseReturnValue:
    actor = current_actor()
    operations.delete_search(actor, queries.get_search(actor, search_id))
    flash("已删除，不再通知。", "success")
    return redirect(url_for("account_searches.index"))


@bp.post(f"/watches/{CODE}")
def watch(code: str) -> ResponseReturnValue:
    actor = current_actor()
    operations.watch_listing(actor, get_listing(actor, code))
    flash("已关注，变化、截止和办结时通知您。", "success")
    return redirect(url_for("public_demands.show", code=code))


@bp.post(f"/watches/{CODE}/stop")
def unwatch(code: str) -> ResponseReturnValue:
    actor = current_actor()
    operations.unwatch_listing(actor, get_listing(actor, code))
    flash("已取消关注。", "success")
    wanted = request.form.get("back")
    if wanted == "list":
        return redirect(url_for("account_searches.index"))
    return redirect(url_for("public_demands.show", code=code))
