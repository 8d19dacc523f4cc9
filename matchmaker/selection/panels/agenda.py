"""The agenda of presentations (答辩) made in one act; each slot can be moved afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.clock import CHINA
from matchmaker.db import db
from matchmaker.errors import Conflict, InvalidInput
from matchmaker.selection.panels import assigning, queries
from matchmaker.selection.panels.permissions import MANAGE_PANEL
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.rules import Stage


def schedule_all(
    actor: Actor,
    round_: SelectionRound,
    order: Sequence[int],
    *,
    starts_at: datetime,
    minutes: int,
    break_minutes: int,
    place: str,
) -> int:
    """Slots for all applications of the final stage one after another; returns how many.

    ``order`` holds each of their ids once. Slots of before are replaced.
    """
    require(actor, MANAGE_PANEL)
    wanted = {row.id for row in assigning.read_plan(round_, Stage.FINAL).applications}
    if not wanted:
        raise Conflict("nothing_to_schedule", "还没有进入复评的申报，不能安排答辩。")
    if sorted(order) != sorted(wanted):
        raise InvalidInput("slot_order", "答辩顺序应包括全部进入复评的申报，每份一次。")
    if not 0 <= break_minutes <= 120:
        raise InvalidInput("slot_break", "间隔应为 0 至 120 分钟。", field="break_minutes")
    if not 5 <= minutes <= 120:
        raise InvalidInput("slot_minutes", "每场时长应为 5 至 120 分钟。", field="minutes")
    step = timedelta(minutes=minutes + break_minutes)
    last = starts_at + step * len(order) - timedelta(minutes=break_minutes)
    if last.astimezone(CHINA).date() != starts_at.astimezone(CHINA).date():
        raise InvalidInput(
            "slot_day", "一天之内安排不完，请提前开始、缩短时长，或逐场安排。", field="starts_at"
        )
    for slot in queries.list_slots(round_.id):
        db.session.delete(slot)
    db.session.flush()
    for number, application_id in enumerate(order):
        assigning.schedule_presentation(
            actor,
            round_,
            application_id,
            starts_at=starts_at + step * number,
            minutes=minutes,
            place=place,
        )
    record(actor, "selection.schedule_agenda", "selection_round", round_.id, order=list(order))
    return len(order)
