"""Who may arrange a hearing and keep its record."""

from __future__ import annotations

from matchmaker.accounts.permissions import Permission
from matchmaker.actor import RoleName

MANAGE_HEARING = Permission(
    "selection.hearings.manage",
    lambda actor, _: actor.has_role(RoleName.OFFICER),
    "答辩由市经信局经办人员安排和记录。",
)
