"""The one family of refusals. A room raises, the edge (web, CLI) translates.

An error carries a stable ``code``, a Chinese ``message`` that says what, where and what to do,
and its values as ``fields``, so that an edge can render it without parsing text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class DomainError(Exception):
    """A refusal that the person can act on; nothing was stored.

    ``message`` may name its fields in braces:
    ``DomainError("deadline_past", "截止日期 {deadline} 已过", deadline=day)``.
    """

    http_status = 400

    def __init__(self, code: str, message: str, /, **fields: Any) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.fields = fields

    @property
    def text(self) -> str:
        """The message with its fields filled in."""
        return self.message.format(**self.fields) if self.fields else self.message

    def __str__(self) -> str:
        return f"{self.code}: {self.text}"


class InvalidInput(DomainError):
    """Something typed or sent is wrong. ``field`` (if given) names the form field or option."""

    http_status = 422

    def __init__(
        self, code: str, message: str, /, *, field: str | None = None, **fields: Any
    ) -> None:
        super().__init__(code, message, **fields)
        self.field = field


class InvalidFields(InvalidInput):
    """Several fields are wrong; ``errors`` holds a refusal for each."""

    def __init__(self, errors: Sequence[InvalidInput]) -> None:
        text = " ".join(error.text for error in errors)
        super().__init__("fields", "{text}", field=errors[0].field, text=text)
        self.errors = tuple(errors)


class PermissionDenied(DomainError):
    """The actor may not do this here."""

    http_status = 403


class NotFound(DomainError):
    """There is no such thing, or the actor may not know of it (the two look alike on purpose)."""

    http_status = 404


class IllegalTransition(DomainError):
    """The step does not exist from the present state."""

    http_status = 409


class Conflict(DomainError):
    """The act contradicts what is stored: a quota, a uniqueness, a newer revision."""

    http_status = 409


class LimitExceeded(DomainError):
    """Too much, too large or too often."""

    http_status = 429


class NotReady(DomainError):
    """The installation lacks something: no database yet, no seeds, no index."""

    http_status = 503
