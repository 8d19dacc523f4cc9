"""Pure decisions on ledgers and on the register of awards."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from matchmaker.errors import InvalidInput

#: 10 billion yuan: more than any project of a city, far below what the database holds.
AMOUNT_MAX_FEN = 10_000_000_000_00
TEXT_MAX = 200


class Category(StrEnum):
    """What an investment was made in."""

    ROBOT = "robot"
    SOFTWARE = "software"
    WORKS = "works"
    INTEGRATION = "integration"
    OPERATION = "operation"
    LAND = "land"
    USED_EQUIPMENT = "used_equipment"
    OTHER = "other"


CATEGORY_LABELS = {
    Category.ROBOT: "机器人本体及配套设备",
    Category.SOFTWARE: "软件、数据和算力",
    Category.WORKS: "场地和网络改造",
    Category.INTEGRATION: "系统集成和调试",
    Category.OPERATION: "培训和运维",
    Category.LAND: "土地、厂房",
    Category.USED_EQUIPMENT: "旧设备",
    Category.OTHER: "其他",
}
#: What the clauses with 不含土地、厂房、旧设备 leave out.
EXCLUDED_CATEGORIES = frozenset({Category.LAND, Category.USED_EQUIPMENT})


@dataclass(frozen=True, kw_only=True)
class ItemFacts:
    """One line of a ledger as it is entered. Amounts in fen."""

    category: Category
    description: str
    seller: str
    invoice_number: str
    invoice_date: date
    amount_with_tax_fen: int
    amount_without_tax_fen: int
    payment_reference: str
    paid_on: date | None


@dataclass(frozen=True)
class Verified:
    """What the auditor left of one line."""

    category: Category
    without_tax_fen: int
    with_tax_fen: int


def normalise_invoice_number(text: str) -> str:
    """The form in which invoice numbers are compared: NFKC, upper case, letters and digits only."""
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join(sign for sign in folded if sign.isalnum())


def check_item(facts: ItemFacts, today: date) -> None:
    """Raise InvalidInput (with the field) for a line that cannot be right."""
    _check_text("description", "支出内容", facts.description)
    _check_text("seller", "销售方", facts.seller)
    if not 6 <= len(normalise_invoice_number(facts.invoice_number)) <= 40:
        raise InvalidInput(
            "invoice_number", "发票号码应为 6 至 40 位字母或数字。", field="invoice_number"
        )
    if facts.invoice_date > today:
        raise InvalidInput("invoice_date", "开票日期不能晚于今天。", field="invoice_date")
    if facts.paid_on is not None and facts.paid_on > today:
        raise InvalidInput("paid_on", "付款日期不能晚于今天。", field="paid_on")
    if not 0 < facts.amount_with_tax_fen <= AMOUNT_MAX_FEN:
        raise InvalidInput("amount", "含税金额应大于 0。", field="amount_with_tax")
    if not 0 < facts.amount_without_tax_fen <= facts.amount_with_tax_fen:
        raise InvalidInput(
            "amount_without_tax",
            "不含税金额应大于 0，且不超过含税金额。",
            field="amount_without_tax",
        )


def _check_text(field: str, label: str, text: str) -> None:
    if not 0 < len(text.strip()) <= TEXT_MAX:
        raise InvalidInput(
            "text_length",
            "请填写{label}，不超过 {limit} 个字。",
            field=field,
            label=label,
            limit=TEXT_MAX,
        )


def check_verified(facts_fen: int, verified_fen: int, reason: str) -> None:
    """Raise InvalidInput unless the amount is within the claimed one and a cut is explained."""
    if not 0 <= verified_fen <= facts_fen:
        raise InvalidInput("verified_amount", "审定金额应在 0 与申报金额之间。", field="verified")
    if verified_fen < facts_fen and not reason.strip():
        raise InvalidInput("cut_reason", "核减时请写明理由。", field="reason")


def compute_total(items: Iterable[Verified], *, with_tax: bool) -> int:
    """Verified total in fen, everything included."""
    return sum(item.with_tax_fen if with_tax else item.without_tax_fen for item in items)


def compute_excluded(items: Iterable[Verified], *, with_tax: bool) -> int:
    """Verified total in fen of land, plant and used equipment."""
    return compute_total(
        (item for item in items if item.category in EXCLUDED_CATEGORIES), with_tax=with_tax
    )


class OverlapSign(StrEnum):
    """Why two awards may be for the same work."""

    CREDIT_CODE = "credit_code"
    PROJECT = "project"
    INVOICE = "invoice"


OVERLAP_LABELS = {
    OverlapSign.CREDIT_CODE: "同一统一社会信用代码",
    OverlapSign.PROJECT: "项目名称相近",
    OverlapSign.INVOICE: "发票号码相同",
}


@dataclass(frozen=True)
class AwardTrace:
    """What identifies the work behind an award."""

    credit_code: str
    project: str
    invoices: frozenset[str]


def find_overlap_signs(one: AwardTrace, other: AwardTrace) -> tuple[OverlapSign, ...]:
    """The signs that two awards share, strongest first; empty when they share none."""
    signs = []
    if one.invoices & other.invoices:
        signs.append(OverlapSign.INVOICE)
    if is_similar_project(one.project, other.project):
        signs.append(OverlapSign.PROJECT)
    if one.credit_code and one.credit_code == other.credit_code:
        signs.append(OverlapSign.CREDIT_CODE)
    return tuple(signs)


def is_similar_project(one: str, other: str) -> bool:
    """True when one name holds the other, or they share two thirds of their sign pairs."""
    first, second = _squeeze(one), _squeeze(other)
    shorter, longer = sorted((first, second), key=len)
    if len(shorter) < 4:
        return bool(shorter) and shorter == longer
    if shorter in longer:
        return True
    pairs, others = _pairs(first), _pairs(second)
    return 3 * len(pairs & others) >= 2 * max(len(pairs), len(others))


@lru_cache(maxsize=16_384)
def _squeeze(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).lower() if sign.isalnum())


@lru_cache(maxsize=16_384)
def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[index : index + 2] for index in range(len(text) - 1))


def find_repeated(numbers: Sequence[str]) -> frozenset[str]:
    """Normalised invoice numbers that occur more than once."""
    seen: set[str] = set()
    repeated: set[str] = set()
    for number in map(normalise_invoice_number, numbers):
        (repeated if number in seen else seen).add(number)
    return frozenset(repeated)
