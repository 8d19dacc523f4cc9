"""The forms of cases and solutions."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.suppliers.models import Product
from matchmaker.suppliers.showcase.models import Case, Solution
from matchmaker.suppliers.showcase.operations import CaseFacts, SolutionFacts
from matchmaker.web.owner.demands.fields import WholeField
from matchmaker.web.supplier.fields import as_choices, choice_field


class CaseForm(FlaskForm):
    """A delivered use."""

    title = StringField("案例名称", [DataRequired("请填写案例名称。"), Length(max=120)])
    sector = choice_field("行业", validators=[DataRequired("请选择行业。")])
    product = choice_field("所用产品")
    place = StringField("应用地点", [DataRequired("请填写应用地点。"), Length(max=120)])
    year = WholeField("投用年份", [DataRequired("请填写投用年份。")])
    units = WholeField("台数")
    summary = TextAreaField("案例介绍", [DataRequired("请填写案例介绍。"), Length(max=3000)])
    effect = TextAreaField("应用成效", [Length(max=1000)])
    source = StringField("公开报道网址", [Length(max=300)])

    def as_facts(self) -> CaseFacts:
        """The facts that a valid form holds."""
        return CaseFacts(
            title=self.title.data or "",
            sector=self.sector.data,
            place=self.place.data or "",
            year=self.year.data or 0,
            units=self.units.data,
            summary=self.summary.data or "",
            effect=self.effect.data or "",
            source=(self.source.data or "").strip() or None,
        )


class SolutionForm(FlaskForm):
    """How the firm meets a kind of need."""

    title = StringField("方案名称", [DataRequired("请填写方案名称。"), Length(max=120)])
    sector = choice_field("行业", validators=[DataRequired("请选择行业。")])
    tasks = SelectMultipleField("任务")
    products = SelectMultipleField("所用产品")
    modes = SelectMultipleField("合作方式")
    summary = TextAreaField("方案摘要", [DataRequired("请填写方案摘要。"), Length(max=300)])
    content = TextAreaField("方案内容", [DataRequired("请填写方案内容。"), Length(max=5000)])

    def as_facts(self) -> SolutionFacts:
        """The facts that a valid form holds."""
        return SolutionFacts(
            title=self.title.data or "",
            sector=self.sector.data,
            summary=self.summary.data or "",
            content=self.content.data or "",
            tasks=tuple(self.tasks.data or ()),
            modes=tuple(self.modes.data or ()),
        )


def make_case_form(case: Case | None, products: Sequence[Product]) -> CaseForm:
    """The form, filled from the case unless it was sent."""
    data: dict[str, object] = {}
    if case is not None:
        names = ("title", "sector", "place", "year", "units", "summary", "effect", "source")
        data = {name: getattr(case, name) for name in names}
        data["product"] = case.product.code if case.product else ""
    form = CaseForm(data=data)
    form.sector.choices = as_choices(
        [("", "请选择"), *((s.id, s.zh) for s in load_vocabulary().sectors)]
    )
    form.product.choices = as_choices([("", "不指定"), *((p.code, p.model) for p in products)])
    return form


def make_solution_form(solution: Solution | None, products: Sequence[Product]) -> SolutionForm:
    """The form, filled from the solution unless it was sent."""
    data: dict[str, object] = {}
    if solution is not None:
        names = ("title", "sector", "tasks", "modes", "summary", "content")
        data = {name: getattr(solution, name) for name in names}
        data["products"] = [product.code for product in solution.products]
    form = SolutionForm(data=data)
    vocabulary = load_vocabulary()
    form.sector.choices = as_choices([("", "请选择"), *((s.id, s.zh) for s in vocabulary.sectors)])
    form.tasks.choices = as_choices([(t.id, t.zh) for t in vocabulary.tasks])
    form.modes.choices = as_choices([(m.id, m.zh) for m in vocabulary.modes if m.selectable])
    form.products.choices = as_choices([(p.code, p.model) for p in products])
    return form
