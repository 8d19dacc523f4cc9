"""Pure decisions about opening accounts: what a person and a unit need, which roles go together."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from matchmaker.accounts.rules import ROLE_LABELS, check_password, normalise_email
from matchmaker.actor import BUREAU_ROLES, RoleName
from matchmaker.errors import Conflict, InvalidInput

NAME_MAX, UNIT_MAX, REASON_MAX = 60, 120, 300
#: Signs that nobody mistakes for one another when a password is read out or copied by hand.
PASSWORD_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # noqa: S105 - an alphabet
PASSWORD_GROUPS, GROUP_LENGTH = 3, 4
_EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+")
_PHONE = re.compile(r"\+?[0-9][0-9 -]{5,18}[0-9]", re.ASCII)
#: GB 32100-2015: the signs by their value (without I, O, S, V, Z) and the weight of each place.
_CODE_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CODE_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
#: Which kind of unit each role belongs to, by the value of ``OrganisationKind``; experts come
#: from anywhere.
KINDS_OF_ROLES: Mapping[RoleName, frozenset[str]] = {
    RoleName.OWNER: frozenset({"owner"}),
    RoleName.SUPPLIER: frozenset({"supplier"}),
    **{role: frozenset({"bureau"}) for role in BUREAU_ROLES},
}
KIND_LABELS: Mapping[str, str] = {
    "owner": "场景业主",
    "supplier": "机器人企业",
    "bureau": "市级部门和区县",
    "expert_body": "高校和检测研究机构",
}


@dataclass(frozen=True, kw_only=True)
class PersonDraft:
    """A person as typed; ``sectors`` and ``district`` bound what a reviewer reviews."""

    email: str
    name: str
    phone: str = ""
    roles: frozenset[RoleName] = frozenset()
    sectors: frozenset[str] = frozenset()
    district: str | None = None


@dataclass(frozen=True, kw_only=True)
class UnitDraft:
    """A unit as typed: one on the platform by name or code, else a new one with its kind."""

    name: str = ""
    credit_code: str = ""
    kind: str = ""
    district: str | None = None


def check_email(text: str, *, field: str = "email") -> str:
    """The address in its stored form; raises InvalidInput."""
    address = normalise_email(text)
    if len(address) > 254 or not _EMAIL.fullmatch(address):
        raise InvalidInput(
            "email_form", "请填写完整的邮箱地址，如 zhangsan@example.cn。", field=field
        )
    return address


def check_name(text: str, *, field: str = "name") -> str:
    """A person's name; raises InvalidInput."""
    name = " ".join(text.split())
    if not 2 <= len(name) <= NAME_MAX:
        raise InvalidInput(
            "name_length", "请填写姓名，2 至 {most} 个字。", field=field, most=NAME_MAX
        )
    return name


def check_phone(text: str) -> str | None:
    """A phone number or None where nothing is typed; raises InvalidInput."""
    phone = text.strip()
    if phone and not _PHONE.fullmatch(phone):
        raise InvalidInput(
            "phone_form", "电话应为手机号或带区号的固定电话，如 0571-87654321。", field="phone"
        )
    return phone or None


def check_unit_name(text: str) -> str:
    """A unit's name; raises InvalidInput."""
    name = " ".join(text.split())
    if not 2 <= len(name) <= UNIT_MAX:
        raise InvalidInput(
            "unit_length",
            "请填写单位全称，2 至 {most} 个字，与营业执照或登记证书一致。",
            field="unit",
            most=UNIT_MAX,
        )
    return name


def check_credit_code(text: str) -> str:
    """A 统一社会信用代码 with a right check digit (GB 32100-2015); raises InvalidInput."""
    code = "".join(text.split()).upper()
    if len(code) != 18 or any(sign not in _CODE_SIGNS for sign in code):
        raise InvalidInput(
            "credit_code_form",
            "统一社会信用代码为 18 位数字和大写字母（不含 I、O、S、V、Z），请核对。",
            field="credit_code",
        )
    total = sum(
        _CODE_SIGNS.index(sign) * weight
        for sign, weight in zip(code[:17], _CODE_WEIGHTS, strict=True)
    )
    if _CODE_SIGNS[-total % 31] != code[17]:
        raise InvalidInput(
            "credit_code_digit",
            "统一社会信用代码的校验位不符，请对照营业执照或登记证书逐位核对。",
            field="credit_code",
        )
    return code


def check_roles(roles: Collection[RoleName], kind: str) -> None:
    """Raise InvalidInput for roles that do not belong to the unit or must not meet in one person.

    The system administrator and the auditor hold nothing else (三员分立), and nobody approves
    what they prepared themselves.
    """
    if not roles:
        raise InvalidInput("roles_missing", "请至少选择一种身份。", field="roles")
    for role in sorted(roles):
        if kind not in KINDS_OF_ROLES.get(role, frozenset(KIND_LABELS)):
            raise InvalidInput(
                "role_of_other_unit",
                "“{role}”身份不能授予“{kind}”类单位的人员，请更换身份或单位。",
                field="roles",
                role=ROLE_LABELS[role],
                kind=KIND_LABELS[kind],
            )
    for alone in (RoleName.SYSADMIN, RoleName.AUDITOR):
        if alone in roles and len(roles) > 1:
            raise InvalidInput(
                "role_alone",
                "“{role}”不能兼任其他身份，请分别开通账号。",
                field="roles",
                role=ROLE_LABELS[alone],
            )
    if {RoleName.OFFICER, RoleName.APPROVER} <= set(roles):
        raise InvalidInput("roles_meet", "经办和审批应由不同的人担任，请只选一种。", field="roles")


def check_bounds(draft: PersonDraft) -> None:
    """Raise InvalidInput where a reviewer lacks what bounds the review, or bounds lack a role."""
    is_sector = RoleName.SECTOR_REVIEWER in draft.roles
    if is_sector != bool(draft.sectors):
        raise InvalidInput(
            "sectors_and_role",
            "请为行业主管部门审核人员选择所管行业领域。"
            if is_sector
            else "只有行业主管部门审核人员需要选择行业领域。",
            field="sectors",
        )
    is_district = RoleName.DISTRICT_REVIEWER in draft.roles
    if is_district != bool(draft.district):
        raise InvalidInput(
            "district_and_role",
            "请为区县审核人员选择所管区县。"
            if is_district
            else "只有区县审核人员需要选择所管区县。",
            field="review_district",
        )


def check_reason(text: str) -> str:
    """Why somebody is deactivated, reactivated or declined; raises InvalidInput."""
    reason = text.strip()
    if not 2 <= len(reason) <= REASON_MAX:
        raise InvalidInput(
            "reason_length", "请填写理由，2 至 {most} 个字。", field="note", most=REASON_MAX
        )
    return reason


def check_not_self(own_id: int | None, user_id: int) -> None:
    """Raise Conflict where an administrator acts on their own account."""
    if own_id == user_id:
        raise Conflict("own_account", "不能对自己的账号办理此事项，请由另一位系统管理员办理。")


def check_administrators_left(others: int) -> None:
    """Raise Conflict when the act would leave the platform without a system administrator."""
    if others < 1:
        raise Conflict(
            "last_administrator", "这是最后一位在用的系统管理员，请先开通另一位系统管理员。"
        )


def make_initial_password() -> str:
    """A password for the first log-in, to be read out or copied by hand; 59 random bits."""
    while True:
        groups = (
            "".join(secrets.choice(PASSWORD_SIGNS) for _ in range(GROUP_LENGTH))
            for _ in range(PASSWORD_GROUPS)
        )
        password = "-".join(groups)
        try:
            check_password(password)
        except InvalidInput:
            continue
        return password
