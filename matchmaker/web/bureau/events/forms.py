"""What the bureau types for an event and for a party without a log-in."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, cast

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from matchmaker.events.hours import DayPlan, parse_breaks, parse_clock, show_clock
from matchmaker.events.models import Event
from matchmaker.events.operations import details_of
from matchmaker.events.parties.models import EventParty
from matchmaker.events.parties.rules import PartyRecord
from matchmaker.events.rules import (
    KIND_LABELS,
    PARTY_KIND_LABELS,
    SIDE_LABELS,
    SIDES,
    EventDetails,
    EventKind,
    PartyKind,
    Side,
)
from matchmaker.web.owner.demands.fields import LegalDayField, WholeField


def _whole(label: str) -> WholeField:
    return WholeField(label, [InputRequired(f"请填写{label}。")])


class EventForm(FlaskForm):
    """An event: what, when, where, how many at once."""

    revision = HiddenField()
    kind = SelectField("类型", validate_choice=False)
    title = StringField("名称", [InputRequired("请填写名称。")])
    summary = TextAreaField("说明", [InputRequired("请填写说明。")])
    place = StringField("地点", [InputRequired("请填写地点。")])
    held_on = LegalDayField("举行日期", [InputRequired("请填写举行日期。")])
    registration_until = LegalDayField("报名截止", [InputRequired("请填写报名截止日期。")])
    requests_until = LegalDayField("会面意向截止", [InputRequired("请填写意向截止日期。")])
    starts = StringField("开始时间", [InputRequired("请填写开始时间。")])
    ends = StringField("结束时间", [InputRequired("请填写结束时间。")])
    slot_minutes = _whole("每场时长")
    gap_minutes = StringField("两场间隔")
    breaks = TextAreaField("休息时间")
    tables = _whole("洽谈桌数")
    need_max = _whole("需求方每家最多场次")
    offer_max = _whole("供给方每家最多场次")
    need_min = StringField("需求方每家最少场次")
    offer_min = StringField("供给方每家最少场次")


def make_event_form(event: Event | None = None) -> EventForm:
    """The form with its choices, filled from an event where one is given."""
    form = EventForm(data=_event_data(event))
    form.kind.choices = [SelectChoice(kind.value, label) for kind, label in KIND_LABELS.items()]
    return form


def _event_data(event: Event | None) -> dict[str, Any]:
    if event is None:
        usual = {"starts": "09:00", "ends": "16:30", "slot_minutes": 30, "gap_minutes": "5"}
        return {**usual, "breaks": "12:00-13:30", "need_min": "0", "offer_min": "0"}
    details = details_of(event)
    data = {field.name: getattr(details, field.name) for field in fields(details)}
    plan = details.plan
    return data | {
        "revision": str(event.version),
        "kind": event.kind.value,
        "starts": show_clock(plan.starts),
        "ends": show_clock(plan.ends),
        "slot_minutes": plan.slot_minutes,
        "gap_minutes": str(plan.gap_minutes),
        "breaks": "\n".join(f"{show_clock(a)}-{show_clock(b)}" for a, b in plan.breaks),
        "need_min": str(details.need_min),
        "offer_min": str(details.offer_min),
    }


def read_details(form: EventForm) -> EventDetails:
    """What the validated form says; raises ``InvalidInput`` for hours that are none."""
    kind = form.kind.data
    return EventDetails(
        kind=EventKind(kind) if kind in set(EventKind) else EventKind.SCENE,
        title=form.title.data or "",
        summary=form.summary.data or "",
        place=form.place.data or "",
        held_on=cast("Any", form.held_on.data),
        registration_until=cast("Any", form.registration_until.data),
        requests_until=cast("Any", form.requests_until.data),
        plan=DayPlan(
            starts=parse_clock(form.starts.data or "", field="starts"),
            ends=parse_clock(form.ends.data or "", field="ends"),
            slot_minutes=form.slot_minutes.data or 0,
            gap_minutes=read_number(form.gap_minutes.data),
            breaks=parse_breaks(form.breaks.data or ""),
        ),
        tables=form.tables.data or 0,
        need_max=form.need_max.data or 0,
        offer_max=form.offer_max.data or 0,
        need_min=read_number(form.need_min.data),
        offer_min=read_number(form.offer_min.data),
    )


def read_number(text: str | None) -> int:
    """A whole number; 0 for nothing, −1 (which every check refuses) for what is none."""
    typed = (text or "").strip()
    if not typed:
        return 0
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else -1


class PartyForm(FlaskForm):
    """A party that the bureau writes down."""

    name = StringField("单位名称", [InputRequired("请填写单位名称。")])
    kind = SelectField("单位类型", validate_choice=False)
    side = RadioField("参会身份", [InputRequired("请选择参会身份。")], validate_choice=False)
    topic = TextAreaField("参会意图", [InputRequired("请写明参会意图。")])
    contact_name = StringField("联系人", [InputRequired("请填写联系人。")])
    contact_phone = StringField("联系电话", [InputRequired("请填写联系电话。")])


def make_party_form(event: Event, party: EventParty | None = None) -> PartyForm:
    """The form with what fits the event, filled from a party where one is given."""
    data: dict[str, Any] = {}
    if party is not None:
        names = ("name", "topic", "contact_name", "contact_phone")
        data = {name: getattr(party, name) for name in names}
        data |= {"kind": party.kind.value, "side": party.side.value}
    form = PartyForm(data=data)
    kinds = SIDES[event.kind]
    form.kind.choices = [SelectChoice(kind.value, PARTY_KIND_LABELS[kind]) for kind in kinds]
    form.side.choices = [SelectChoice(side.value, SIDE_LABELS[side]) for side in Side]
    return form


def read_party(form: PartyForm) -> PartyRecord:
    """What the validated form says."""
    kind, side = form.kind.data, form.side.data
    return PartyRecord(
        name=form.name.data or "",
        kind=PartyKind(kind) if kind in set(PartyKind) else PartyKind.OWNER,
        side=Side(side) if side in set(Side) else Side.NEED,
        topic=form.topic.data or "",
        contact_name=form.contact_name.data or "",
        contact_phone=form.contact_phone.data or "",
    )
