"""Forms of the two sides of a challenge's milestones."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import DateField, MultipleFileField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from matchmaker.engagement.milestones.rules import MilestonePlan


class MilestoneForm(FlaskForm):
    """What is to be reached; the reason is asked for where a milestone is changed."""

    title = StringField("里程碑名称")
    target = TextAreaField("考核指标")
    due_on = DateField("完成期限", validators=[Optional()])
    reason = StringField("调整原因")

    def as_plan(self) -> MilestonePlan:
        """What the form says."""
        return MilestonePlan(
            title=self.title.data or "",
            target=self.target.data or "",
            due_on=self.due_on.data,
        )


class ReportForm(FlaskForm):
    """What the firm hands in."""

    text = TextAreaField("成果说明")
    files = MultipleFileField("成果材料")


class AcceptanceForm(FlaskForm):
    """The owner's decision on what was handed in."""

    decision = RadioField(
        "验收结论",
        [InputRequired("请选择验收结论。")],
        choices=[SelectChoice("accept", "通过验收"), SelectChoice("return", "要求补正")],
    )
    note = TextAreaField("验收意见")
