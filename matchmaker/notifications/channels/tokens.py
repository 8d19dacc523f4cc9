"""The signed address in each mail that stops the mails without a log-in."""

from __future__ import annotations

from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeSerializer

from matchmaker.errors import NotFound
from matchmaker.notifications.channels.queries import read_settings
from matchmaker.notifications.rules import NotificationKind

_SALT = "stop-mail"


@dataclass(frozen=True)
class StopToken:
    """Whose mails stop; ``kind`` where the mail held one kind only."""

    user_id: int
    kind: NotificationKind | None = None


def write_token(token: StopToken) -> str:
    """The token as a part of an address. It never expires: old mails must be stoppable."""
    value = [token.user_id, token.kind.value if token.kind else ""]
    return str(_serializer().dumps(value))


def read_token(text: str) -> StopToken:
    """The token; raises ``NotFound`` for one that this installation did not write."""
    try:
        user_id, kind = _serializer().loads(text)
        return StopToken(int(user_id), NotificationKind(kind) if kind else None)
    except (BadSignature, ValueError, TypeError) as error:
        raise NotFound("token_unknown", "退订链接无效或不完整，请从邮件中重新打开。") from error


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(read_settings().secret_key, salt=_SALT)
