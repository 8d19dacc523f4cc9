"""Pure decisions about showrooms: states, open times, who may still book or cancel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from matchmaker.errors import Conflict, IllegalTransition, InvalidInput

CAPACITY_MAX = 500
PARTY_MAX = 50
SLOT_MAX = timedelta(hours=10)
#: Open times are announced at most so long ahead.
AHEAD_MAX = timedelta(days=366)
TITLE_MAX, ADDRESS_MAX, TEXT_MAX = 100, 200, 3000
#: Names and numbers of visitors are kept for so long after the visit.
CONTACT_KEPT = timedelta(days=90)


class ShowroomKind(StrEnum):
    """What a visitor finds there."""

    MODEL_ROOM = "model_room"
    EXPERIENCE_CENTRE = "experience_centre"


KIND_LABELS: Mapping[ShowroomKind, str] = {
    ShowroomKind.MODEL_ROOM: "样板间",
    ShowroomKind.EXPERIENCE_CENTRE: "体验中心",
}


class ShowroomState(StrEnum):
    """Where a showroom stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"


STATE_LABELS: Mapping[ShowroomState, str] = {
    ShowroomState.DRAFT: "草稿",
    ShowroomState.PUBLISHED: "开放预约",
    ShowroomState.CLOSED: "已停止开放",
}


class BookingState(StrEnum):
    """Where a booking stands."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    CALLED_OFF = "called_off"


BOOKING_LABELS: Mapping[BookingState, str] = {
    BookingState.BOOKED: "已预约",
    BookingState.CANCELLED: "预约人已取消",
    BookingState.CALLED_OFF: "开放单位已取消本场",
}


@dataclass(frozen=True, kw_only=True)
class ShowroomDraft:
    """A showroom as typed."""

    kind: ShowroomKind
    title: str
    sector: str
    district: str
    address: str
    text: str
    designation_id: int | None = None
    product_code: str = ""


def check_draft(draft: ShowroomDraft) -> None:
    """Raise InvalidInput for a showroom that lacks what a visitor needs."""
    for field, value, label, least, most in (
        ("title", draft.title, "名称", 4, TITLE_MAX),
        ("address", draft.address, "地址", 4, ADDRESS_MAX),
        ("text", draft.text, "展示内容和参观须知", 10, TEXT_MAX),
    ):
        if not least <= len(value.strip()) <= most:
            raise InvalidInput(
                field,
                "请填写{label}，{least} 至 {most} 个字。",
                field=field,
                label=label,
                least=least,
                most=most,
            )


def check_slot(
    starts_at: datetime | None, ends_at: datetime | None, capacity: int | None, now: datetime
) -> tuple[datetime, datetime, int]:
    """An open time; raises InvalidInput for one in the past, the wrong way round or too large."""
    if starts_at is None or not now < starts_at <= now + AHEAD_MAX:
        raise InvalidInput(
            "starts_at", "请填写开始时间，应晚于现在，且在一年之内。", field="starts_at"
        )
    if ends_at is None or not timedelta(0) < ends_at - starts_at <= SLOT_MAX:
        raise InvalidInput(
            "ends_at", "请填写结束时间，应晚于开始时间，每场不超过 10 小时。", field="ends_at"
        )
    if capacity is None or not 1 <= capacity <= CAPACITY_MAX:
        raise InvalidInput(
            "capacity",
            "请填写可接待人数，为 1 至 {most} 的整数。",
            field="capacity",
            most=CAPACITY_MAX,
        )
    return starts_at, ends_at, capacity


def check_bookable(state: ShowroomState, starts_at: datetime, is_open: bool, now: datetime) -> None:
    """Raise IllegalTransition where nobody can book any more."""
    if state is not ShowroomState.PUBLISHED or not is_open:
        raise IllegalTransition("slot_closed", "这一场已停止预约，请选择其他场次。")
    if now >= starts_at:
        raise IllegalTransition("slot_begun", "这一场已经开始，请选择以后的场次。")


def check_party(party: int | None) -> int:
    """How many people come; raises InvalidInput."""
    if party is None or not 1 <= party <= PARTY_MAX:
        raise InvalidInput(
            "party", "请填写参观人数，为 1 至 {most} 的整数。", field="party", most=PARTY_MAX
        )
    return party


def check_room(capacity: int, booked: int, party: int) -> None:
    """Raise Conflict when the places that are left do not suffice."""
    left = capacity - booked
    if party > left:
        raise Conflict(
            "slot_full",
            "这一场还可预约 {left} 人，少于您填写的 {party} 人，请选择其他场次或减少人数。",
            left=left,
            party=party,
        )


def check_cancellable(state: BookingState, starts_at: datetime, now: datetime) -> None:
    """Raise IllegalTransition for a booking that is cancelled already or whose time has come."""
    if state is not BookingState.BOOKED:
        raise IllegalTransition("booking_ended", "这个预约已经取消。")
    if now >= starts_at:
        raise IllegalTransition("booking_past", "这一场已经开始，不能再取消。")
