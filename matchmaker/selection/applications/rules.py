"""Pure decisions about an application: its states, its content, its consortium, its deadlines."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from matchmaker.errors import IllegalTransition, InvalidInput

TEXT_MAX = 4000
INVESTMENT_MAX_FEN = 100_000_000_000_00


class ApplicationState(StrEnum):
    """Where an application stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RECTIFYING = "rectifying"
    QUALIFIED = "qualified"
    REJECTED = "rejected"
    SHORTLISTED = "shortlisted"
    NOT_SHORTLISTED = "not_shortlisted"
    DESIGNATED = "designated"
    NOT_DESIGNATED = "not_designated"
    WITHDRAWN = "withdrawn"


STATE_LABELS: Mapping[ApplicationState, str] = {
    ApplicationState.DRAFT: "草稿",
    ApplicationState.SUBMITTED: "已提交，待审查",
    ApplicationState.RECTIFYING: "待补正",
    ApplicationState.QUALIFIED: "资格审查通过",
    ApplicationState.REJECTED: "资格审查未通过",
    ApplicationState.SHORTLISTED: "入围复评",
    ApplicationState.NOT_SHORTLISTED: "未入围",
    ApplicationState.DESIGNATED: "入选",
    ApplicationState.NOT_DESIGNATED: "未入选",
    ApplicationState.WITHDRAWN: "已撤回",
}

_NEXT: Mapping[ApplicationState, frozenset[ApplicationState]] = {
    ApplicationState.DRAFT: frozenset({ApplicationState.SUBMITTED, ApplicationState.WITHDRAWN}),
    ApplicationState.SUBMITTED: frozenset(
        {
            ApplicationState.RECTIFYING,
            ApplicationState.QUALIFIED,
            ApplicationState.REJECTED,
            ApplicationState.WITHDRAWN,
        }
    ),
    ApplicationState.RECTIFYING: frozenset(
        {ApplicationState.SUBMITTED, ApplicationState.REJECTED, ApplicationState.WITHDRAWN}
    ),
    ApplicationState.QUALIFIED: frozenset(
        {
            ApplicationState.SHORTLISTED,
            ApplicationState.NOT_SHORTLISTED,
            ApplicationState.DESIGNATED,
            ApplicationState.NOT_DESIGNATED,
            ApplicationState.REJECTED,
            ApplicationState.WITHDRAWN,
        }
    ),
    ApplicationState.SHORTLISTED: frozenset(
        {
            ApplicationState.REJECTED,
            ApplicationState.DESIGNATED,
            ApplicationState.NOT_DESIGNATED,
            ApplicationState.WITHDRAWN,
        }
    ),
}

#: States in which judges may be shown the application.
JUDGED_STATES = frozenset({ApplicationState.QUALIFIED, ApplicationState.SHORTLISTED})
#: States in which a unit of the consortium may confirm what it has read.
REPLY_STATES = frozenset(
    {ApplicationState.DRAFT, ApplicationState.SUBMITTED, ApplicationState.RECTIFYING}
)
#: States in which the applicant may change the content.
EDITABLE_STATES = frozenset({ApplicationState.DRAFT, ApplicationState.RECTIFYING})


class Side(StrEnum):
    """The side of a consortium's member."""

    OWNER = "owner"
    SUPPLIER = "supplier"


class Reply(StrEnum):
    """What a unit of the consortium says of the application that it is named in."""

    CONFIRMED = "confirmed"
    ON_PAPER = "on_paper"
    DECLINED = "declined"


REPLY_LABELS: Mapping[Reply, str] = {
    Reply.CONFIRMED: "已确认",
    Reply.ON_PAPER: "凭盖章件确认",
    Reply.DECLINED: "不同意",
}


class OpinionKind(StrEnum):
    """Who gives an opinion before the judges see the application."""

    DISTRICT = "district"
    DEPARTMENT = "department"


OPINION_LABELS: Mapping[OpinionKind, str] = {
    OpinionKind.DISTRICT: "区县初审意见",
    OpinionKind.DEPARTMENT: "行业主管部门意见",
}


@dataclass(frozen=True, kw_only=True)
class ApplicationContent:
    """What the applicant says; one frozen copy of it is a revision."""

    title: str = ""
    background: str = ""
    technology: str = ""
    fit: str = ""
    effects: str = ""
    safety: str = ""
    replication: str = ""
    operation: str = ""
    investment_fen: int | None = None
    investment_note: str = ""
    in_use_since: str = ""
    other_support: str = ""
    contact: str = ""


CONTENT_LABELS: Mapping[str, str] = {
    "title": "申报名称",
    "background": "场景需求与业务痛点",
    "technology": "技术方案与自主可控情况",
    "fit": "场景适配与运行情况",
    "effects": "应用成效",
    "safety": "安全合规与数据保护",
    "replication": "可复制推广情况",
    "operation": "运维保障",
    "investment_fen": "实际投入",
    "investment_note": "投入构成说明",
    "in_use_since": "投入使用日期",
    "other_support": "已享受或正在申请的同类支持",
    "contact": "申报联系人及电话",
}
#: What may stay empty when an application is submitted.
OPTIONAL_CONTENT = frozenset({"other_support"})
#: What the judges and the public never see.
PRIVATE_CONTENT = frozenset({"contact"})


@dataclass(frozen=True)
class MemberDraft:
    """One unit of a consortium as typed. Ids tie it to what the platform already knows."""

    side: Side
    name: str
    credit_code: str | None = None
    organisation_id: int | None = None
    supplier_id: str | None = None
    product_ids: tuple[str, ...] = ()
    is_lead: bool = False


def check_transition(now: ApplicationState, target: ApplicationState) -> None:
    """Raise ``IllegalTransition`` unless an application may go there."""
    if target not in _NEXT.get(now, frozenset()):
        raise IllegalTransition(
            "application_step",
            "申报当前为“{now}”，不能转为“{target}”。",
            now=STATE_LABELS[now],
            target=STATE_LABELS[target],
        )


def check_editable(state: ApplicationState) -> None:
    """Raise ``IllegalTransition`` when the applicant may no longer change the content."""
    if state not in EDITABLE_STATES:
        raise IllegalTransition(
            "application_locked",
            "申报当前为“{now}”，内容不能修改。需要更正请联系市经信局经办人。",
            now=STATE_LABELS[state],
        )


def check_within(now: datetime, opens_at: datetime | None, closes_at: datetime | None) -> None:
    """Raise ``IllegalTransition`` outside the time for applications, by the server's clock.

    The last moment itself still counts.
    """
    if opens_at is not None and now < opens_at:
        raise IllegalTransition("not_yet_open", "申报尚未开始，请在通知规定的时间内提交。")
    if closes_at is not None and now > closes_at:
        raise IllegalTransition(
            "deadline_past", "申报截止时间已过（以服务器时间为准），不能再提交。"
        )


def is_rectification_over(today: date, due_on: date | None) -> bool:
    """True after the last day of a rectification."""
    return due_on is not None and today > due_on


def check_rectification_day(today: date, due_on: date | None) -> None:
    """Raise ``IllegalTransition`` after the last day of a rectification."""
    if due_on is not None and is_rectification_over(today, due_on):
        raise IllegalTransition(
            "rectification_past", "补正期限（{due}）已过，不能再提交。", due=due_on.isoformat()
        )


def check_consortium(members: Sequence[MemberDraft], *, limit: int, needs_both: bool) -> None:
    """Raise ``InvalidInput`` unless the consortium is within its limit and complete."""
    if not 1 <= len(members) <= limit:
        raise InvalidInput(
            "consortium_size", "联合体单位数应为 1 至 {limit} 家。", field="members", limit=limit
        )
    names = [member.name.strip() for member in members]
    if not all(names) or len(set(names)) != len(names):
        raise InvalidInput("consortium_names", "联合体单位名称不能为空或重复。", field="members")
    sides = {member.side for member in members}
    if needs_both and sides != {Side.OWNER, Side.SUPPLIER}:
        raise InvalidInput(
            "consortium_sides", "联合体中应同时有场景业主和机器人企业。", field="members"
        )
    if sum(member.is_lead for member in members) != 1:
        raise InvalidInput("consortium_lead", "联合体应有且只有一家牵头单位。", field="members")


def check_lengths(content: ApplicationContent) -> None:
    """Raise ``InvalidInput`` for a text that is too long or an impossible amount."""
    for item in fields(content):
        value = getattr(content, item.name)
        if isinstance(value, str) and len(value) > TEXT_MAX:
            raise InvalidInput(
                "text_too_long",
                "“{label}”超过 {limit} 字，请精简。",
                field=item.name,
                label=CONTENT_LABELS[item.name],
                limit=TEXT_MAX,
            )
    amount = content.investment_fen
    if amount is not None and not 0 <= amount <= INVESTMENT_MAX_FEN:
        raise InvalidInput("investment_range", "实际投入金额超出范围，请核对。", field="investment")


def list_missing(
    content: ApplicationContent, *, needs_investment: bool, labels: Mapping[str, str]
) -> list[str]:
    """Labels of what is still empty before an application can be submitted.

    ``labels`` are the programme's own where they differ from those of a scene.
    """
    named = {**CONTENT_LABELS, **labels}
    missing = []
    for item in fields(content):
        if item.name in OPTIONAL_CONTENT:
            continue
        if item.name in {"investment_fen", "investment_note"} and not needs_investment:
            continue
        value = getattr(content, item.name)
        if value is None or value == 0 or (isinstance(value, str) and not value.strip()):
            missing.append(named[item.name])
    return missing


def as_stored(content: ApplicationContent) -> dict[str, Any]:
    """The JSON form of the content."""
    return asdict(content)


def from_stored(data: Mapping[str, Any]) -> ApplicationContent:
    """The content back from its JSON form."""
    return ApplicationContent(**data)


def compute_content_hash(data: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of a revision's canonical JSON."""
    body = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(body.encode()).hexdigest()
