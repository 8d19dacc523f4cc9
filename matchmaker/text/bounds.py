"""What may be asked: a query is bounded before any work is spent on it."""

from __future__ import annotations

import re

from matchmaker.errors import InvalidInput, LimitExceeded

#: Longer texts are refused, so that one request cannot hold a worker.
MAX_QUERY_CHARACTERS = 20_000

_LETTER_OR_DIGIT = re.compile(r"[^\W_]")


def check_query_length(text: str, *, field: str = "text") -> str:
    """The text itself. Raises ``LimitExceeded`` above 20,000 characters."""
    if len(text) > MAX_QUERY_CHARACTERS:
        raise LimitExceeded(
            "text_too_long",
            "“{field}”有 {length} 个字符，最多 {limit} 个；请缩短后再试",
            field=field,
            length=len(text),
            limit=MAX_QUERY_CHARACTERS,
        )
    return text


def check_query_text(text: str, *, field: str = "text") -> str:
    """The text itself.

    Raises ``LimitExceeded`` above 20,000 characters and ``InvalidInput`` when it holds neither a
    letter nor a digit. ``field`` names the form field or option in the error.
    """
    check_query_length(text, field=field)
    if not _LETTER_OR_DIGIT.search(text):
        raise InvalidInput(
            "text_without_words",
            "“{name}”中没有可检索的文字；请写明要做什么、在哪里做、有哪些要求",
            field=field,
            name=field,
        )
    return text
