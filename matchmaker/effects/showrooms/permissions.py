"""Who runs a showroom; anybody may book a visit."""

from __future__ import annotations

from typing import Any

from matchmaker.accounts.permissions import Permission
from matchmaker.actor import Actor, RoleName


def is_own(actor: Actor, showroom: Any) -> bool:
    """True for people of the unit that runs the showroom."""
    return (
        actor.organisation_id is not None
        and actor.organisation_id == showroom.organisation_id
        and actor.has_role(RoleName.OWNER, RoleName.SUPPLIER)
    )


CREATE_SHOWROOM = Permission(
    "effects.create_showroom",
    lambda actor, _: (
        actor.organisation_id is not None and actor.has_role(RoleName.OWNER, RoleName.SUPPLIER)
    ),
    "样板间和体验中心由场景业主或机器人企业登记。",
)
RUN_SHOWROOM = Permission("effects.run_showroom", is_own, "只有开放单位可以办理。")
#: Taking a showroom off the public pages for a reason.
CLOSE_SHOWROOM = Permission(
    "effects.close_showroom",
    lambda actor, row: is_own(actor, row) or actor.has_role(RoleName.OFFICER),
    "停止开放由开放单位或市经信局经办人员办理。",
)
