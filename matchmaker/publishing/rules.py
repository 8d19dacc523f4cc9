"""Pure decisions about notices."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from matchmaker.errors import IllegalTransition, InvalidInput

TITLE_MAX = 160
BODY_MAX = 40_000
REASON_MIN = 5
#: Further ahead nobody plans an announcement.
SCHEDULE_MAX = timedelta(days=366)


class NoticeKind(StrEnum):
    """What a notice is."""

    ANNOUNCEMENT = "announcement"
    CALL = "call"
    PUBLICITY = "publicity"
    RESULT = "result"


KIND_LABELS: Mapping[NoticeKind, str] = {
    NoticeKind.ANNOUNCEMENT: "工作动态",
    NoticeKind.CALL: "征集与申报通知",
    NoticeKind.PUBLICITY: "公示",
    NoticeKind.RESULT: "结果公布",
}


class NoticeState(StrEnum):
    """Where a notice stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


STATE_LABELS: Mapping[NoticeState, str] = {
    NoticeState.DRAFT: "草稿",
    NoticeState.PUBLISHED: "已发布",
    NoticeState.WITHDRAWN: "已撤下",
}


def compute_digest(shown: Mapping[str, Any]) -> str:
    """SHA-256 of what a notice shows (plain values and dates), for the trail."""
    content = json.dumps(shown, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(content.encode()).hexdigest()


def check_text(*, title: str, body: str) -> None:
    """Raise ``InvalidInput`` for an empty or overlong title or text."""
    if not title.strip() or len(title) > TITLE_MAX:
        raise InvalidInput(
            "notice_title", "请填写标题（不超过 {limit} 字）。", field="title", limit=TITLE_MAX
        )
    if not body.strip() or len(body) > BODY_MAX:
        raise InvalidInput(
            "notice_body", "请填写正文（不超过 {limit} 字）。", field="body", limit=BODY_MAX
        )


def check_draft(state: NoticeState) -> None:
    """Raise ``IllegalTransition`` for a published notice: it is corrected in the open instead."""
    if state is not NoticeState.DRAFT:
        raise IllegalTransition(
            "notice_published", "通知已经发布，不能直接修改，请使用“更正”并写明理由。"
        )


def check_published(state: NoticeState) -> None:
    """Raise ``IllegalTransition`` unless the notice is published."""
    if state is not NoticeState.PUBLISHED:
        raise IllegalTransition("notice_not_published", "只有已发布的通知才能更正或撤下。")


def check_period(first_day: date | None, last_day: date | None) -> None:
    """Raise ``InvalidInput`` when a period ends before it begins."""
    if first_day and last_day and last_day < first_day:
        raise InvalidInput("period_order", "截止日期不能早于开始日期。", field="ends_on")


def check_not_shortened(kind: NoticeKind, old: date | None, new: date | None) -> None:
    """Raise ``InvalidInput`` when a correction would shorten a publicity period."""
    if kind is NoticeKind.PUBLICITY and old is not None and (new is None or new < old):
        raise InvalidInput("publicity_shortened", "公示期只能延长，不能缩短。", field="ends_on")


def check_reason(reason: str, label: str) -> None:
    """Raise ``InvalidInput`` for a reason that says nothing."""
    if len(reason.strip()) < REASON_MIN:
        raise InvalidInput(
            "reason_missing",
            "请写明{label}（不少于 {least} 个字）。",
            field="reason",
            label=label,
            least=REASON_MIN,
        )


def check_schedule(publish_at: datetime, now: datetime) -> None:
    """Raise ``InvalidInput`` unless the time lies ahead, within a year."""
    if not now < publish_at <= now + SCHEDULE_MAX:
        raise InvalidInput(
            "schedule_range", "定时发布的时间应晚于现在、在一年以内。", field="publish_at"
        )


def check_valid_until(valid_until: date | None, first_day: date) -> None:
    """Raise ``InvalidInput`` when a notice would have lapsed before it is published."""
    if valid_until is not None and valid_until < first_day:
        raise InvalidInput(
            "valid_until_past", "有效期截止日不能早于发布日期。", field="valid_until"
        )


def is_lapsed(valid_until: date | None, today: date) -> bool:
    """True from the day after the last day on which it holds."""
    return valid_until is not None and valid_until < today
