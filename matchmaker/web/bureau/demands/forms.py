"""What a reviewer sends with a decision."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from matchmaker.demands.rules import DECISION_LABELS, Decision
from matchmaker.web.owner.demands.fields import LegalDayField


class DecisionForm(FlaskForm):
    """通过, 整改 or 退回 with a note; 整改 may set a day."""

    decision = RadioField(
        "审核结论",
        [InputRequired("请选择审核结论。")],
        choices=[SelectChoice(each.value, DECISION_LABELS[each]) for each in Decision],
    )
    note = TextAreaField("意见")
    due_on = LegalDayField("整改期限")
