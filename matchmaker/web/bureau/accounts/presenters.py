"""What the pages of accounts show."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from matchmaker.accounts.models import User
from matchmaker.accounts.people.rules import KIND_LABELS
from matchmaker.accounts.rules import ROLE_LABELS
from matchmaker.actor import RoleName
from matchmaker.audit.models import AuditEntry
from matchmaker.catalogue.vocabulary import load_vocabulary

#: What an administrator sees of the trail of a person.
ACTS = {
    "accounts.create_user": "开通账号",
    "accounts.deactivate_user": "停用",
    "accounts.reactivate_user": "恢复使用",
    "accounts.reset_password": "重置密码",
    "accounts.change_roles": "变更身份",
    "accounts.change_password": "本人修改密码",
}


def name_roles(names: Iterable[str]) -> str:
    """Roles as people read them."""
    return "、".join(ROLE_LABELS[RoleName(name)] for name in sorted(names))


def make_row(user: User) -> dict[str, Any]:
    """One line of the list."""
    state, tone = describe_state(user)
    return {
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "unit": user.organisation.name if user.organisation else None,
        "roles": name_roles(role.name for role in user.roles),
        "signed_in_at": user.signed_in_at,
        "state": state,
        "tone": tone,
        "is_demo": user.is_demo,
    }


def describe_state(user: User) -> tuple[str, str]:
    """The state of an account and its tone."""
    if not user.active:
        return "已停用", "bad"
    if user.must_change_password:
        return "待修改初始密码", "unsure"
    return "使用中", "good"


def list_facts(user: User) -> list[tuple[str, str | None]]:
    """What is known of a person and the unit."""
    vocabulary, unit = load_vocabulary(), user.organisation
    district = user.review_district
    return [
        ("登录邮箱", user.email),
        ("联系电话", user.phone),
        ("单位", unit.name if unit else None),
        ("统一社会信用代码", unit.credit_code if unit else None),
        ("单位类型", KIND_LABELS[unit.kind.value] if unit else None),
        ("身份", name_roles(role.name for role in user.roles)),
        ("所管行业领域", "、".join(vocabulary.sector(each).zh for each in user.review_sectors)),
        ("所管区县", vocabulary.district(district).zh if district else None),
    ]


def list_acts(entries: Iterable[AuditEntry]) -> list[dict[str, Any]]:
    """What was done to an account, the newest first."""
    return [
        {
            "when": entry.at,
            "title": ACTS[entry.action],
            "who": entry.actor_name,
            "text": _describe_act(entry),
        }
        for entry in reversed(list(entries))
        if entry.action in ACTS
    ]


def _describe_act(entry: AuditEntry) -> str:
    data = entry.data
    if entry.action == "accounts.change_roles":
        return f"由“{name_roles(data['before'])}”改为“{name_roles(data['after'])}”"
    if entry.action == "accounts.create_user":
        return f"身份：{name_roles(data['roles'])}"
    return str(data.get("reason", ""))
