"""Pure decisions about archives: editions, plain values, when a round may be archived."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from matchmaker.errors import Conflict, InvalidInput

#: Kind of the job that makes an archive.
ARCHIVE = "archive"
#: Larger archives would need another form of zip, which the check doesn't read.
SIZE_MAX = 4_000_000_000


class Edition(StrEnum):
    """Who an archive is for: with or without persons, contacts and what was never published."""

    INTERNAL = "internal"
    PUBLIC = "public"


EDITION_LABELS: Mapping[Edition, str] = {
    Edition.INTERNAL: "内部版",
    Edition.PUBLIC: "公开版",
}


def read_edition(text: str) -> Edition:
    """The edition; raises ``InvalidInput`` for an unknown one."""
    if text not in set(Edition):
        raise InvalidInput(
            "edition_unknown",
            "归档版本应为 internal（内部版）或 public（公开版）。",
            field="edition",
        )
    return Edition(text)


def check_ready(edition: Edition, *, has_final: bool, is_public: bool) -> None:
    """Raise ``Conflict`` while scores are not all in, or before the list is public."""
    if not has_final:
        raise Conflict("archive_early", "复评名单拟定以后才能归档，此前评分不对任何人公开。")
    if edition is Edition.PUBLIC and not is_public:
        raise Conflict("archive_not_public", "名单公示以后才能生成公开版归档。")


def make_json(value: Any) -> bytes:
    """Canonical JSON of a value with a line end: sorted keys, UTF-8, indented for readers."""
    text = json.dumps(plain(value), ensure_ascii=False, sort_keys=True, indent=1)
    return f"{text}\n".encode()


def plain(value: Any) -> Any:
    """A value as JSON takes it: moments in UTC, days in ISO, exact numbers as text.

    >>> plain({"score": Fraction(1, 2), "on": date(2026, 12, 8)})
    {'score': '1/2', 'on': '2026-12-08'}
    """
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (Fraction, Decimal)):
        return str(value)
    return value


def pick(row: Any, *names: str) -> dict[str, Any]:
    """Some columns of a row by name."""
    return {name: getattr(row, name) for name in names}


def show_points(hundredths: int | None) -> str | None:
    """Points with two decimals; None where nothing was given.

    >>> show_points(8550)
    '85.50'
    """
    return None if hundredths is None else f"{hundredths // 100}.{hundredths % 100:02d}"
