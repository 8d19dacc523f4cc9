"""How a permission is declared and required. Each room declares its own in its permissions.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from matchmaker.actor import Actor
from matchmaker.errors import PermissionDenied


@dataclass(frozen=True)
class Permission:
    """A named right. ``allows(actor, subject)`` is a pure predicate of the two."""

    name: str
    allows: Callable[[Actor, Any], bool]
    #: What the refused person reads: what is not allowed and who to turn to.
    refusal: str = "您没有办理此事项的权限。如确需办理，请联系本单位管理员或市经信局。"


def can(actor: Actor, permission: Permission, subject: Any = None) -> bool:
    """True when the actor holds the right on the subject. A system actor holds every right."""
    return actor.is_system or permission.allows(actor, subject)


def require(actor: Actor, permission: Permission, subject: Any = None) -> None:
    """Raise ``PermissionDenied`` unless the actor holds the right on the subject."""
    if not can(actor, permission, subject):
        raise PermissionDenied(
            "permission_denied", permission.refusal.replace("{", "{{").replace("}", "}}")
        )
