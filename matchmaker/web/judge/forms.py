"""A judge's score sheet as typed: one score and note a criterion, what is wrong beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from matchmaker.errors import InvalidInput
from matchmaker.selection.rounds.models import RoundCriterion, SelectionRound
from matchmaker.selection.scoring.models import ScoreSheet
from matchmaker.selection.scoring.rules import (
    LineDraft,
    SheetState,
    format_score,
    parse_score,
)

_PLACE = re.compile(r"(score|note)-[0-9]{1,10}|sheet-note")


@dataclass
class SheetInput:
    """What stands in the controls of the sheet, and the errors found in it."""

    scores: dict[int, str]
    notes: dict[int, str]
    note: str
    #: Of the draft that the page showed; None where the sender did not say.
    revision: str | None = None
    lines: list[LineDraft] = field(default_factory=list)
    errors: dict[int, str] = field(default_factory=dict)
    #: Scores of a newer draft that differ from what was typed.
    stored: dict[int, str] = field(default_factory=dict)

    def compare(self, newer: SheetInput) -> None:
        """Keep what was typed, beside what another page has saved since."""
        self.revision = newer.revision
        self.stored = {
            key: text or "未填" for key, text in newer.scores.items() if text != self.scores[key]
        }


def read_sheet(form: Mapping[str, Any], criteria: Sequence[RoundCriterion]) -> SheetInput:
    """The sheet from a sent form; a faulty score becomes an error beside its criterion."""
    typed = SheetInput(
        scores={item.id: form.get(f"score-{item.id}", "") for item in criteria},
        notes={item.id: form.get(f"note-{item.id}", "") for item in criteria},
        note=form.get("note", ""),
        revision=form.get("revision"),
    )
    for item in criteria:
        try:
            score = parse_score(typed.scores[item.id], name=item.name)
        except InvalidInput as error:
            typed.errors[item.id] = error.text
            continue
        typed.lines.append(LineDraft(item.id, score, typed.notes[item.id]))
    return typed


def show_sheet(round_: SelectionRound, sheet: ScoreSheet | None) -> SheetInput:
    """The controls filled from what is stored."""
    lines = {line.criterion_id: line for line in sheet.lines} if sheet else {}
    return SheetInput(
        scores={item.id: _show(lines.get(item.id)) for item in round_.criteria},
        notes={
            item.id: lines[item.id].note if item.id in lines else "" for item in round_.criteria
        },
        note=sheet.note if sheet else "",
        revision=sheet.revision if sheet and sheet.state is SheetState.DRAFT else "",
    )


def _show(line: Any) -> str:
    if line is None or line.score is None:
        return ""
    return format_score(line.score).removesuffix(".00")


def read_place(form: Mapping[str, Any]) -> str | None:
    """The control that the judge was in, to return there after saving."""
    place = form.get("place", "")
    return place if _PLACE.fullmatch(place) else None


def read_conflicts(form: MultiDict[str, str]) -> dict[int, str]:
    """Application id → stated relation: of what is ticked, and of what has a text all the same."""
    chosen = dict.fromkeys(form.getlist("conflict", type=int), "")
    for name, text in form.items():
        key = name.removeprefix("reason-")
        if key != name and key.isdecimal() and (text.strip() or int(key) in chosen):
            chosen[int(key)] = text
    return chosen


class DeclarationForm(FlaskForm):
    """The signature under the undertaking; conflicts are read from the list beside it."""

    name = StringField("签名", [DataRequired("请签署您在专家库登记的姓名。"), Length(max=60)])


class ReasonForm(FlaskForm):
    """A reason for stepping back or for a correction."""

    reason = TextAreaField("理由", [DataRequired("请写明理由。"), Length(max=1000)])
