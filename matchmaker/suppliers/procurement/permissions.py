"""Who may set the criteria, put products forward, give opinions and decide."""

from __future__ import annotations

from matchmaker.accounts.permissions import Permission
from matchmaker.actor import Actor, RoleName
from matchmaker.suppliers.permissions import is_own
from matchmaker.suppliers.procurement.models import Recommendation
from matchmaker.suppliers.procurement.rules import RecommendationState

#: Who sees every recommendation.
OVERSEERS = (RoleName.OFFICER, RoleName.APPROVER, RoleName.AUDITOR)


def is_of_own_firm(actor: Actor, row: Recommendation) -> bool:
    """True for the people of the firm whose product it is, whatever their role."""
    return (
        actor.organisation_id is not None
        and row.product.supplier.organisation_id == actor.organisation_id
    )


def _may_advise(actor: Actor, row: Recommendation) -> bool:
    if is_of_own_firm(actor, row) or actor.user_id == row.created_by:
        return False
    if actor.has_role(RoleName.JUDGE):
        return True
    sectors = {each.sector for each in row.product.sectors}
    return actor.has_role(RoleName.SECTOR_REVIEWER) and not sectors.isdisjoint(actor.sectors)


SET_CRITERIA = Permission(
    "procurement.set_criteria",
    lambda actor, _: actor.has_role(RoleName.APPROVER),
    "推荐标准由市经信局审批人员发布。",
)
APPLY = Permission(
    "procurement.apply",
    is_own,
    "只有产品所属企业可以申请推荐。",
)
NOMINATE = Permission(
    "procurement.nominate",
    lambda actor, _: actor.has_role(RoleName.OFFICER),
    "提名由市经信局经办人员办理。",
)
WITHDRAW = Permission(
    "procurement.withdraw",
    lambda actor, row: is_own(actor, row.product),
    "只有产品所属企业可以撤回申请。",
)
ADVISE = Permission(
    "procurement.advise",
    _may_advise,
    "意见由评审专家和产品所属行业的主管部门提出，与企业有关的人员须回避。",
)
DECIDE = Permission(
    "procurement.decide",
    lambda actor, row: actor.has_role(RoleName.APPROVER) and actor.user_id != row.created_by,
    "推荐结论由市经信局审批人员作出，提名人不能审定自己的提名。",
)
HAND_OVER = Permission(
    "procurement.hand_over",
    lambda actor, _: actor.has_role(RoleName.OFFICER),
    "上报和结果登记由市经信局经办人员办理。",
)
#: The case with its evidence, beyond what everybody may read once it was recommended.
READ_CASE = Permission(
    "procurement.read_case",
    lambda actor, row: (
        actor.has_role(*OVERSEERS)
        or is_own(actor, row.product)
        or (row.state is RecommendationState.SUBMITTED and _may_advise(actor, row))
    ),
)
READ_ORDERS = Permission(
    "procurement.read_orders",
    lambda actor, _: actor.has_role(*OVERSEERS),
)
