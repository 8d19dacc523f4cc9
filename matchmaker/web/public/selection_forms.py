"""The form of an objection."""

from __future__ import annotations

from collections.abc import Iterable

from flask_wtf import FlaskForm
from wtforms import MultipleFileField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from matchmaker.selection.objections.rules import TEXT_MIN


class ObjectionForm(FlaskForm):
    """An objection by name to a published list."""

    application_id = SelectField("针对的入选项")
    name = StringField("姓名或单位名称", [DataRequired("请填写姓名或单位名称。"), Length(max=120)])
    contact = StringField("联系方式", [DataRequired("请填写联系方式。"), Length(max=120)])
    text = TextAreaField(
        "异议内容和理由",
        [
            DataRequired("请写明异议内容和理由。"),
            Length(min=TEXT_MIN, message=f"请写明具体事实，不少于{TEXT_MIN}个字。"),
            Length(max=3000),
        ],
    )
    evidence = TextAreaField("证据或线索", [Length(max=3000)])
    files = MultipleFileField("证据文件")

    def offer(self, lines: Iterable[tuple[int, str]]) -> None:
        """Let the objector choose among the published lines."""
        self.application_id.choices = [
            SelectChoice("", "整个名单"),
            *(SelectChoice(str(key), title) for key, title in lines),
        ]
