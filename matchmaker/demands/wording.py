"""Stored values as words: requirements, fields before and after an edit, texts for search."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from matchmaker.catalogue.concepts import Attribute, AttributeKind
from matchmaker.catalogue.shelf import Shelf
from matchmaker.catalogue.values import Value
from matchmaker.catalogue.vocabulary import Vocabulary
from matchmaker.demands.content import ListingContent
from matchmaker.demands.rules import KIND_LABELS, ListingKind
from matchmaker.demands.seed_records import RequirementRecord

SIGNS = {">=": "不低于", "<=": "不高于", "=": "为", "!=": "不为"}
EMPTY = "（未填写）"
FEN_PER_YUAN = 100


def describe_value(attribute: Attribute, value: Value, vocabulary: Vocabulary) -> str:
    """A wanted value with its unit: ``20 kg``, ``需要``, ``CR认证、CE认证``."""
    if isinstance(value, bool):
        return "需要" if value else "不需要"
    if isinstance(value, tuple):
        return "、".join(_label(vocabulary.certificates, word) for word in value)
    if attribute.kind is AttributeKind.ORDINAL:
        return _label(vocabulary.levels, str(value))
    number = format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)
    return f"{number} {attribute.symbol}".rstrip()


def describe_requirement(requirement: RequirementRecord, vocabulary: Vocabulary) -> str:
    """One requirement as it is read: ``载荷不低于 20 kg（必须）``."""
    attribute = vocabulary.attribute(requirement.attribute)
    value = describe_value(attribute, requirement.value, vocabulary)
    weight = "必须" if requirement.hard else "期望"
    if isinstance(requirement.value, bool):
        return f"{value}{attribute.zh}（{weight}）"
    if isinstance(requirement.value, tuple):
        return f"{attribute.zh}：{value}（{weight}）"
    return f"{attribute.zh}{SIGNS[requirement.operator]} {value}（{weight}）"


def describe_field(name: str, value: Any, vocabulary: Vocabulary) -> str:
    """A field of the content as it is shown in the public history."""
    shelves: dict[str, Shelf[Any]] = {
        "sector": vocabulary.sectors,
        "district": vocabulary.districts,
        "owner_kind": vocabulary.owner_kinds,
        "tasks": vocabulary.tasks,
        "modes": vocabulary.modes,
    }
    if value in (None, "", ()):
        return EMPTY
    if name in shelves:
        ids: Iterable[str] = (value,) if isinstance(value, str) else value
        return "、".join(_label(shelves[name], id_) for id_ in ids)
    if name == "requirements":
        return "；".join(describe_requirement(each, vocabulary) for each in value)
    if isinstance(value, ListingKind):
        return KIND_LABELS[value]
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if name.endswith("_fen"):
        return f"{Decimal(value) / FEN_PER_YUAN:,.2f}元"
    return str(value)


def make_search_body(content: ListingContent, vocabulary: Vocabulary) -> str:
    """Everything of a listing that it should be found by, beside its title.

    The sector is left out: its name (市政巡检) would answer for every listing of it.
    """
    named = (
        describe_field(name, getattr(content, name), vocabulary)
        for name in ("kind", "district", "owner_kind", "tasks", "modes", "requirements")
        if getattr(content, name)
    )
    written = (content.owner_description, content.pain_point, content.description)
    return "\n".join((*written, *content.facts.values(), *named))


def _label(shelf: Shelf[Any], word: str) -> str:
    entry = shelf.find(word)
    return str(entry.zh) if entry else word
