"""The bureau's forms: deciding, assigning, the libraries."""

from __future__ import annotations

from datetime import date

from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.suppliers.library.models import STAGE_LABELS, STANDING_LABELS, KeyProject
from matchmaker.suppliers.library.operations import ProjectFacts
from matchmaker.suppliers.verification.queries import list_test_centres
from matchmaker.web.owner.demands.fields import LegalDayField, WanField
from matchmaker.web.supplier.fields import as_choices, choice_field, given


class AssignForm(FlaskForm):
    """Who verifies, until when."""

    centre = choice_field("承办单位")
    due_on = LegalDayField("办理期限", [DataRequired("请填写办理期限。")])


class DecisionForm(FlaskForm):
    """The outcome of a verification."""

    proven_until = LegalDayField("结论有效期至")
    opinion = TextAreaField("核验意见", [Length(max=1000)])


class EntryForm(FlaskForm):
    """A firm that enters the library."""

    supplier = StringField("企业编号", [DataRequired("请填写企业编号，如 S006。"), Length(max=12)])
    stage = choice_field("梯队", validators=[DataRequired("请选择梯队。")])
    standing = choice_field("状态", validators=[DataRequired("请选择状态。")])
    entered_on = LegalDayField("入库日期", [DataRequired("请填写入库日期。")])
    basis = StringField("依据", [DataRequired("请填写认定文件或入库依据。"), Length(max=300)])


class ProjectForm(FlaskForm):
    """A key project."""

    name = StringField("项目名称", [DataRequired("请填写项目名称。"), Length(max=120)])
    firm_name = StringField("实施单位", [DataRequired("请填写实施单位。"), Length(max=120)])
    supplier = StringField("企业编号", [Length(max=12)])
    district = choice_field("所在区县")
    investment = WanField("总投资", [DataRequired("请填写总投资。")])
    starts_on = LegalDayField("开工时间", [DataRequired("请填写开工时间。")])
    ends_on = LegalDayField("计划完工时间", [DataRequired("请填写计划完工时间。")])
    content = TextAreaField("建设内容", [DataRequired("请填写建设内容。"), Length(max=3000)])
    progress = TextAreaField("进展情况", [Length(max=3000)])

    def as_facts(self) -> ProjectFacts:
        """The facts that a valid form holds."""
        return ProjectFacts(
            name=self.name.data or "",
            firm_name=self.firm_name.data or "",
            district=self.district.data or None,
            investment_fen=self.investment.data or 0,
            starts_on=given(self.starts_on.data),
            ends_on=given(self.ends_on.data),
            content=self.content.data or "",
            progress=self.progress.data or "",
        )


def make_assign_form(due_on: date, centre: int | None) -> AssignForm:
    """The form with the test centres; empty means the bureau itself."""
    form = AssignForm(data={"due_on": due_on, "centre": str(centre or "")})
    form.centre.choices = as_choices(
        [
            ("", "市经信局自行核验"),
            *((str(row.id), row.name) for row in list_test_centres()),
        ]
    )
    return form


def make_entry_form(today: date) -> EntryForm:
    """The form of a new entry."""
    form = EntryForm(data={"entered_on": today})
    form.stage.choices = as_choices(
        [("", "请选择"), *((s.value, zh) for s, zh in STAGE_LABELS.items())]
    )
    form.standing.choices = as_choices(
        [("", "请选择"), *((s.value, zh) for s, zh in STANDING_LABELS.items())]
    )
    return form


def make_project_form(project: KeyProject | None) -> ProjectForm:
    """The form, filled from the project unless it was sent."""
    data: dict[str, object] = {}
    if project is not None:
        names = ("name", "firm_name", "district", "starts_on", "ends_on", "content", "progress")
        data = {name: getattr(project, name) for name in names}
        data["investment"] = project.investment_fen
        data["supplier"] = project.supplier.code if project.supplier else ""
    form = ProjectForm(data=data)
    form.district.choices = as_choices(
        [("", "请选择"), *((d.id, d.zh) for d in load_vocabulary().districts)]
    )
    return form
