"""What the pages say of events and meetings, and what waits for whom."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from flask import send_file, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.accounts.permissions import can
from matchmaker.actor import Actor, RoleName
from matchmaker.demands.rules import PUBLIC_STATUSES
from matchmaker.events import queries as events
from matchmaker.events.meetings import queries as meetings
from matchmaker.events.meetings.documents import show_hours, write_agenda
from matchmaker.events.meetings.exchange import MIME, write_calendar
from matchmaker.events.meetings.models import Meeting
from matchmaker.events.meetings.rules import PRESENCE_LABELS, MeetingState, Presence
from matchmaker.events.models import Event
from matchmaker.events.outcomes import queries as outcomes
from matchmaker.events.outcomes.models import MeetingOutcome
from matchmaker.events.outcomes.rules import VERDICT_LABELS, Verdict
from matchmaker.events.parties import queries as parties
from matchmaker.events.parties.models import EventParty
from matchmaker.events.parties.operations import list_roles
from matchmaker.events.parties.rules import PartyState
from matchmaker.events.permissions import MANAGE
from matchmaker.events.rules import (
    KIND_LABELS,
    STATE_LABELS,
    EventState,
    Side,
    show_clock,
)
from matchmaker.events.seasons.queries import SeasonLine, list_season
from matchmaker.suppliers.rules import ProfileState
from matchmaker.web.shared.demands import Badge
from matchmaker.web.waiting import WaitingItem

CODE = "<string(maxlength=20):code>"
STATE_TONES = {
    EventState.DRAFT: "plain",
    EventState.REGISTRATION: "good",
    EventState.REQUESTS: "info",
    EventState.SCHEDULED: "info",
    EventState.HELD: "gold",
    EventState.CLOSED: "plain",
    EventState.CANCELLED: "bad",
}
VERDICT_TONES = {Verdict.ADVANCE: "good", Verdict.PENDING: "unsure", Verdict.UNSUITABLE: "plain"}
PRESENCE_TONES = {Presence.EXPECTED: "plain", Presence.HELD: "good"}
#: How long an open registration stands among what an owner or a firm may do.
SOON = timedelta(days=60)


def describe_event(event: Event) -> dict[str, Any]:
    """An event as lists and its pages show it."""
    registered = parties.count_registered([event.id])[event.id]
    return {
        "id": event.id,
        "code": event.code,
        "title": event.title,
        "kind": KIND_LABELS[event.kind],
        "state": event.state.value,
        "badge": Badge(STATE_LABELS[event.state], STATE_TONES[event.state]),
        "place": event.place,
        "held_on": event.held_on,
        "registration_until": event.registration_until,
        "requests_until": event.requests_until,
        "hours": f"{show_clock(event.starts_minute)}—{show_clock(event.ends_minute)}",
        "slots": len(event.slots),
        "slot_minutes": event.slot_minutes,
        "tables": event.tables,
        "needs": registered[Side.NEED],
        "offers": registered[Side.OFFER],
        "paragraphs": [line for line in event.summary.split("\n") if line.strip()],
        "cancel_reason": event.cancel_reason,
        "is_demo": event.is_demo,
        "url": url_for("public_events.show", code=event.code),
    }


def describe_season(year: int) -> list[dict[str, Any]]:
    """A year's events against its targets, one line a kind."""
    return [_season_line(line) for line in list_season(year)]


def _season_line(line: SeasonLine) -> dict[str, Any]:
    return {
        "kind": line.kind.value,
        "label": KIND_LABELS[line.kind],
        "target": line.target,
        "minimum": line.minimum,
        "clause": line.clause,
        "held": line.held,
        "ahead": line.ahead,
        "meetings": line.meetings,
        "whole": max(line.target, line.held, 1),
        "tone": "good" if line.is_reached else "unsure",
        "text": f"已举行 {line.held} 场，计划 {line.target} 场"
        if line.target
        else f"已举行 {line.held} 场",
    }


def meeting_line(
    row: Meeting, outcomes_of: dict[Side, MeetingOutcome] | None = None
) -> dict[str, Any]:
    """A meeting that the caller was allowed to load."""
    said = outcomes_of or {}
    return {
        "id": row.id,
        "hours": show_hours(row.slot),
        "slot": row.slot.number,
        "table": row.table_no,
        "need": row.need_party.name,
        "offer": row.offer_party.name,
        "need_party": row.need_party,
        "offer_party": row.offer_party,
        "value": row.value,
        "is_locked": row.is_locked,
        "is_cancelled": row.state is MeetingState.CANCELLED,
        "cancel_reason": row.cancel_reason,
        "presence": row.presence.value,
        "presence_badge": Badge(
            PRESENCE_LABELS[row.presence], PRESENCE_TONES.get(row.presence, "bad")
        ),
        "outcomes": [outcome_line(side, said.get(side)) for side in Side],
    }


def outcome_line(side: Side, row: MeetingOutcome | None) -> dict[str, Any]:
    """What one side said of a meeting, or that it said nothing yet."""
    return {
        "side": "需求方" if side is Side.NEED else "供给方",
        "badge": Badge(VERDICT_LABELS[row.verdict], VERDICT_TONES[row.verdict]) if row else None,
        "note": row.note if row else "",
        "next_step": row.next_step if row else "",
        "at": row.written_at if row else None,
    }


def list_meeting_lines(actor: Actor, event: Event) -> list[dict[str, Any]]:
    """The meetings of an event that the actor may read, with what both sides said."""
    said = outcomes.list_outcomes(actor, event)
    return [meeting_line(row, said.get(row.id)) for row in meetings.list_meetings(actor, event)]


def describe_party(party: EventParty) -> dict[str, Any]:
    """A party as the other side reads it: never its contact, its wishes, what is not public."""
    return {
        "id": party.id,
        "name": party.name,
        "topic": party.topic,
        "demands": [
            (each.listing.title, url_for("public_demands.show", code=each.listing.code))
            for each in party.demands
            if each.listing.status in PUBLIC_STATUSES
        ],
        "products": [
            (
                f"{each.product.supplier.short_name} {each.product.model}",
                url_for("products.show", code=each.product.code),
            )
            for each in party.products
            if each.product.state is ProfileState.PUBLISHED
        ],
    }


def send_agenda_pdf(
    event: Event, rows: Sequence[Meeting], own: EventParty | None = None
) -> ResponseReturnValue:
    """The agenda as a file."""
    return send_file(
        io.BytesIO(write_agenda(event, rows, own)),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=f"{event.code}会面议程.pdf",
    )


def send_agenda_calendar(
    event: Event, rows: Sequence[Meeting], own: EventParty | None = None
) -> ResponseReturnValue:
    """The agenda as a calendar file."""
    return send_file(
        io.BytesIO(write_calendar(event, rows, own)),
        mimetype=MIME,
        as_attachment=True,
        download_name=f"{event.code}会面议程.ics",
    )


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
