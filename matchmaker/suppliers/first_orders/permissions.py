"""Who may report orders and confirm them."""

from __future__ import annotations

from matchmaker.accounts.permissions import Permission
from matchmaker.actor import RoleName
from matchmaker.suppliers.permissions import is_own

OVERSEERS = (RoleName.OFFICER, RoleName.APPROVER, RoleName.AUDITOR)

REPORT = Permission(
    "first_orders.report",
    is_own,
    "首购订购由产品所属企业登记。",
)
CONFIRM = Permission(
    "first_orders.confirm",
    lambda actor, row: (
        actor.has_role(RoleName.OFFICER)
        and actor.user_id != row.reported_by
        and actor.organisation_id != row.product.supplier.organisation_id
    ),
    "首购订购由市经信局经办人员核对，登记人不能核对自己的登记。",
)
