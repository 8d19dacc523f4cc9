"""Who may do what with a firm's profile and its products."""

from __future__ import annotations

from matchmaker.accounts.permissions import Permission
from matchmaker.actor import Actor, RoleName
from matchmaker.suppliers.models import Product, Supplier


def is_own(actor: Actor, subject: Supplier | Product) -> bool:
    """True when the actor works for the firm that claimed the profile."""
    supplier = subject.supplier if isinstance(subject, Product) else subject
    return (
        actor.has_role(RoleName.SUPPLIER)
        and actor.organisation_id is not None
        and supplier.organisation_id == actor.organisation_id
    )


def is_market_officer(actor: Actor) -> bool:
    """The people of the bureau who keep the market in order."""
    return actor.has_role(RoleName.OFFICER, RoleName.APPROVER)


def _is_compiled(actor: Actor, subject: Supplier | Product) -> bool:
    """True for the bureau's officer and a profile that no firm has claimed."""
    supplier = subject.supplier if isinstance(subject, Product) else subject
    return actor.has_role(RoleName.OFFICER) and supplier.organisation_id is None


CREATE_SUPPLIER = Permission(
    "suppliers.create",
    lambda actor, _: actor.has_role(RoleName.SUPPLIER) and actor.organisation_id is not None,
    "只有机器人企业的账号可以建立企业资料。",
)
EDIT = Permission(
    "suppliers.edit",
    is_own,
    "只有认领了该企业资料的单位可以修改。如为贵单位的资料，请先办理认领。",
)
COMPILE = Permission(
    "suppliers.compile",
    lambda actor, _: actor.has_role(RoleName.OFFICER),
    "尚未被企业认领的资料由市经信局经办人员整理。",
)
WRITE_PRODUCT = Permission(
    "suppliers.write_product",
    lambda actor, subject: is_own(actor, subject) or _is_compiled(actor, subject),
    EDIT.refusal,
)
WITHDRAW = Permission(
    "suppliers.withdraw",
    lambda actor, subject: is_own(actor, subject) or is_market_officer(actor),
    "只有本企业或市经信局可以下架。",
)
SEED = Permission("suppliers.seed", lambda _actor, _subject: False, "演示数据只能由命令装入。")
