"""Pure decisions about parties: what a registration must say, states and steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from matchmaker.errors import Conflict, InvalidInput
from matchmaker.events.rules import PartyKind, Side
from matchmaker.steps import take_step

NAME_MAX = 120
TOPIC_MIN, TOPIC_MAX = 10, 1_000
#: Demands or products that one party may bring.
BROUGHT_MAX = 20
CONTACT_MAX, PHONE_MAX = 30, 20


class PartyState(StrEnum):
    """Whether a party comes."""

    INVITED = "invited"
    REGISTERED = "registered"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


STATE_LABELS = {
    PartyState.INVITED: "已邀请",
    PartyState.REGISTERED: "已报名",
    PartyState.DECLINED: "已谢绝",
    PartyState.WITHDRAWN: "已退出",
}


class PartyStep(StrEnum):
    """What a party does."""

    REGISTER = "register"
    DECLINE = "decline"
    WITHDRAW = "withdraw"


TRANSITIONS: Mapping[tuple[PartyState, PartyStep], PartyState] = {
    **{(state, PartyStep.REGISTER): PartyState.REGISTERED for state in PartyState},
    (PartyState.INVITED, PartyStep.DECLINE): PartyState.DECLINED,
    (PartyState.REGISTERED, PartyStep.WITHDRAW): PartyState.WITHDRAWN,
}


def next_state(state: PartyState, step: PartyStep) -> PartyState:
    """The state after a step; raises ``IllegalTransition`` where the step does not exist."""
    return take_step(TRANSITIONS, state, step, subject="参会单位", states=STATE_LABELS)


@dataclass(frozen=True, kw_only=True)
class Registration:
    """What a party brings. ``topic`` is read by the other side, the contact is not."""

    side: Side
    topic: str
    contact_name: str
    contact_phone: str
    demands: tuple[str, ...] = ()
    products: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PartyRecord:
    """A party without a log-in, as the bureau writes it down."""

    name: str
    kind: PartyKind
    side: Side
    topic: str
    contact_name: str
    contact_phone: str


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """Whom to invite, and why: what the best matches say of them."""

    name: str
    kind: PartyKind
    side: Side
    organisation_id: int | None = None
    supplier_id: int | None = None
    reasons: tuple[str, ...] = field(default=())

    @property
    def key(self) -> str:
        """Tells one candidate from another in a form."""
        if self.supplier_id is not None:
            return f"s{self.supplier_id}"
        return f"o{self.organisation_id}"


def check_name(name: str) -> None:
    """Raise ``InvalidInput`` for a missing or overlong name."""
    if not 2 <= len(name) <= NAME_MAX:
        raise InvalidInput(
            "party_name",
            "请填写单位名称，2 至 {limit} 个字。",
            field="name",
            limit=NAME_MAX,
        )


def check_topic(topic: str) -> None:
    """Raise ``InvalidInput`` unless the other side learns what it is about."""
    if not TOPIC_MIN <= len(topic) <= TOPIC_MAX:
        raise InvalidInput(
            "topic",
            "请写明参会意图（找什么、能提供什么），{low} 至 {high} 个字，现有 {length} 个字。",
            field="topic",
            low=TOPIC_MIN,
            high=TOPIC_MAX,
            length=len(topic),
        )


def check_brought(codes: tuple[str, ...], label: str, *, field: str) -> None:
    """Raise ``InvalidInput`` for too many demands or products."""
    if len(codes) > BROUGHT_MAX:
        raise InvalidInput(
            "too_many",
            "最多选择 {limit} 项{label}，现选了 {count} 项。",
            field=field,
            limit=BROUGHT_MAX,
            label=label,
            count=len(codes),
        )


def check_free_slots(absent: int, slots: int) -> None:
    """Raise ``Conflict`` for a party that would be free at no time."""
    if absent >= slots:
        raise Conflict("never_free", "至少保留一个可以会面的时段；如不能参加，请退出报名。")
