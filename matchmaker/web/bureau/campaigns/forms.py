"""What the bureau types for a call."""

from __future__ import annotations

from datetime import date
from typing import cast

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from matchmaker.campaigns.models import Campaign
from matchmaker.campaigns.operations import Call
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.demands.rules import KIND_LABELS
from matchmaker.web.owner.demands.fields import LegalDayField


class CallForm(FlaskForm):
    """A call: title, text, days and scope."""

    revision = HiddenField()
    title = StringField("名称", [InputRequired("请填写名称。")])
    text = TextAreaField("征集说明", [InputRequired("请填写征集说明。")])
    opens_on = LegalDayField("开始日期", [InputRequired("请填写开始日期。")])
    closes_on = LegalDayField("截止日期", [InputRequired("请填写截止日期。")])
    kinds = SelectMultipleField("征集类别", validate_choice=False)
    sectors = SelectMultipleField("行业领域", validate_choice=False)


def make_form(campaign: Campaign | None = None) -> CallForm:
    """The form with its choices, filled from a call where one is given."""
    data = {}
    if campaign is not None:
        names = ("title", "text", "opens_on", "closes_on", "kinds", "sectors")
        data = {name: getattr(campaign, name) for name in names}
        data["revision"] = str(campaign.version)
    form = CallForm(data=data)
    form.kinds.choices = [SelectChoice(kind.value, label) for kind, label in KIND_LABELS.items()]
    form.sectors.choices = [SelectChoice(s.id, s.zh) for s in load_vocabulary().sectors]
    return form


def read_call(form: CallForm) -> Call:
    """What the validated form says."""
    return Call(
        title=form.title.data or "",
        text=form.text.data or "",
        opens_on=cast("date", form.opens_on.data),
        closes_on=cast("date", form.closes_on.data),
        kinds=tuple(form.kinds.data or ()),
        sectors=tuple(form.sectors.data or ()),
    )
