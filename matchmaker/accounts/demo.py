"""Demonstration accounts, one for each kind of person. Refused in production."""

from __future__ import annotations

from dataclasses import dataclass

from matchmaker.accounts import operations, queries, security
from matchmaker.accounts.models import Organisation, OrganisationKind
from matchmaker.actor import COMMAND_LINE, RoleName
from matchmaker.config import Settings
from matchmaker.db import read_tx, write_tx

DEMO_PASSWORD = "demo-robot-2026"  # noqa: S105 - printed on purpose; refused in production


@dataclass(frozen=True)
class DemoOrganisation:
    """A unit that exists only for the demonstration."""

    key: str
    kind: OrganisationKind
    name: str
    district: str | None = None
    credit_code: str | None = None


@dataclass(frozen=True)
class DemoUser:
    """A person that exists only for the demonstration."""

    email: str
    name: str
    roles: tuple[RoleName, ...]
    organisation: str
    sectors: tuple[str, ...] = ()
    district: str | None = None


ORGANISATIONS = (
    DemoOrganisation("metro", OrganisationKind.OWNER, "演示地铁运营公司", "shangcheng"),
    DemoOrganisation("hospital", OrganisationKind.OWNER, "演示康复医院", "gongshu"),
    DemoOrganisation("guozi", OrganisationKind.SUPPLIER, "国自机器人（演示账号，不代表该企业）"),
    DemoOrganisation("deep", OrganisationKind.SUPPLIER, "云深处（演示账号，不代表该企业）"),
    DemoOrganisation("integrator", OrganisationKind.SUPPLIER, "演示机器人集成企业"),
    DemoOrganisation("university", OrganisationKind.EXPERT_BODY, "演示大学机器人学院"),
    DemoOrganisation("institute", OrganisationKind.EXPERT_BODY, "演示检测研究院"),
    DemoOrganisation("bureau", OrganisationKind.BUREAU, "市经信局（演示）"),
    DemoOrganisation("transport", OrganisationKind.BUREAU, "市交通运输局（演示）"),
    DemoOrganisation("district", OrganisationKind.BUREAU, "上城区经信局（演示）"),
)

USERS = (
    DemoUser("owner@demo.example", "场景业主（地铁）", (RoleName.OWNER,), "metro"),
    DemoUser("colleague@demo.example", "场景业主同事（地铁）", (RoleName.OWNER,), "metro"),
    DemoUser("hospital@demo.example", "场景业主（医院）", (RoleName.OWNER,), "hospital"),
    DemoUser("firm@demo.example", "机器人企业（国自）", (RoleName.SUPPLIER,), "guozi"),
    DemoUser("firm2@demo.example", "机器人企业（云深处）", (RoleName.SUPPLIER,), "deep"),
    DemoUser("firm3@demo.example", "机器人企业（资料待认领）", (RoleName.SUPPLIER,), "integrator"),
    DemoUser("judge1@demo.example", "评审专家甲", (RoleName.JUDGE,), "university"),
    DemoUser("judge2@demo.example", "评审专家乙", (RoleName.JUDGE,), "institute"),
    DemoUser("judge3@demo.example", "评审专家丙（与地铁有利害关系）", (RoleName.JUDGE,), "metro"),
    DemoUser("officer@demo.example", "市经信局经办", (RoleName.OFFICER,), "bureau"),
    DemoUser("approver@demo.example", "市经信局审批", (RoleName.APPROVER,), "bureau"),
    DemoUser(
        "transport@demo.example",
        "市交通运输局审核",
        (RoleName.SECTOR_REVIEWER,),
        "transport",
        sectors=("municipal-inspection",),
    ),
    DemoUser(
        "district@demo.example",
        "上城区审核",
        (RoleName.DISTRICT_REVIEWER,),
        "district",
        district="shangcheng",
    ),
    DemoUser("auditor@demo.example", "审计员", (RoleName.AUDITOR,), "bureau"),
    DemoUser("admin@demo.example", "系统管理员", (RoleName.SYSADMIN,), "bureau"),
)


def seed_demo_accounts(settings: Settings) -> dict[str, int]:
    """Create the demonstration accounts that are missing; none in production."""
    if settings.production:
        return {"演示账号": 0}
    with read_tx():
        missing = [user for user in USERS if queries.find_user_by_email(user.email) is None]
    if missing:
        hashed = security.make_hash(DEMO_PASSWORD)
        with write_tx():
            for user in missing:
                _create(user, hashed)
    return {"演示账号": len(USERS)}


def _create(user: DemoUser, hashed: str) -> None:
    operations.create_user(
        COMMAND_LINE,
        email=user.email,
        password_hash=hashed,
        name=user.name,
        roles=user.roles,
        organisation=_organisation(user.organisation),
        review_sectors=user.sectors,
        review_district=user.district,
        is_demo=True,
    )


def _organisation(key: str) -> Organisation:
    wanted = next(item for item in ORGANISATIONS if item.key == key)
    found = queries.find_organisation_by_name(wanted.name)
    return found or operations.create_organisation(
        COMMAND_LINE,
        kind=wanted.kind,
        name=wanted.name,
        credit_code=wanted.credit_code,
        district=wanted.district,
        is_demo=True,
    )
