"""Form fields that say in Chinese what a figure or a date should look like."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from wtforms import Field, StringField
from wtforms.widgets import TextInput

FEN_PER_WAN = 1_000_000
_WAN = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)(?:万元?)?", re.ASCII)
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)


class WanField(Field):
    """An amount typed in 万元, exact to the fen; ``data`` is fen or None."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else _plain(Decimal(self.data) / FEN_PER_WAN)

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0].strip().replace(",", "").replace("，", "") if valuelist else ""
        self.data = None
        if not text:
            return
        found = _WAN.fullmatch(text)
        if not found:
            raise ValueError("请填写以万元计的数字，如 180 或 180.5。")
        self.data = int(Decimal(found[1]) * FEN_PER_WAN)


class WholeField(Field):
    """A whole number of one or more; ``data`` is an int or None."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not text:
            return
        if not _WHOLE.fullmatch(text):
            raise ValueError("请填写整数，如 6。")
        self.data = int(text)


class LegalDayField(Field):
    """A day, typed or picked as 2026-11-20; ``data`` is a date or None."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.data.isoformat()

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not text:
            return
        try:
            self.data = date.fromisoformat(text)
        except ValueError:
            raise ValueError("请填写真实的日期，如 2026-11-20。") from None


class SuggestField(StringField):
    """A text with usual answers to choose from; they are only suggestions."""

    def __init__(self, *args: Any, suggestions: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.suggestions = suggestions


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")
