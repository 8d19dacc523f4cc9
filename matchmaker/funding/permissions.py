"""Who may do what with ledgers and with the register of awards."""

from __future__ import annotations

from typing import Any

from matchmaker.accounts.permissions import Permission
from matchmaker.actor import Actor, RoleName


def _is_own(actor: Actor, ledger: Any) -> bool:
    return (
        actor.organisation_id is not None
        and actor.organisation_id == ledger.organisation_id
        and actor.has_role(RoleName.OWNER, RoleName.SUPPLIER)
    )


#: Writing lines: the unit whose money it was, while the ledger is open.
EDIT_LEDGER = Permission(
    "funding.edit_ledger",
    lambda actor, ledger: _is_own(actor, ledger) and not ledger.is_locked,
    "投入明细已经提交或不属于本单位，不能修改。需要修改时，请由经办人员退回后再改。",
)
#: Verifying: the auditor only; nobody verifies lines of the own unit.
VERIFY_ITEMS = Permission(
    "funding.verify",
    lambda actor, ledger: (
        actor.has_role(RoleName.AUDITOR)
        and ledger.is_locked
        and actor.organisation_id != ledger.organisation_id
    ),
    "投入金额由审计人员在提交后审定，本单位人员不能审定本单位的投入。",
)
READ_LEDGER = Permission(
    "funding.read_ledger",
    lambda actor, ledger: (
        _is_own(actor, ledger)
        or actor.has_role(RoleName.OFFICER, RoleName.APPROVER, RoleName.AUDITOR)
    ),
)
#: The register holds other bodies' lists with names and amounts.
READ_REGISTER = Permission(
    "funding.read_register",
    lambda actor, _: actor.has_role(RoleName.OFFICER, RoleName.APPROVER, RoleName.AUDITOR),
)
KEEP_REGISTER = Permission(
    "funding.keep_register",
    lambda actor, _: actor.has_role(RoleName.OFFICER),
    "奖补台账由市经信局经办人员维护。",
)
