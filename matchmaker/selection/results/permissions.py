"""Who may confirm what the panel has agreed on."""

from __future__ import annotations

from matchmaker.accounts.permissions import Permission
from matchmaker.actor import RoleName

#: The subject is the resolution: never the person who entered it. The panel's chair may as well.
CONFIRM_RESOLUTION = Permission(
    "selection.results.confirm_resolution",
    lambda actor, row: (
        actor.has_role(RoleName.OFFICER, RoleName.APPROVER) and actor.user_id != row.recorded_by_id
    ),
    "合议决议须由登记人以外的经办、审批人员或评审组组长确认。",
)
