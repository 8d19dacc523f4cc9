"""Pure decisions that all of this room shares: the seal of the deadline, texts and reasons."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from matchmaker.errors import Conflict, InvalidFields, InvalidInput
from matchmaker.text.contact_details import find_contact_detail

#: Characters that are not seen but make two texts differ (zero width, direction, control).
_INVISIBLE = re.compile(
    r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)
REASON_MIN, REASON_MAX = 4, 500


def has_passed(deadline: date | None, today: date) -> bool:
    """True from 24:00 (Asia/Shanghai) of the deadline's day on; no deadline never passes.

    >>> has_passed(date(2026, 11, 20), date(2026, 11, 20))
    False
    >>> has_passed(date(2026, 11, 20), date(2026, 11, 21))
    True
    """
    return deadline is not None and today > deadline


def check_not_passed(deadline: date | None, today: date, act: str) -> None:
    """Raise ``Conflict`` once the deadline of the listing has passed."""
    if deadline is not None and has_passed(deadline, today):
        raise Conflict(
            "deadline_passed",
            "应答已于{month}月{day}日24时截止，不能再{act}。",
            month=deadline.month,
            day=deadline.day,
            act=act,
        )


def clean_text(text: str, *, field: str, label: str, low: int, high: int) -> str:
    """The text without invisible characters; raises ``InvalidInput`` naming the field."""
    lines = [_INVISIBLE.sub("", line).rstrip() for line in re.split(r"\r\n|\r|\n", text)]
    cleaned = "\n".join(lines).strip()
    if not low <= len(cleaned) <= high:
        raise InvalidInput(
            "text_length",
            "{label}应为 {low} 至 {high} 个字，现有 {length} 个字。",
            field=field,
            label=label,
            low=low,
            high=high,
            length=len(cleaned),
        )
    return cleaned


def clean_reason(text: str, *, field: str = "reason", label: str = "理由") -> str:
    """A reason that the other side can understand; raises ``InvalidInput``."""
    return clean_text(text, field=field, label=label, low=REASON_MIN, high=REASON_MAX)


def check_no_contact(text: str, *, field: str, label: str, instead: str) -> None:
    """Raise ``InvalidInput`` for a text with a telephone number or an e-mail address."""
    if found := find_contact_detail(text):
        raise InvalidInput(
            "contact_in_text",
            "{label}中不能写联系方式（“{found}”），请删去。{instead}",
            field=field,
            label=label,
            found=found,
            instead=instead,
        )


def check_each(*checks: Callable[[], object]) -> None:
    """Run all the checks, so that everything wrong is named at once; raises ``InvalidInput``."""
    refused: list[InvalidInput] = []
    for check in checks:
        try:
            check()
        except InvalidInput as error:
            refused += error.errors if isinstance(error, InvalidFields) else (error,)
    if len(refused) == 1:
        raise refused[0]
    if refused:
        raise InvalidFields(refused)
