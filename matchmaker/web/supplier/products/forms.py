"""The forms of a product: what it is, what it can do, what it costs."""

from __future__ import annotations

import re
from typing import Any

from flask_wtf import FlaskForm
from wtforms import SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from matchmaker.catalogue.concepts import Attribute, AttributeKind, Mode
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.suppliers.capabilities.operations import list_editable_attributes
from matchmaker.suppliers.facts import ProductFacts
from matchmaker.suppliers.models import Product
from matchmaker.suppliers.values import format_plain
from matchmaker.web.supplier.fields import YuanField, as_choices, choice_field

YES_NO = [("是", "是"), ("否", "否")]
_SEPARATORS = re.compile(r"[、，,;；\n]+")


class ProductForm(FlaskForm):
    """What a product is."""

    model = StringField("产品型号", [DataRequired("请填写产品型号。"), Length(max=80)])
    form = choice_field("产品形态", validators=[DataRequired("请选择产品形态。")])
    description = TextAreaField("产品说明", [Length(max=3000)])
    sectors = SelectMultipleField("适用行业")
    tasks = SelectMultipleField("能承担的任务")
    task_words = StringField("任务的其他说法", [Length(max=400)])
    modes = SelectMultipleField("合作方式")

    def offer_choices(self) -> None:
        """Fill the choices from the catalogue."""
        vocabulary = load_vocabulary()
        self.form.choices = as_choices([("", "请选择"), *((f.id, f.zh) for f in vocabulary.forms)])
        self.sectors.choices = as_choices([(s.id, s.zh) for s in vocabulary.sectors])
        self.tasks.choices = as_choices([(t.id, t.zh) for t in vocabulary.tasks])
        self.modes.choices = as_choices([(m.id, m.zh) for m in vocabulary.modes if m.selectable])

    def as_facts(self) -> ProductFacts:
        """The facts that a valid form holds."""
        words = [word.strip() for word in _SEPARATORS.split(self.task_words.data or "")]
        return ProductFacts(
            model=(self.model.data or "").strip(),
            form=self.form.data,
            description=(self.description.data or "").strip(),
            sectors=tuple(self.sectors.data or ()),
            tasks=tuple(self.tasks.data or ()),
            modes=tuple(self.modes.data or ()),
            task_words=tuple(dict.fromkeys(word for word in words if word)),
        )


def make_product_form(product: Product | None) -> ProductForm:
    """The form, filled from the product unless it was sent."""
    data: dict[str, object] = {}
    if product is not None:
        data = {
            "model": product.model,
            "form": product.form,
            "description": product.description,
            "sectors": [row.sector for row in product.sectors],
            "tasks": [row.task for row in product.tasks],
            "modes": [row.mode for row in product.modes],
            "task_words": "、".join(product.task_words),
        }
    form = ProductForm(data=data)
    form.offer_choices()
    return form


def make_figures_form(product: Product) -> FlaskForm:
    """One field an attribute, filled with the product's figures unless it was sent."""
    fields: dict[str, Any] = {item.id: _figure_field(item) for item in list_editable_attributes()}
    form_class = type("FiguresForm", (FlaskForm,), fields)
    data = {row.attribute: format_plain(row.value) for row in product.capabilities}
    return form_class(data=data)


def _figure_field(attribute: Attribute) -> Any:
    if attribute.kind is AttributeKind.YES_NO:
        return choice_field(attribute.zh, YES_NO)
    if attribute.kind is AttributeKind.ORDINAL:
        return choice_field(attribute.zh, [(word, word) for word in attribute.choices])
    return StringField(attribute.zh, [Length(max=400)])


def list_priced_modes() -> list[Mode]:
    """The modes that a price can be stated for."""
    return [mode for mode in load_vocabulary().modes if mode.selectable]


def make_prices_form(product: Product) -> FlaskForm:
    """An amount and a note for each mode, filled with the product's prices unless it was sent."""
    fields: dict[str, Any] = {}
    data: dict[str, object] = {}
    prices = {row.mode: row for row in product.prices}
    for mode in list_priced_modes():
        fields[f"amount_{mode.id}"] = YuanField(mode.zh)
        fields[f"note_{mode.id}"] = StringField(f"{mode.zh}说明", [Length(max=200)])
        if mode.id in prices:
            data[f"amount_{mode.id}"] = prices[mode.id].amount_fen
            data[f"note_{mode.id}"] = prices[mode.id].note
    return type("PricesForm", (FlaskForm,), fields)(data=data)
