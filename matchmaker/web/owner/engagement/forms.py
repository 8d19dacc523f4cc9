"""The owner's choice, one reason for each answer beside it; and deals without an answer."""

from __future__ import annotations

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from matchmaker.web.shared.engagement_forms import DeploymentForm

REASON = "reason_"


class OutcomeForm(FlaskForm):
    """Which result, and what was lacking where nothing fitted."""

    result = RadioField(
        "结果",
        choices=[SelectChoice("chosen", "选中应答，登记成交"), SelectChoice("none", "无合适方案")],
        default="chosen",
    )
    note = StringField("缺少什么样的产品或方案")


class DealForm(FlaskForm):
    """With whom a listing was closed that nobody's answer was chosen on."""

    partner = StringField("成交企业")
    product = StringField("成交产品")
    reason = TextAreaField("成交说明")


def make_deal_form() -> DealForm:
    """The form of a deal; all of it is needed."""
    form = DealForm()
    for field in (form.partner, form.product, form.reason):
        field.flags.required = True
    return form


def make_deal_site_form() -> DeploymentForm:
    """The form of a deployment; all of it is needed."""
    form = DeploymentForm()
    for field in (form.site, form.units, form.started_on):
        field.flags.required = True
    return form


def read_reasons(sent: MultiDict[str, str]) -> dict[int, str]:
    """Reasons by the id of the answer."""
    return {
        int(name.removeprefix(REASON)): text
        for name, text in sent.items()
        if name.startswith(REASON) and _is_id(name.removeprefix(REASON))
    }


def read_chosen(sent: MultiDict[str, str]) -> frozenset[int]:
    """Ids of the chosen answers."""
    return frozenset(int(text) for text in sent.getlist("chosen") if _is_id(text))


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10
