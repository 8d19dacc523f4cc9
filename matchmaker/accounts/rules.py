"""Pure decisions about accounts."""

from __future__ import annotations

import unicodedata

from matchmaker.actor import BUREAU_ROLES, Actor, RoleName
from matchmaker.errors import InvalidInput

PASSWORD_MIN = 10
PASSWORD_MAX = 128

ROLE_LABELS = {
    RoleName.OWNER: "场景业主",
    RoleName.SUPPLIER: "机器人企业",
    RoleName.JUDGE: "评审专家",
    RoleName.OFFICER: "市经信局经办",
    RoleName.APPROVER: "市经信局审批",
    RoleName.SECTOR_REVIEWER: "行业主管部门审核",
    RoleName.DISTRICT_REVIEWER: "区县审核",
    RoleName.AUDITOR: "审计员",
    RoleName.SYSADMIN: "系统管理员",
}


def list_audiences(actor: Actor) -> tuple[str, ...]:
    """The signed-in areas that the actor may enter, first their home."""
    areas = []
    if actor.has_role(*BUREAU_ROLES):
        areas.append("bureau")
    areas += [
        role.value
        for role in (RoleName.OWNER, RoleName.SUPPLIER, RoleName.JUDGE)
        if actor.has_role(role)
    ]
    return tuple(areas)


def normalise_email(text: str) -> str:
    """The form in which an address is stored and compared."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def check_password(password: str) -> None:
    """Raise ``InvalidInput`` unless the password is long enough and not one character repeated."""
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        raise InvalidInput(
            "password_length",
            "密码长度应为 {low} 至 {high} 个字符。",
            field="password",
            low=PASSWORD_MIN,
            high=PASSWORD_MAX,
        )
    if len(set(password)) < 4:
        raise InvalidInput(
            "password_weak", "密码过于简单，请至少使用 4 个不同的字符。", field="password"
        )


def check_password_differs(present: str, new: str) -> None:
    """Raise ``InvalidInput`` for a new password that is the present one."""
    if present == new:
        raise InvalidInput("password_same", "新密码不能与当前密码相同。", field="password")
