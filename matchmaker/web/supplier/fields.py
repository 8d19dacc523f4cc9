"""Form fields of the firms' area."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from wtforms import Field, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import TextInput

from matchmaker.errors import InvalidInput

Value = TypeVar("Value")
FEN_PER_YUAN = 100
_YUAN = re.compile(r"(\d{1,11}(?:\.\d{1,6})?)(元|万元?|亿元?)?", re.ASCII)
_YUAN_PER = {"": 1, "元": 1, "万": 10_000, "万元": 10_000, "亿": 10**8, "亿元": 10**8}


class YuanField(Field):
    """An amount typed in 元, or with its unit as 150万; ``data`` is fen or None."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{Decimal(self.data) / FEN_PER_YUAN:.2f}"

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0].strip().replace(",", "").replace("，", "") if valuelist else ""
        self.data = None
        if not text:
            return
        found = _YUAN.fullmatch(text)
        fen = Decimal(found[1]) * _YUAN_PER[found[2] or ""] * FEN_PER_YUAN if found else None
        if fen is None or fen != int(fen):
            raise ValueError("请填写以元计的金额，最多两位小数，如 99000 或 800.50；也可写 150万。")
        self.data = int(fen)


def as_choices(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """Pairs of value and label as the form library wants them."""
    return [SelectChoice(value, label) for value, label in pairs]


def choice_field(label: str, choices: Sequence[tuple[str, str]] = (), **kwargs: Any) -> Any:
    """One of the given choices or nothing; ``data`` is empty for nothing."""
    options = as_choices([("", "请选择"), *choices])
    return SelectField(label, choices=options, default="", filters=[_nothing_is_empty], **kwargs)


def _nothing_is_empty(value: str | None) -> str:
    return value or ""


def given(value: Value | None) -> Value:
    """What a field that ``DataRequired`` has checked holds."""
    if value is None:
        raise InvalidInput("field_missing", "请填写全部必填项。")
    return value
