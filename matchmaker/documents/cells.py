"""What a cell of a filled-in table may hold: each function gives a parser of its text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from matchmaker.errors import InvalidInput

_SEPARATORS = re.compile(r"[、，,;；\n]+")
_AMOUNT = re.compile(r"\d{1,13}(\.\d{1,2})?", re.ASCII)
_WAN = re.compile(r"\d{1,9}(\.\d{1,6})?", re.ASCII)
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
_DAY_FORMS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日")
FEN_PER_YUAN, FEN_PER_WAN = 100, 1_000_000

#: Turns a cell's text into a value; raises ``InvalidInput`` saying what to write.
Parser = Callable[[str], Any]


def refuse(message: str) -> InvalidInput:
    """The refusal of a cell; the message is shown as it is."""
    return InvalidInput("cell", "{text}", text=message)


def text_of(limit: int, *, least: int = 1) -> Parser:
    """One line of at most ``limit`` characters."""

    def parse(text: str) -> str:
        line = " ".join(text.split())
        if not least <= len(line) <= limit:
            reason = f"有 {len(line)} 个字，应为 {least} 至 {limit} 个字。"
            raise refuse(reason)
        return line

    return parse


def paragraphs_of(limit: int) -> Parser:
    """A text of several lines."""

    def parse(text: str) -> str:
        if len(text) > limit:
            raise refuse(f"有 {len(text)} 个字，最多 {limit} 个字。")
        return text.replace("\r\n", "\n").replace("\r", "\n")

    return parse


def whole_of(low: int, high: int) -> Parser:
    """A whole number."""

    def parse(text: str) -> int:
        plain = text.replace(",", "").replace("，", "")
        if not _WHOLE.fullmatch(plain) or not low <= int(plain) <= high:
            raise refuse(f"应为 {low} 至 {high} 的整数。")
        return int(plain)

    return parse


def parse_yuan(text: str) -> int:
    """An amount in 元 as fen."""
    plain = text.replace(",", "").replace("，", "")
    if not _AMOUNT.fullmatch(plain):
        raise refuse("应为以元计的金额，不带负号，最多两位小数，如 99000 或 800.50。")
    return int(Decimal(plain) * FEN_PER_YUAN)


def parse_wan(text: str) -> int:
    """An amount in 万元 as fen."""
    plain = text.replace(",", "").replace("，", "")
    if not _WAN.fullmatch(plain):
        raise refuse("应为以万元计的数字，如 180 或 180.5。")
    return int(Decimal(plain) * FEN_PER_WAN)


def parse_day(text: str) -> date:
    """A day in one of the usual ways of writing it."""
    for form in _DAY_FORMS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a legal day has no zone
        except ValueError:
            continue
    raise refuse("应为真实的日期，如 2026-11-20。")


def parse_credit_code(text: str) -> str:
    """A 统一社会信用代码 by its form: 18 letters and digits."""
    code = text.upper()
    if not (len(code) == 18 and code.isalnum() and code.isascii()):
        raise refuse("应为 18 位字母和数字。")
    return code


def choice_of(values: Mapping[str, Any]) -> Parser:
    """One of the labels; the value behind it."""

    def parse(text: str) -> Any:
        if text not in values:
            raise refuse(f"没有“{text[:40]}”这一项，应为{'、'.join(values)}之一。")
        return values[text]

    return parse


def list_of(part: Parser, *, most: int) -> Parser:
    """Several values in one cell, separated by 、 ； or line breaks; repeats are refused."""

    def parse(text: str) -> tuple[Any, ...]:
        words = [word.strip() for word in _SEPARATORS.split(text) if word.strip()]
        values = tuple(part(word) for word in words)
        if len(values) > most:
            raise refuse(f"最多 {most} 项。")
        if len(set(values)) != len(values):
            raise refuse("有重复的项，请删去一项。")
        return values

    return parse
