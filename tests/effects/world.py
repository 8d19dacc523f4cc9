"""A designated scene, its follow-ups and a showroom: what most tests of the room begin with."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from matchmaker import clock
from matchmaker.db import db
from matchmaker.effects.followups import operations as followups
from matchmaker.effects.followups.models import Followup
from matchmaker.effects.followups.rules import Figures
from matchmaker.effects.showrooms import operations as showrooms
from matchmaker.effects.showrooms.models import Showroom, ShowroomSlot
from matchmaker.effects.showrooms.rules import ShowroomDraft, ShowroomKind
from matchmaker.engagement.contacts.rules import Contact
from matchmaker.selection.applications.models import ConsortiumMember
from matchmaker.selection.applications.rules import Side
from matchmaker.selection.results.models import Designation
from tests.people import People
from tests.rewards.world import make_designation

DAY = date(2025, 12, 16)


def make_scene(people: People, **changes: Any) -> Designation:
    """A designated scene of the owner's unit with the firm beside it."""
    row = make_designation(people.owner, **({"day": DAY} | changes))
    row.application.members.append(
        ConsortiumMember(
            position=1,
            side=Side.SUPPLIER,
            name="丙方机器人公司",
            organisation_id=people.firm.organisation_id,
            product_ids=[],
            is_lead=False,
        )
    )
    db.session.flush()
    return row


def make_followups(people: People, **changes: Any) -> list[Followup]:
    """The three due reports of a scene."""
    return list(followups.plan_followups(people.officer, make_scene(people, **changes)))


def make_figures(**changes: Any) -> Figures:
    """A report that may be handed in."""
    values: dict[str, Any] = {
        "units": 4,
        "hours": 1000,
        "failures": 3,
        "savings_fen": 100_00,
        "note": "两班运行，未发生安全事件。",
        "evidence": "取自设备管理系统的运行日志。",
    }
    return Figures(**(values | changes))


def make_draft(**changes: Any) -> ShowroomDraft:
    """A showroom that may be stored."""
    values: dict[str, Any] = {
        "kind": ShowroomKind.MODEL_ROOM,
        "title": "变电所巡检样板间",
        "sector": "municipal-inspection",
        "district": "shangcheng",
        "address": "上城区测试路1号",
        "text": "展示变电所巡检机器人自动巡视全过程。",
    }
    return ShowroomDraft(**(values | changes))


def make_showroom(people: People, *, capacity: int = 10, **changes: Any) -> Showroom:
    """A published showroom of the owner's unit with one open time tomorrow."""
    row = showrooms.create_showroom(people.owner, make_draft(**changes))
    open_tomorrow(people, row, capacity)
    showrooms.publish_showroom(people.owner, row)
    return row


def open_tomorrow(people: People, row: Showroom, capacity: int = 10, day: int = 1) -> ShowroomSlot:
    """Two hours from this time of the day, some days ahead."""
    starts_at = clock.now() + timedelta(days=day)
    return showrooms.open_slot(
        people.owner,
        row,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        capacity=capacity,
    )


def visitor(number: int = 1) -> Contact:
    """Somebody with a telephone."""
    return Contact("王小明", f"138{number:08d}")
