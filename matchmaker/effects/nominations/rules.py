"""Pure decisions about nominations: lists, levels, states, the target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from matchmaker.clock import format_day
from matchmaker.errors import IllegalTransition, InvalidInput

#: Named scenes of provincial level and above by the end of 2027: 征求意见稿 一（二）, 二（三）1.
TARGET = 15
TARGET_YEAR = 2027
TARGET_CLAUSE = (
    "《杭州市具身智能机器人“强链补链”三年行动方案（2025-2027年）》（征求意见稿）："
    "入选省级及以上应用示范场景15个以上"
)
TEXT_MAX = 200


class Level(StrEnum):
    """Who names the scene."""

    PROVINCE = "province"
    NATION = "nation"


LEVEL_LABELS: Mapping[Level, str] = {Level.PROVINCE: "省级", Level.NATION: "国家级"}


class NominationKind(StrEnum):
    """Which list a scene is put forward for."""

    SCENE = "scene"
    LARGE_MODEL = "large_model"


KIND_LABELS: Mapping[NominationKind, str] = {
    NominationKind.SCENE: "省级及以上应用示范场景",
    NominationKind.LARGE_MODEL: "人工智能大模型制造业细分领域示范应用及解决方案",
}


class NominationState(StrEnum):
    """Where a nomination stands."""

    NOMINATED = "nominated"
    NAMED = "named"
    NOT_NAMED = "not_named"
    WITHDRAWN = "withdrawn"


STATE_LABELS: Mapping[NominationState, str] = {
    NominationState.NOMINATED: "已推荐，待公布",
    NominationState.NAMED: "入选",
    NominationState.NOT_NAMED: "未入选",
    NominationState.WITHDRAWN: "已撤回推荐",
}


def check_open(state: NominationState) -> None:
    """Raise IllegalTransition once the result is known or the nomination withdrawn."""
    if state is not NominationState.NOMINATED:
        raise IllegalTransition(
            "nomination_closed", "这项推荐已是“{state}”，不能再办理。", state=STATE_LABELS[state]
        )


@dataclass(frozen=True, kw_only=True)
class NominationDraft:
    """A nomination as typed."""

    level: Level
    kind: NominationKind
    list_name: str
    nominated_on: date | None
    document_number: str


def check_draft(draft: NominationDraft, *, designated_on: date, today: date) -> None:
    """Raise InvalidInput for a nomination that lacks its list, day or document."""
    check_text(draft.list_name, "list_name", "推荐的名单或项目名称")
    check_text(draft.document_number, "document_number", "推荐文号")
    check_day(draft.nominated_on, designated_on, today, "nominated_on", "推荐日期")


def check_text(text: str, field: str, label: str) -> str:
    """A line of text, trimmed; raises InvalidInput for none or too long a one."""
    line = " ".join(text.split())
    if not 2 <= len(line) <= TEXT_MAX:
        raise InvalidInput(
            field, "请填写{label}，2 至 {most} 个字。", field=field, label=label, most=TEXT_MAX
        )
    return line


def check_day(day: date | None, earliest: date, today: date, field: str, label: str) -> date:
    """A day between two others; raises InvalidInput."""
    if day is None or not earliest <= day <= today:
        raise InvalidInput(
            field,
            "{label}应在{earliest}至今天之间。",
            field=field,
            label=label,
            earliest=format_day(earliest),
        )
    return day
