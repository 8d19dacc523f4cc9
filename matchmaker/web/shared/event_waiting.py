"""What waits in the room of events: for owners, firms and the bureau."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from flask import url_for

from matchmaker import clock
from matchmaker.accounts.permissions import can
from matchmaker.actor import Actor, RoleName
from matchmaker.events import queries as events
from matchmaker.events.models import Event
from matchmaker.events.outcomes import queries as outcomes
from matchmaker.events.parties import queries as parties
from matchmaker.events.parties.operations import list_roles
from matchmaker.events.parties.rules import PartyState
from matchmaker.events.permissions import MANAGE
from matchmaker.events.rules import KIND_LABELS, EventState
from matchmaker.events.seasons.queries import list_season
from matchmaker.web.waiting import WaitingItem

#: How long before it an open registration stands among what an owner or a firm may do.
SOON = timedelta(days=60)


def list_waiting(actor: Actor) -> Iterator[WaitingItem]:
    """What waits for owners, firms and the bureau in this room."""
    for audience, role in (("owner", RoleName.OWNER), ("supplier", RoleName.SUPPLIER)):
        if actor.has_role(role):
            yield from _participant_waiting(actor, audience)
    if can(actor, MANAGE) and not actor.is_system:
        yield from _bureau_waiting(actor)


def _participant_waiting(actor: Actor, audience: str) -> Iterator[WaitingItem]:
    own = {party.event_id: party for party in parties.list_own(actor)}
    today = clock.today()
    for event in events.list_live(actor):
        party = own.get(event.id)
        state = party.state if party else None
        url = url_for(f"{audience}_events.show", code=event.code)
        if event.state is EventState.REGISTRATION and event.registration_until >= today:
            if state is PartyState.INVITED:
                yield _item(audience, event, url, "答复邀请", "市经信局邀请贵单位参加", rank=20)
            elif state is None and _may_join(actor, event, audience):
                yield _item(audience, event, url, "报名", f"{event.held_on:%m月%d日}举行", rank=58)
        elif state is PartyState.REGISTERED:
            yield from _registered_waiting(audience, event, url)
    awaiting = outcomes.list_awaiting(actor)
    for code, title in sorted({(row.event.code, row.event.title) for row in awaiting}):
        count = sum(row.event.code == code for row in awaiting)
        yield WaitingItem(
            audience=audience,
            title=title,
            url=url_for(f"{audience}_events.show", code=code, _anchor="agenda"),
            act="填写洽谈结果",
            count=count,
            note=f"{count} 场会面待填写结果",
            rank=24,
        )


def _may_join(actor: Actor, event: Event, audience: str) -> bool:
    if event.held_on > clock.today() + SOON:
        return False
    kinds = {kind.value for _, kind in list_roles(actor, event)}
    return ("owner" if audience == "owner" else "firm") in kinds


def _registered_waiting(audience: str, event: Event, url: str) -> Iterator[WaitingItem]:
    today = clock.today()
    if event.state is EventState.REQUESTS and event.requests_until >= today:
        yield WaitingItem(
            audience=audience,
            title=event.title,
            url=url,
            act="填写会面意向",
            note="选择希望会面的单位和可会面时段",
            deadline=event.requests_until,
            rank=22,
        )
    elif event.state is EventState.SCHEDULED and event.held_on >= today:
        yield WaitingItem(
            audience=audience,
            title=event.title,
            url=url,
            act="查看议程",
            note="议程已发布",
            deadline=event.held_on,
            rank=40,
        )


def _item(audience: str, event: Event, url: str, act: str, note: str, *, rank: int) -> WaitingItem:
    return WaitingItem(
        audience=audience,
        title=event.title,
        url=url,
        act=act,
        note=f"{note}，{KIND_LABELS[event.kind]}",
        deadline=event.registration_until,
        rank=rank,
    )


def _bureau_waiting(actor: Actor) -> Iterator[WaitingItem]:
    today = clock.today()
    for event in events.list_live(actor):
        found: tuple[str, str] | None = None
        if event.state is EventState.REGISTRATION and event.registration_until < today:
            found = ("开始征集意向", "报名已截止")
        elif event.state is EventState.REQUESTS and event.requests_until < today:
            found = ("排程并发布议程", "会面意向已截止")
        elif event.state is EventState.SCHEDULED and event.held_on <= today:
            found = ("签到和登记", "对接会到期，请签到并登记举行情况")
        if found:
            yield WaitingItem(
                audience="bureau",
                title=event.title,
                url=url_for("bureau_events.show", code=event.code),
                act=found[0],
                note=found[1],
                deadline=event.held_on,
                rank=26,
            )
    lacking = [line for line in list_season(today.year) if line.held + line.ahead < line.target]
    for line in lacking:
        yield WaitingItem(
            audience="bureau",
            title=f"{today.year}年{KIND_LABELS[line.kind]}",
            url=url_for("bureau_events.index"),
            act="安排对接会",
            count=line.target - line.held - line.ahead,
            note=f"计划 {line.target} 场，已举行 {line.held} 场，已安排 {line.ahead} 场",
            rank=64,
        )
