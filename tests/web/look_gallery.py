"""A small application that shows every macro once, inside the real layout and policy."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import CSRFProtect, FlaskForm
from jinja2 import ChoiceLoader, FileSystemLoader
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    FileField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

from matchmaker import paths
from matchmaker.web import filters
from matchmaker.web.error_pages import TEXTS
from matchmaker.web.headers import init_headers

NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
COLUMNS = [
    {"key": "name", "label": "名称", "kind": "title", "sort": "name"},
    {"key": "amount_fen", "label": "预算", "kind": "wan", "sort": "budget"},
    {"key": "paid_fen", "label": "已付", "kind": "money"},
    {"key": "deadline", "label": "截止", "kind": "date", "sort": "deadline"},
    {"key": "note", "label": "说明", "kind": "long"},
]
ROWS = [
    {
        "id": 19,
        "name": "夜间巡检 & 测温",
        "amount_fen": 30_000_000,
        "paid_fen": 123,
        "deadline": "2027-06-30",
        "note": None,
    },
    {
        "id": 20,
        "name": "<script>alert(1)</script>",
        "amount_fen": None,
        "paid_fen": 0,
        "deadline": None,
        "note": "很长的说明" * 20,
    },
]


def _choices(labels: dict[str, str]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in labels.items()]


class SampleForm(FlaskForm):
    """One field of each kind."""

    name = StringField("需求名称", [DataRequired("请填写需求名称。")])
    sector = SelectField("所属行业", choices=_choices({"": "请选择", "1": "市政巡检"}))
    until = DateField("截止日期", [DataRequired("请选择截止日期。")])
    budget = DecimalField("预算上限")
    text = TextAreaField("场景描述")
    modes = SelectMultipleField("合作方式", choices=_choices({"a": "采购", "b": "短期租赁"}))
    level = RadioField("自主等级", choices=_choices({"1": "一级", "2": "二级"}), default="1")
    document = FileField("现场资料")
    agreed = BooleanField("所填内容真实")
    revision = HiddenField()


def create_gallery() -> Flask:
    """The application; ``?in=1`` signs a person in, a POST shows the form's errors."""
    app = Flask("gallery", static_folder=str(paths.STATIC))
    app.jinja_loader = ChoiceLoader(
        [FileSystemLoader(Path(__file__).parent / "look_pages"), FileSystemLoader(paths.TEMPLATES)]
    )
    app.config.update(SECRET_KEY="gallery", TESTING=True, WTF_CSRF_CHECK_DEFAULT=False)
    CSRFProtect(app)
    filters.install(app.jinja_env)
    app.jinja_env.globals["once_token"] = lambda: "one-time"
    init_headers(app)
    app.context_processor(_context)
    app.add_url_rule("/gallery", "gallery", _show_gallery, methods=["GET", "POST"])
    app.add_url_rule("/error/<int:status>", "error", _show_error)
    app.add_url_rule("/autosave", "autosave", lambda: {"revision": 4}, methods=["POST"])
    app.add_url_rule("/publish", "publish", lambda: "已发布", methods=["POST"])
    return app


def _context() -> dict[str, Any]:
    if not request.args.get("in"):
        return {"site_sponsor": "某市经信局", "site_icp": "浙ICP备00000000号"}
    return {
        "current_actor": SimpleNamespace(is_signed_in=True, name="沈工", roles=["owner"]),
        "role_labels": {"owner": "场景业主"},
        "home_url": "/owner",
        "nav_items": [("我的需求", "/gallery", True), ("收到的应答", "/gallery?x=1", False)],
    }


def _show_gallery() -> ResponseReturnValue:
    form = SampleForm(meta={"csrf": False})
    status = 200
    if request.method == "POST" and not form.validate():
        status = 422
    if request.args.get("in"):
        flash("草稿已保存。", "success")
    page = render_template(
        "gallery.html",
        form=form,
        now=NOW,
        columns=COLUMNS,
        rows=ROWS,
        page=SimpleNamespace(page=3, pages=8, total=88, per_page=12),
        parts=[SimpleNamespace(name="文本相关", points=41.23), {"name": "条件", "points": 22.5}],
        demo_data=True,
    )
    return page, status


def _show_error(status: int) -> ResponseReturnValue:
    title, advice = TEXTS[status]
    return render_template(
        "errors/error.html", status=status, title=title, advice=advice, code="sample_code"
    ), status
