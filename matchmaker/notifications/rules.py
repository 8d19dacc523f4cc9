"""Pure decisions about notices: kinds, channels, when a thing is told, what is masked."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from matchmaker.actor import RoleName
from matchmaker.clock import CHINA

#: The hour (Asia/Shanghai) at which the daily digests go out.
DIGEST_HOUR = 8
#: A deadline is told once at most so many days before, and once more.
EARLY_DAYS, LAST_DAYS = 7, 1
PROOF_DAYS = 30


class NotificationKind(StrEnum):
    """What a notice is about; a person chooses by kind."""

    MATCH_FOUND = "match_found"
    QUESTION_ASKED = "question_asked"
    QUESTION_ANSWERED = "question_answered"
    ANSWER_RECEIVED = "answer_received"
    OUTCOME_GIVEN = "outcome_given"
    DEADLINE = "deadline"
    REVIEW_DECIDED = "review_decided"
    VERIFICATION_DECIDED = "verification_decided"
    PROOF_ENDING = "proof_ending"
    APPLICATION_REVIEWED = "application_reviewed"
    JUDGE_ASSIGNED = "judge_assigned"
    OBJECTION_ANSWERED = "objection_answered"
    PUBLICITY_BEGUN = "publicity_begun"
    EVENT_INVITED = "event_invited"
    EVENT_AGENDA = "event_agenda"
    EVENT_CHANGED = "event_changed"
    CAMPAIGN_PUBLISHED = "campaign_published"
    CLAIM_DECIDED = "claim_decided"
    CONSORTIUM_REPLY = "consortium_reply"
    SCENE_DESIGNATED = "scene_designated"
    FOLLOWUP = "followup"
    REWARD_DECIDED = "reward_decided"
    PROCUREMENT = "procurement"
    IMPORT_FINISHED = "import_finished"
    DUTY = "duty"
    SEARCH_HIT = "search_hit"
    WATCHED_CHANGED = "watched_changed"
    CHANNEL_TEST = "channel_test"


KIND_LABELS: Mapping[NotificationKind, str] = {
    NotificationKind.MATCH_FOUND: "新的匹配",
    NotificationKind.QUESTION_ASKED: "收到提问",
    NotificationKind.QUESTION_ANSWERED: "提问已答复",
    NotificationKind.ANSWER_RECEIVED: "收到应答",
    NotificationKind.OUTCOME_GIVEN: "应答入围和结果",
    NotificationKind.DEADLINE: "截止提醒",
    NotificationKind.REVIEW_DECIDED: "需求审核结果",
    NotificationKind.VERIFICATION_DECIDED: "能力核验结论",
    NotificationKind.PROOF_ENDING: "证书和证明到期",
    NotificationKind.APPLICATION_REVIEWED: "申报审查和答辩",
    NotificationKind.JUDGE_ASSIGNED: "评审任务",
    NotificationKind.OBJECTION_ANSWERED: "异议办理",
    NotificationKind.PUBLICITY_BEGUN: "评选公示和结果",
    NotificationKind.EVENT_INVITED: "对接会邀请",
    NotificationKind.EVENT_AGENDA: "对接会日程",
    NotificationKind.EVENT_CHANGED: "对接会变更和会面结果",
    NotificationKind.CAMPAIGN_PUBLISHED: "新的需求征集",
    NotificationKind.CLAIM_DECIDED: "企业资料认领",
    NotificationKind.CONSORTIUM_REPLY: "联合申报确认",
    NotificationKind.SCENE_DESIGNATED: "入选和证书",
    NotificationKind.FOLLOWUP: "跟踪填报",
    NotificationKind.REWARD_DECIDED: "奖补申领",
    NotificationKind.PROCUREMENT: "采购目录推荐",
    NotificationKind.IMPORT_FINISHED: "表格导入结果",
    NotificationKind.DUTY: "办理期限和系统提醒",
    NotificationKind.SEARCH_HIT: "保存的筛选有新结果",
    NotificationKind.WATCHED_CHANGED: "关注的需求有变化",
    NotificationKind.CHANNEL_TEST: "通道测试",
}

_OWNER, _FIRM, _JUDGE = RoleName.OWNER, RoleName.SUPPLIER, RoleName.JUDGE
#: Who can be told a kind at all; kinds that are not named here can be told to everybody.
_ROLES: Mapping[NotificationKind, frozenset[RoleName]] = {
    NotificationKind.MATCH_FOUND: frozenset({_OWNER, _FIRM}),
    NotificationKind.QUESTION_ASKED: frozenset({_OWNER}),
    NotificationKind.QUESTION_ANSWERED: frozenset({_FIRM}),
    NotificationKind.ANSWER_RECEIVED: frozenset({_OWNER}),
    NotificationKind.OUTCOME_GIVEN: frozenset({_FIRM}),
    NotificationKind.DEADLINE: frozenset({_OWNER, _FIRM}),
    NotificationKind.REVIEW_DECIDED: frozenset({_OWNER}),
    NotificationKind.VERIFICATION_DECIDED: frozenset({_FIRM}),
    NotificationKind.PROOF_ENDING: frozenset({_FIRM}),
    NotificationKind.APPLICATION_REVIEWED: frozenset({_OWNER, _FIRM}),
    NotificationKind.JUDGE_ASSIGNED: frozenset({_JUDGE}),
    NotificationKind.PUBLICITY_BEGUN: frozenset({_OWNER, _FIRM}),
    NotificationKind.EVENT_INVITED: frozenset({_OWNER, _FIRM}),
    NotificationKind.EVENT_AGENDA: frozenset({_OWNER, _FIRM}),
    NotificationKind.EVENT_CHANGED: frozenset({_OWNER, _FIRM}),
    NotificationKind.CAMPAIGN_PUBLISHED: frozenset({_OWNER}),
    NotificationKind.CLAIM_DECIDED: frozenset({_FIRM}),
    NotificationKind.CONSORTIUM_REPLY: frozenset({_OWNER, _FIRM}),
    NotificationKind.SCENE_DESIGNATED: frozenset({_OWNER, _FIRM}),
    NotificationKind.FOLLOWUP: frozenset({_OWNER, _FIRM}),
    NotificationKind.REWARD_DECIDED: frozenset({_OWNER, _FIRM}),
    NotificationKind.PROCUREMENT: frozenset(
        {_FIRM, _JUDGE, RoleName.SECTOR_REVIEWER, RoleName.OFFICER, RoleName.APPROVER}
    ),
    NotificationKind.IMPORT_FINISHED: frozenset({_OWNER, _FIRM, RoleName.OFFICER}),
    NotificationKind.DUTY: frozenset(
        {_JUDGE, RoleName.OFFICER, RoleName.APPROVER, RoleName.AUDITOR, RoleName.SYSADMIN}
    ),
    NotificationKind.CHANNEL_TEST: frozenset(),
}


def list_kinds_for(roles: Collection[RoleName]) -> tuple[NotificationKind, ...]:
    """The kinds that people with these roles can be told, in the order of the list."""
    return tuple(
        kind
        for kind in NotificationKind
        if kind not in _ROLES or not _ROLES[kind].isdisjoint(roles)
    )


class Channel(StrEnum):
    """A way out of the house, beside the inbox."""

    EMAIL = "email"
    WEBHOOK = "webhook"


CHANNEL_LABELS: Mapping[Channel, str] = {Channel.EMAIL: "邮件", Channel.WEBHOOK: "群机器人"}


class Pace(StrEnum):
    """When a channel tells a kind."""

    OFF = "off"
    INSTANT = "instant"
    DAILY = "daily"


PACE_LABELS: Mapping[Pace, str] = {
    Pace.OFF: "不发送",
    Pace.INSTANT: "即时",
    Pace.DAILY: "每日汇总",
}


@dataclass(frozen=True)
class Wishes:
    """What a person wants of one kind."""

    in_inbox: bool
    email: Pace
    webhook: Pace

    def pace_of(self, channel: Channel) -> Pace:
        """When the channel tells this kind."""
        return self.email if channel is Channel.EMAIL else self.webhook


#: Told once a day unless the person wants otherwise; everything else at once.
_DAILY_KINDS = frozenset(
    {
        NotificationKind.MATCH_FOUND,
        NotificationKind.PUBLICITY_BEGUN,
        NotificationKind.CAMPAIGN_PUBLISHED,
        NotificationKind.SEARCH_HIT,
        NotificationKind.WATCHED_CHANGED,
    }
)


def default_wishes(kind: NotificationKind) -> Wishes:
    """What holds for a person who never chose."""
    pace = Pace.DAILY if kind in _DAILY_KINDS else Pace.INSTANT
    return Wishes(in_inbox=kind is not NotificationKind.CHANNEL_TEST, email=pace, webhook=pace)


def compute_due(pace: Pace, now: datetime) -> datetime:
    """When a notice leaves by a channel: now, or at the next hour of the digests.

    >>> compute_due(Pace.DAILY, datetime(2026, 11, 28, 8, 0, tzinfo=CHINA)).isoformat()
    '2026-11-29T08:00:00+08:00'
    """
    if pace is not Pace.DAILY:
        return now
    local = now.astimezone(CHINA)
    due = datetime.combine(local.date(), time(DIGEST_HOUR), tzinfo=CHINA)
    return due if local < due else due + timedelta(days=1)


def find_reminder(day: date, today: date) -> int | None:
    """Which reminder of a deadline is due: 7, 1, or None while it is far or has passed.

    A night that was missed is made up for by the next one; both reminders are told once.

    >>> [find_reminder(date(2026, 12, 10), date(2026, 12, d)) for d in (2, 3, 8, 9, 10, 11)]
    [None, 7, 7, 1, 1, None]
    """
    left = (day - today).days
    if left < 0 or left > EARLY_DAYS:
        return None
    return LAST_DAYS if left <= LAST_DAYS else EARLY_DAYS


def describe_left(day: date, today: date) -> str:
    """``今天截止``, ``明天截止`` or ``还有5天截止``."""
    left = (day - today).days
    return {0: "今天截止", 1: "明天截止"}.get(left, f"还有{left}天截止")


_MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)[\s-]?(\d{4})[\s-]?(\d{4})(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)0\d{2,3}[\s-]\d{7,8}(?!\d)")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def mask_contacts(text: str) -> str:
    """The text without anybody's telephone number or e-mail address.

    >>> mask_contacts("请联系13812340000或 a.b@example.com、0571-88886666")
    '请联系138****0000或 （邮箱略）、（电话略）'
    """
    masked = _MOBILE.sub(r"\1****\3", text)
    return _ADDRESS.sub("（邮箱略）", _LANDLINE.sub("（电话略）", masked))


def clip(text: str, limit: int) -> str:
    """At most ``limit`` characters on one line, the last one an ellipsis where it was longer."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"
