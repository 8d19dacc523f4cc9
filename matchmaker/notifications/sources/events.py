"""What comes from matchmaking events: the units that are invited or take part."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from matchmaker.accounts.queries import list_people_of
from matchmaker.actor import Actor, RoleName
from matchmaker.events import queries as events
from matchmaker.events.models import Event
from matchmaker.notifications.inbox.telling import Note, source_of, tell
from matchmaker.notifications.rules import NotificationKind
from matchmaker.notifications.subjects import Subject, SubjectKind

#: The line under the title.
Describe = Callable[[Event], str]


def tell_invited(payload: dict[str, Any]) -> None:
    """An invitation: the unit's people, with the day and the last day to register."""
    _tell(
        payload, NotificationKind.EVENT_INVITED, "邀请贵单位参加“{title}”", _describe_registration
    )


def tell_requests_opened(payload: dict[str, Any]) -> None:
    """The registered may say whom they want to meet."""
    _tell(
        payload,
        NotificationKind.EVENT_AGENDA,
        "“{title}”开始征集会面意向",
        lambda event: f"请于{_say_day(event.requests_until)}前提出。",
    )


def tell_agenda_published(payload: dict[str, Any]) -> None:
    """Each participant can see its meetings."""
    _tell(payload, NotificationKind.EVENT_AGENDA, "“{title}”日程已发布", _describe_day)


def tell_agenda_withdrawn(payload: dict[str, Any]) -> None:
    """The agenda is planned anew."""
    _tell(payload, NotificationKind.EVENT_CHANGED, "“{title}”日程正在重新安排", _describe_day)


def tell_meeting_moved(payload: dict[str, Any]) -> None:
    """One meeting was moved or called off: its two sides, without naming either."""
    _tell(payload, NotificationKind.EVENT_CHANGED, "贵单位在“{title}”的会面有调整", _describe_day)


def tell_event_changed(payload: dict[str, Any]) -> None:
    """The day or the place changed."""
    _tell(payload, NotificationKind.EVENT_CHANGED, "“{title}”时间或地点有变", _describe_day)


def tell_event_cancelled(payload: dict[str, Any]) -> None:
    """The event was called off."""
    _tell(payload, NotificationKind.EVENT_CHANGED, "“{title}”已取消", lambda _: "")


def tell_outcome_written(payload: dict[str, Any]) -> None:
    """One side wrote what came of a meeting: the other side, without its words."""
    _tell(
        payload,
        NotificationKind.EVENT_CHANGED,
        "“{title}”有一场会面，对方已登记结果",
        lambda _: "请贵单位也登记会面结果。",
    )


def _tell(payload: dict[str, Any], kind: NotificationKind, title: str, describe: Describe) -> None:
    code = payload["code"]

    def make(actor: Actor) -> Note | None:
        event = events.get_event(actor, code)
        area = "owner" if actor.has_role(RoleName.OWNER) else "supplier"
        return Note(
            kind=kind,
            title=title.replace("{title}", event.title),
            path=f"/{area}/events/{code}",
            source=source_of(payload),
            subject=Subject(SubjectKind.EVENT, code),
            text=describe(event),
        )

    for organisation_id in payload["organisation_ids"]:
        tell(list_people_of(organisation_id, RoleName.OWNER, RoleName.SUPPLIER), make)


def _describe_registration(event: Event) -> str:
    return f"{_describe_day(event)}请于{_say_day(event.registration_until)}前报名。"


def _describe_day(event: Event) -> str:
    return f"{_say_day(event.held_on)}，{event.place}。"


def _say_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
