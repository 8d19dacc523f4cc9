"""Who may write calls and editions."""

from __future__ import annotations

from matchmaker.accounts.permissions import Permission
from matchmaker.actor import RoleName

WRITE = Permission(
    "campaigns.write",
    lambda actor, _: actor.has_role(RoleName.OFFICER, RoleName.APPROVER),
    "征集和清单由市经信局经办和审批人员办理，请联系市经信局。",
)
PUBLISH_EDITION = Permission(
    "campaigns.publish_edition",
    lambda actor, edition: (
        actor.has_role(RoleName.OFFICER, RoleName.APPROVER) and actor.user_id != edition.prepared_by
    ),
    "清单须由编制人以外的市经信局人员审定发布，请交由另一位同事办理。",
)
