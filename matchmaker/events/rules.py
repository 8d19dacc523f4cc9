"""Pure decisions about events: kinds and their parties, states and steps, details."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from matchmaker.errors import IllegalTransition, InvalidInput
from matchmaker.events.hours import DayPlan, check_number, plan_slots
from matchmaker.steps import take_step

TITLE_MAX, PLACE_MAX, SUMMARY_MAX = 100, 120, 5_000
TABLES_MAX, LIMIT_MAX = 200, 48


class EventKind(StrEnum):
    """What an event brings together."""

    SCENE = "scene"
    CHAIN = "chain"
    RESEARCH = "research"
    FINANCE = "finance"


KIND_LABELS = {
    EventKind.SCENE: "场景对接会",
    EventKind.CHAIN: "产业链对接会",
    EventKind.RESEARCH: "产研对接会",
    EventKind.FINANCE: "产融对接会",
}

#: What the texts ask for in each year: fewest events, and the clause.
YEARLY_MINIMUMS: Mapping[EventKind, tuple[int, str]] = {
    EventKind.SCENE: (1, "《“强链补链”三年行动方案（征求意见稿）》三（三）1"),
    EventKind.CHAIN: (2, "《“强链补链”三年行动方案（征求意见稿）》三（二）2"),
    EventKind.RESEARCH: (0, ""),
    EventKind.FINANCE: (0, ""),
}


class Side(StrEnum):
    """The two sides of a table: who looks for something and who offers it."""

    NEED = "need"
    OFFER = "offer"

    @property
    def other(self) -> Side:
        return Side.OFFER if self is Side.NEED else Side.NEED


SIDE_LABELS = {Side.NEED: "需求方", Side.OFFER: "供给方"}


class PartyKind(StrEnum):
    """Who takes part. Research teams and financiers have no log-in: the bureau keeps them."""

    OWNER = "owner"
    FIRM = "firm"
    TEAM = "team"
    FINANCIER = "financier"


PARTY_KIND_LABELS = {
    PartyKind.OWNER: "场景业主",
    PartyKind.FIRM: "机器人企业",
    PartyKind.TEAM: "科研团队",
    PartyKind.FINANCIER: "金融机构",
}

_NEED, _OFFER = (Side.NEED,), (Side.OFFER,)
#: On which sides each kind of party may sit; the first is the usual one.
SIDES: Mapping[EventKind, Mapping[PartyKind, tuple[Side, ...]]] = {
    EventKind.SCENE: {PartyKind.OWNER: _NEED, PartyKind.FIRM: _OFFER},
    EventKind.CHAIN: {PartyKind.OWNER: _NEED, PartyKind.FIRM: (Side.OFFER, Side.NEED)},
    EventKind.RESEARCH: {
        PartyKind.OWNER: _NEED,
        PartyKind.FIRM: _NEED,
        PartyKind.TEAM: _OFFER,
    },
    EventKind.FINANCE: {
        PartyKind.OWNER: _NEED,
        PartyKind.FIRM: _NEED,
        PartyKind.FINANCIER: _OFFER,
    },
}


def check_side(kind: EventKind, party: PartyKind, side: Side) -> None:
    """Raise ``InvalidInput`` where such a party may not sit on that side of such an event."""
    if side not in SIDES[kind].get(party, ()):
        raise InvalidInput(
            "wrong_side",
            "{event}中，{party}不能作为{side}参加，请核对参会身份。",
            field="side",
            event=KIND_LABELS[kind],
            party=PARTY_KIND_LABELS[party],
            side=SIDE_LABELS[side],
        )


class EventState(StrEnum):
    """Where an event stands."""

    DRAFT = "draft"
    REGISTRATION = "registration"
    REQUESTS = "requests"
    SCHEDULED = "scheduled"
    HELD = "held"
    CLOSED = "closed"
    CANCELLED = "cancelled"


STATE_LABELS = {
    EventState.DRAFT: "草稿",
    EventState.REGISTRATION: "报名中",
    EventState.REQUESTS: "意向征集中",
    EventState.SCHEDULED: "议程已发布",
    EventState.HELD: "已举行",
    EventState.CLOSED: "已归档",
    EventState.CANCELLED: "已取消",
}
#: Participants may still come, change what they bring, and leave.
JOINING_STATES = frozenset({EventState.REGISTRATION, EventState.REQUESTS})
#: The agenda is public to those who are on it.
AGENDA_STATES = frozenset({EventState.SCHEDULED, EventState.HELD, EventState.CLOSED})
#: The event counts for its year.
HELD_STATES = frozenset({EventState.HELD, EventState.CLOSED})
#: Still ahead or under way.
LIVE_STATES = frozenset({EventState.REGISTRATION, EventState.REQUESTS, EventState.SCHEDULED})


class Step(StrEnum):
    """What can be done to an event as a whole."""

    PUBLISH = "publish"
    OPEN_REQUESTS = "open_requests"
    REOPEN = "reopen"
    PUBLISH_AGENDA = "publish_agenda"
    WITHDRAW_AGENDA = "withdraw_agenda"
    HOLD = "hold"
    CLOSE = "close"
    CANCEL = "cancel"


TRANSITIONS: Mapping[tuple[EventState, Step], EventState] = {
    (EventState.DRAFT, Step.PUBLISH): EventState.REGISTRATION,
    (EventState.REGISTRATION, Step.OPEN_REQUESTS): EventState.REQUESTS,
    (EventState.REQUESTS, Step.REOPEN): EventState.REGISTRATION,
    (EventState.REQUESTS, Step.PUBLISH_AGENDA): EventState.SCHEDULED,
    (EventState.SCHEDULED, Step.WITHDRAW_AGENDA): EventState.REQUESTS,
    (EventState.SCHEDULED, Step.HOLD): EventState.HELD,
    (EventState.HELD, Step.CLOSE): EventState.CLOSED,
    **{
        (state, Step.CANCEL): EventState.CANCELLED
        for state in (EventState.DRAFT, *sorted(LIVE_STATES))
    },
}


def next_state(state: EventState, step: Step) -> EventState:
    """The state after a step; raises ``IllegalTransition`` where the step does not exist."""
    return take_step(TRANSITIONS, state, step, subject="对接会", states=STATE_LABELS)


def check_state(state: EventState, allowed: frozenset[EventState], act: str) -> None:
    """Raise ``IllegalTransition`` unless the event stands where the act is possible."""
    if state not in allowed:
        raise IllegalTransition(
            "wrong_state",
            "对接会当前为“{state}”，不能{act}。请刷新页面后再试。",
            state=STATE_LABELS[state],
            act=act,
        )


@dataclass(frozen=True, kw_only=True)
class EventDetails:
    """What the bureau writes for an event.

    ``registration_until``, ``requests_until`` : last days, both inclusive
    ``tables`` : meetings at one time; ``…_max``, ``…_min`` : meetings of one party
    """

    kind: EventKind
    title: str
    summary: str
    place: str
    held_on: date
    registration_until: date
    requests_until: date
    plan: DayPlan
    tables: int
    need_max: int
    offer_max: int
    need_min: int = 0
    offer_min: int = 0


def check_details(details: EventDetails) -> None:
    """Raise ``InvalidInput`` naming the field that does not fit."""
    for name, label, limit in (
        ("title", "名称", TITLE_MAX),
        ("place", "地点", PLACE_MAX),
        ("summary", "说明", SUMMARY_MAX),
    ):
        if not 1 <= len(getattr(details, name)) <= limit:
            raise InvalidInput(
                name, "请填写{label}，不超过 {limit} 个字。", field=name, label=label, limit=limit
            )
    _check_days(details)
    plan_slots(details.plan)
    check_number(details.tables, "tables", "洽谈桌数", 1, TABLES_MAX)
    for side, label in (("need", "需求方"), ("offer", "供给方")):
        most, fewest = getattr(details, f"{side}_max"), getattr(details, f"{side}_min")
        check_number(most, f"{side}_max", f"{label}每家最多场次", 1, LIMIT_MAX)
        check_number(fewest, f"{side}_min", f"{label}每家最少场次", 0, most)


def _check_days(details: EventDetails) -> None:
    if not details.registration_until <= details.requests_until < details.held_on:
        raise InvalidInput(
            "days",
            "报名截止、意向截止和举行日期须依次排列：报名截止不晚于意向截止，意向截止早于举行日期。",
            field="requests_until",
        )
