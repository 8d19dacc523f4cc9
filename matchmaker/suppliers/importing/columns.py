"""The columns of the table of products, and what a row says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from matchmaker.catalogue.cells import entry_of, labels_of
from matchmaker.catalogue.concepts import Attribute, AttributeKind
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.documents.cells import list_of, paragraphs_of, parse_yuan, refuse, text_of
from matchmaker.documents.table import Record, TableColumn
from matchmaker.suppliers.capabilities.operations import PRICE_MAX_FEN, list_editable_attributes
from matchmaker.suppliers.facts import TASK_WORDS_MAX, ProductFacts
from matchmaker.suppliers.models import Product
from matchmaker.suppliers.values import parse_value

FIGURE, PRICE = "figure_", "price_"
MODEL_MAX, DESCRIPTION_MAX, WORD_MAX = 80, 3000, 40
#: More than any product needs.
LISTED_MAX = 20
EXAMPLES = {"payload_kg": "12", "ip_rating": "IP54", "endurance_h": "4", "stairs": "是"}


@dataclass(frozen=True, kw_only=True)
class ProductRow:
    """What a row says of one product. Facts that it leaves empty are not in ``facts``."""

    model: str
    facts: Mapping[str, Any]
    #: Attribute → the text of its value; mode → price in fen.
    figures: Mapping[str, str]
    prices: Mapping[str, int]


@lru_cache(maxsize=1)
def list_columns() -> tuple[TableColumn, ...]:
    """Every column of a product: the model names it, the form is needed for a new one."""
    return (*_basics(), *_prices(), *_figures())


def _basics() -> tuple[TableColumn, ...]:
    vocabulary = load_vocabulary()
    modes = [mode for mode in vocabulary.modes if mode.selectable]
    return (
        TableColumn(
            name="model",
            label="产品型号",
            parse=text_of(MODEL_MAX),
            required=True,
            help="型号已有的，按本行修改；没有的，新建草稿。",
            example="巡检一号",
            width=22,
        ),
        TableColumn(
            name="form",
            label="产品形态",
            parse=entry_of(vocabulary.forms),
            help="新产品必填。",
            example="四足机器人",
            choices=labels_of(vocabulary.forms),
        ),
        TableColumn(
            name="description",
            label="产品说明",
            parse=paragraphs_of(DESCRIPTION_MAX),
            help="发布前至少 10 个字。",
            example="四足巡检机器人，可在变电所内自主行走并抄读仪表。",
            width=44,
        ),
        _listed("sectors", "适用行业", entry_of(vocabulary.sectors), vocabulary.sectors),
        _listed("tasks", "能承担的任务", entry_of(vocabulary.tasks), vocabulary.tasks),
        _listed("modes", "合作方式", entry_of(vocabulary.modes, allowed=modes), modes),
        TableColumn(
            name="task_words",
            label="任务的其他说法",
            parse=list_of(text_of(WORD_MAX), most=TASK_WORDS_MAX),
            help=f"每个不超过 {WORD_MAX} 字，用顿号分开。",
        ),
    )


def _listed(name: str, label: str, parse: Any, entries: Any) -> TableColumn:
    return TableColumn(
        name=name,
        label=label,
        parse=list_of(parse, most=LISTED_MAX),
        choices=labels_of(entries),
        is_multiple=True,
    )


def _prices() -> tuple[TableColumn, ...]:
    vocabulary = load_vocabulary()
    return tuple(
        TableColumn(
            name=PRICE + mode.id,
            label=f"报价：{mode.zh}（{vocabulary.price_units.get(mode.price_unit).zh}）",
            parse=_parse_price,
            help="填了报价即表示提供这种合作方式。",
        )
        for mode in vocabulary.modes
        if mode.selectable
    )


def _parse_price(text: str) -> int:
    amount = parse_yuan(text)
    if not 0 < amount <= PRICE_MAX_FEN:
        raise refuse("价格应大于 0，且不超过 1 亿元。")
    return amount


def _figures() -> tuple[TableColumn, ...]:
    return tuple(_figure(attribute) for attribute in list_editable_attributes())


def _figure(attribute: Attribute) -> TableColumn:
    choices = ("是", "否") if attribute.kind is AttributeKind.YES_NO else attribute.choices
    unit = f"（{attribute.unit}）" if attribute.unit else ""
    return TableColumn(
        name=FIGURE + attribute.id,
        label=f"参数：{attribute.zh}{unit}",
        parse=partial(parse_value, attribute),
        help="填数字，不带单位。" if attribute.unit else "",
        example=EXAMPLES.get(attribute.id, ""),
        choices=choices,
    )


def read_product(record: Record) -> ProductRow:
    """What a row without a fault says."""
    facts = ("form", "description", "sectors", "tasks", "modes", "task_words")
    return ProductRow(
        model=record.get("model", ""),
        facts={name: record.get(name) for name in facts if name in record.values},
        figures={
            name.removeprefix(FIGURE): record.texts[name]
            for name in record.values
            if name.startswith(FIGURE)
        },
        prices={
            name.removeprefix(PRICE): record.get(name)
            for name in record.values
            if name.startswith(PRICE)
        },
    )


def merge_facts(row: ProductRow, product: Product | None) -> ProductFacts:
    """The facts after the row: what it leaves empty stays as it is."""
    present: dict[str, Any] = {"form": ""}
    if product is not None:
        present = {
            "form": product.form,
            "description": product.description,
            "sectors": tuple(each.sector for each in product.sectors),
            "tasks": tuple(each.task for each in product.tasks),
            "modes": tuple(each.mode for each in product.modes),
            "task_words": tuple(product.task_words),
        }
    model = product.model if product is not None else row.model
    return ProductFacts(model=model, **{**present, **row.facts})
