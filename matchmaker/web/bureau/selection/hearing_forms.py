"""What is typed on the pages of a hearing: times, order, questions and answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from secrets import token_hex

from flask import request
from flask_wtf import FlaskForm
from wtforms import SelectField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from matchmaker.clock import CHINA
from matchmaker.errors import InvalidInput
from matchmaker.selection.hearings import rules
from matchmaker.selection.hearings.agenda import Timing
from matchmaker.selection.hearings.models import HearingEntry
from matchmaker.selection.hearings.recording import EntryDraft
from matchmaker.selection.panels.models import PanelMember


class EntryForm(FlaskForm):
    """A question and its answer."""

    question = TextAreaField("提问", [DataRequired("请填写提问。"), Length(max=rules.QUESTION_MAX)])
    answer = TextAreaField("答复", [DataRequired("请填写答复。"), Length(max=rules.ANSWER_MAX)])
    member_id = SelectField("提问评委", [Optional()])

    def offer(self, askers: Sequence[PanelMember]) -> None:
        """Give the judges to choose from: those who may hear this application."""
        named = [(str(member.id), member.expert.name) for member in askers]
        self.member_id.choices = [("", "不注明"), *named]

    def read(self) -> EntryDraft:
        """The typed entry."""
        chosen = self.member_id.data
        return EntryDraft(
            question=self.question.data or "",
            answer=self.answer.data or "",
            member_id=int(chosen) if chosen else None,
        )


class LateEntryForm(EntryForm):
    """The same after the lock of the scores, with its reason."""

    reason = TextAreaField("理由", [DataRequired("请写明理由。"), Length(max=1000)])


def make_entry_form(
    askers: Sequence[PanelMember], entry: HearingEntry | None, *, is_locked: bool
) -> EntryForm:
    """The form of an entry, filled from one that is there."""
    form = LateEntryForm(obj=entry) if is_locked else EntryForm(obj=entry)
    if not form.is_submitted():
        form.member_id.data = str(entry.member_id) if entry and entry.member_id else ""
        if is_locked:
            form["reason"].data = ""
    form.offer(askers)
    return form


def read_start() -> datetime:
    """The typed local time."""
    try:
        return datetime.fromisoformat(request.form.get("starts_at", "")).replace(tzinfo=CHINA)
    except ValueError as error:
        raise InvalidInput("slot_time", "请填写答辩时间。", field="starts_at") from error


def read_timing() -> Timing:
    """When and where all presentations follow one another."""
    return Timing(
        starts_at=read_start(),
        minutes=request.form.get("minutes", 0, type=int),
        break_minutes=request.form.get("break_minutes", -1, type=int),
        place=request.form.get("place", ""),
    )


def read_seed() -> str:
    """The typed seed; a random one where nothing was typed."""
    return request.form.get("seed", "").strip() or token_hex(8)


def read_order(present: Sequence[int]) -> list[int]:
    """The order that the numbers or a button of the agenda ask for."""
    direction, _, key = request.form.get("move", "").partition("-")
    if not direction:
        return rules.sort_by_numbers(
            {item: request.form.get(f"number-{item}", "") for item in present}
        )
    steps = {"up": -1, "down": 1}
    item = next((item for item in present if str(item) == key), None)
    if direction not in steps or item is None:
        raise InvalidInput("slot_unknown", "这份申报不在答辩安排中。请刷新页面后再试。")
    return rules.move(present, item, steps[direction])
