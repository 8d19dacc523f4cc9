"""The pages of the listing's form, each a part of one ``ListingContent``."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice

from matchmaker.catalogue.concepts import Attribute
from matchmaker.catalogue.vocabulary import Vocabulary, load_vocabulary
from matchmaker.demands.content import ListingContent, clean_line, clean_paragraphs
from matchmaker.demands.questions import FormStep, questions_for
from matchmaker.demands.rules import KIND_LABELS, ListingKind
from matchmaker.demands.typed_requirements import typed_attributes
from matchmaker.web.owner.demands.fields import LegalDayField, SuggestField, WanField, WholeField
from matchmaker.web.owner.demands.requirements import (
    VALUE_PREFIX,
    WEIGHT_PREFIX,
    WEIGHTS,
    read_requirements,
    show_requirement,
)

#: What a submission cannot do without; a draft may leave it out.
NEEDED = ("title", "sector", "district", "description", "deadline")


class StepForm(FlaskForm):
    """What every page carries: the version that it was filled from, and why a change is made."""

    revision = HiddenField()
    reason = StringField("变更原因")


class BasicsForm(StepForm):
    """The first page: everything that a submission cannot do without."""

    kind = RadioField(
        "类别", choices=[SelectChoice(kind.value, KIND_LABELS[kind]) for kind in ListingKind]
    )
    title = StringField("名称")
    sector = SelectField("行业领域", validate_choice=False)
    district = SelectField("所在区县", validate_choice=False)
    owner_kind = SelectField("单位类型", validate_choice=False)
    owner_description = StringField("单位概况")
    description = TextAreaField("需求描述")
    pain_point = TextAreaField("现状与难点")
    tasks = SelectMultipleField("任务", validate_choice=False)
    quantity = WholeField("数量")
    deadline = LegalDayField("应答截止日期")


class CooperationForm(StepForm):
    """Budget and cooperation modes; the questions of the kind are added."""

    budget_low_fen = WanField("预算下限")
    budget_high_fen = WanField("预算上限")
    modes = SelectMultipleField("可接受的合作方式", validate_choice=False)


def make_form(step: FormStep, content: ListingContent, version: int) -> StepForm:
    """The page of the form for a kind of listing, filled from the content unless it was sent."""
    form_class = _form_class(step, content.kind)
    data = _content_data(step, content) | {"revision": str(version)}
    form = form_class(data=data)
    _offer_choices(form)
    for name in NEEDED:
        if name in form:
            form[name].flags.required = True
    return form


def _form_class(step: FormStep, kind: ListingKind) -> type[StepForm]:
    bases = {FormStep.BASICS: BasicsForm, FormStep.COOPERATION: CooperationForm}
    base = bases.get(step, StepForm)
    extra: dict[str, Any] = {
        question.key: SuggestField(question.label, suggestions=question.suggestions)
        for question in questions_for(kind, step)
    }
    if step is FormStep.REQUIREMENTS:
        for attribute in typed_attributes(load_vocabulary()):
            extra[VALUE_PREFIX + attribute.id] = _value_field(attribute)
            extra[WEIGHT_PREFIX + attribute.id] = SelectField(
                "程度", choices=WEIGHTS, validate_choice=False
            )
    return type("ListingStepForm", (base,), extra)


def _value_field(attribute: Attribute) -> Any:
    if attribute.kind.value == "yes_no":
        choices = [SelectChoice("", "不作要求"), SelectChoice("yes", "需要")]
        return SelectField(attribute.zh, choices=choices, validate_choice=False)
    if attribute.choices:
        choices = [SelectChoice("", "不作要求"), *map(SelectChoice, attribute.choices)]
        return SelectField(attribute.zh, choices=choices, validate_choice=False)
    if attribute.kind.value == "set":
        return SelectMultipleField(
            attribute.zh,
            choices=_choices(load_vocabulary().certificates),
            validate_choice=False,
        )
    return StringField(attribute.zh)


def _offer_choices(form: StepForm) -> None:
    vocabulary = load_vocabulary()
    for name, shelf in (
        ("sector", vocabulary.sectors),
        ("district", vocabulary.districts),
        ("owner_kind", vocabulary.owner_kinds),
    ):
        if name in form:
            form[name].choices = [SelectChoice("", "请选择"), *_choices(shelf)]
    if "tasks" in form:
        form["tasks"].choices = _choices(vocabulary.tasks)
    if "modes" in form:
        form["modes"].choices = _choices(mode for mode in vocabulary.modes if mode.selectable)


def _choices(entries: Iterable[Any]) -> list[SelectChoice]:
    return [SelectChoice(entry.id, entry.zh) for entry in entries]


def _content_data(step: FormStep, content: ListingContent) -> dict[str, Any]:
    data: dict[str, Any] = dict(content.facts)
    if step is FormStep.REQUIREMENTS:
        for requirement in content.requirements:
            data[VALUE_PREFIX + requirement.attribute] = show_requirement(requirement)
            weight = "hard" if requirement.hard else "wish"
            data[WEIGHT_PREFIX + requirement.attribute] = weight
        written = {requirement.attribute for requirement in content.requirements}
        for attribute in typed_attributes(load_vocabulary()):
            if attribute.id not in written:
                data[WEIGHT_PREFIX + attribute.id] = "hard" if attribute.default_hard else "wish"
        return data
    for each in dataclasses.fields(ListingContent):
        if each.name not in {"facts", "requirements"}:
            data[each.name] = getattr(content, each.name)
    data["kind"] = content.kind.value
    return data


def merge(step: FormStep, form: StepForm, content: ListingContent) -> ListingContent:
    """The content with what this page of the form says.

    Raises ``InvalidInput`` naming the field where a requirement cannot be read.
    """
    changes: dict[str, Any] = {}
    if step is FormStep.BASICS:
        changes = _read_basics(form)
    elif step is FormStep.COOPERATION:
        changes = {
            "budget_low_fen": form["budget_low_fen"].data,
            "budget_high_fen": form["budget_high_fen"].data,
            "modes": tuple(form["modes"].data or ()),
        }
    elif step is FormStep.REQUIREMENTS:
        changes = {"requirements": read_requirements(form, content, load_vocabulary())}
    merged = dataclasses.replace(content, **changes)
    return dataclasses.replace(merged, facts=_merge_facts(step, form, merged))


def _read_basics(form: StepForm) -> dict[str, Any]:
    kind = form["kind"].data
    return {
        "kind": ListingKind(kind) if kind in set(ListingKind) else ListingKind.SCENE,
        "title": clean_line(form["title"].data),
        "sector": form["sector"].data or "",
        "district": form["district"].data or "",
        "owner_kind": form["owner_kind"].data or "",
        "owner_description": clean_line(form["owner_description"].data),
        "description": clean_paragraphs(form["description"].data),
        "pain_point": clean_paragraphs(form["pain_point"].data),
        "tasks": tuple(form["tasks"].data or ()),
        "quantity": form["quantity"].data,
        "deadline": form["deadline"].data,
    }


def _merge_facts(step: FormStep, form: StepForm, content: ListingContent) -> dict[str, str]:
    """Answers of this page beside those of the others; questions of another kind fall away."""
    facts = dict(content.facts)
    for question in questions_for(content.kind, step):
        if question.key in form:
            facts[question.key] = clean_line(form[question.key].data)
    asked = {question.key for question in questions_for(content.kind)}
    return {key: answer for key, answer in facts.items() if answer and key in asked}


def group_tasks(vocabulary: Vocabulary, sector: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The tasks to tick: those usual in the sector first, then by family."""
    groups: list[tuple[str, list[tuple[str, str]]]] = []
    usual = vocabulary.sectors.find(sector) if sector else None
    if usual and usual.tasks:
        first = [(id_, vocabulary.task(id_).zh) for id_ in usual.tasks]
        groups.append((f"{usual.zh}常见任务", first))
    shown = set(usual.tasks) if usual else set()
    for family in vocabulary.families:
        members = [
            (task.id, task.zh)
            for task in vocabulary.tasks
            if task.family == family.id and task.id not in shown
        ]
        if members:
            groups.append((family.zh, members))
    return groups
