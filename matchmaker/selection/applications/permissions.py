"""Who may write, review, inspect and read an application."""

from __future__ import annotations

from typing import Any

from matchmaker.accounts.permissions import Permission
from matchmaker.actor import Actor, RoleName
from matchmaker.selection.applications.rules import OpinionKind


def _is_applicant(actor: Actor, application: Any) -> bool:
    return (
        actor.has_role(RoleName.OWNER, RoleName.SUPPLIER)
        and actor.organisation_id is not None
        and application.applicant_organisation_id == actor.organisation_id
    )


def is_reviewer(actor: Actor, application: Any, kind: OpinionKind) -> bool:
    """True when the application falls to this reviewer's district or sectors."""
    if kind is OpinionKind.DISTRICT:
        return (
            actor.has_role(RoleName.DISTRICT_REVIEWER)
            and actor.district is not None
            and application.district == actor.district
        )
    return actor.has_role(RoleName.SECTOR_REVIEWER) and application.sector in actor.sectors


def _is_partner(actor: Actor, member: Any) -> bool:
    return (
        actor.has_role(RoleName.OWNER, RoleName.SUPPLIER)
        and actor.organisation_id is not None
        and member.organisation_id == actor.organisation_id
        and not member.is_lead
    )


START_APPLICATION = Permission(
    "selection.applications.start",
    lambda actor, _: (
        actor.has_role(RoleName.OWNER, RoleName.SUPPLIER) and actor.organisation_id is not None
    ),
    "申报由场景业主（或社区运营单位）提交，请用单位账号登录。",
)
WRITE_APPLICATION = Permission(
    "selection.applications.write",
    _is_applicant,
    "只有申报单位可以修改和提交这份申报。",
)
#: The subject is the member of the consortium.
REPLY_AS_PARTNER = Permission(
    "selection.applications.reply",
    _is_partner,
    "只有联合体成员单位本单位的账号可以确认。",
)
REVIEW_APPLICATION = Permission(
    "selection.applications.review",
    lambda actor, _: actor.has_role(RoleName.OFFICER),
    "资格审查由市经信局经办人员办理。",
)
GIVE_DISTRICT_OPINION = Permission(
    "selection.applications.district_opinion",
    lambda actor, row: is_reviewer(actor, row, OpinionKind.DISTRICT),
    "区县初审意见由场景所在区县的审核人员填写。",
)
GIVE_DEPARTMENT_OPINION = Permission(
    "selection.applications.department_opinion",
    lambda actor, row: is_reviewer(actor, row, OpinionKind.DEPARTMENT),
    "主管部门意见由该行业的主管部门审核人员填写。",
)
OPINION_PERMISSIONS = {
    OpinionKind.DISTRICT: GIVE_DISTRICT_OPINION,
    OpinionKind.DEPARTMENT: GIVE_DEPARTMENT_OPINION,
}
INSPECT_SITE = Permission(
    "selection.applications.inspect",
    lambda actor, row: (
        actor.has_role(RoleName.OFFICER) or is_reviewer(actor, row, OpinionKind.DISTRICT)
    ),
    "现场核查记录由市经信局经办或区县审核人员填写。",
)
