"""Column types for values of the catalogue's attributes."""

from __future__ import annotations

import json
from decimal import Decimal

from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator

from matchmaker.catalogue.values import Value


class ValueText(TypeDecorator[Value]):
    """A typed value as JSON text; a fraction comes back as an exact ``Decimal``."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Value | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return dump_value(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Value | None:
        return None if value is None else parse_value(value)


def dump_value(value: Value) -> str:
    """The stored form: a number without exponent, else JSON."""
    return (
        format(value, "f") if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)
    )


def parse_value(text: str) -> Value:
    """The value of a stored form."""
    parsed: Value | list[str] = json.loads(text, parse_float=Decimal)
    return tuple(parsed) if isinstance(parsed, list) else parsed
