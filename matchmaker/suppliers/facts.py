"""What a firm says of itself and of a product, and what is refused. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from matchmaker.catalogue.concepts import ProductClass
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.errors import InvalidInput

#: Words that a firm may add to the tasks of the catalogue.
TASK_WORDS_MAX = 20


@dataclass(frozen=True, kw_only=True)
class SupplierFacts:
    """What a firm says of itself; ids are the catalogue's."""

    legal_name: str
    short_name: str
    kind: ProductClass
    city: str | None = None
    district: str | None = None
    other_district: str | None = None
    founded_year: int | None = None
    introduction: str = ""
    website: str | None = None
    modes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ProductFacts:
    """What a firm says of a product; ids are the catalogue's."""

    model: str
    form: str
    description: str = ""
    sectors: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    task_words: tuple[str, ...] = ()


def check_reason(reason: str) -> None:
    """Raise ``InvalidInput`` for an empty or overlong reason."""
    if not 2 <= len(reason.strip()) <= 500:
        raise InvalidInput("reason_missing", "请写明理由（2 至 500 字）。", field="reason")


def check_supplier_facts(facts: SupplierFacts, *, today: date) -> None:
    """Raise ``InvalidInput`` naming the field that is missing, too long or unknown."""
    check_text(facts.legal_name, "legal_name", "企业全称", 2, 120)
    check_text(facts.short_name, "short_name", "企业简称", 1, 60)
    check_text(facts.introduction, "introduction", "企业介绍", 0, 3000)
    year = facts.founded_year
    if year is not None and not 1800 <= year <= today.year:
        raise InvalidInput("founded_year", "成立年份不正确，请填四位年份。", field="founded_year")
    check_address(facts.website, "website")
    vocabulary = load_vocabulary()
    if facts.city:
        vocabulary.cities.get(facts.city)
    if facts.district:
        vocabulary.district(facts.district)
    for mode in facts.modes:
        vocabulary.mode(mode)


def check_address(address: str | None, field: str) -> None:
    """Raise ``InvalidInput`` for anything but a whole web address; None is allowed."""
    if address is None:
        return
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.netloc or len(address) > 300:
        raise InvalidInput(
            "address", "网址不正确，请填以 http:// 或 https:// 开头的完整网址。", field=field
        )


def check_product_facts(facts: ProductFacts) -> None:
    """Raise ``InvalidInput`` naming the field that is missing, too long or unknown."""
    check_text(facts.model, "model", "产品型号", 1, 80)
    check_text(facts.description, "description", "产品说明", 0, 3000)
    if len(facts.task_words) > TASK_WORDS_MAX or any(len(w) > 40 for w in facts.task_words):
        raise InvalidInput(
            "task_words",
            "任务的其他说法最多 {most} 个，每个不超过 40 字。",
            field="task_words",
            most=TASK_WORDS_MAX,
        )
    vocabulary = load_vocabulary()
    vocabulary.form(facts.form)
    for sector in facts.sectors:
        vocabulary.sector(sector)
    for task in facts.tasks:
        vocabulary.task(task)
    for mode in facts.modes:
        vocabulary.mode(mode)


def check_text(text: str, field: str, label: str, low: int, high: int) -> None:
    """Raise ``InvalidInput`` unless the text has between ``low`` and ``high`` characters."""
    if not low <= len(text.strip()) <= high:
        raise InvalidInput(
            "text_length",
            "“{label}”应为 {low} 至 {high} 字。",
            field=field,
            label=label,
            low=low,
            high=high,
        )
