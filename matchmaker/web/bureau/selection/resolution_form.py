"""The form on which a vote of the panel is entered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from matchmaker import clock
from matchmaker.errors import InvalidInput
from matchmaker.selection.panels.models import PanelMember
from matchmaker.selection.results.votes import KIND_LABELS, ResolutionDraft, ResolutionKind


def _votes(label: str) -> IntegerField:
    return IntegerField(label, [Optional(), NumberRange(0, 50, "票数应为 0 至 50 的整数。")])


class ResolutionForm(FlaskForm):
    """One vote: on one scene, or on all that share the place at the cut."""

    kind = RadioField("表决事项", [DataRequired("请选择表决事项。")])
    scene = SelectField("所议场景", [Optional()])
    held_on = DateField("表决日期", [DataRequired("请填写表决日期。")])
    voters = SelectMultipleField(
        "到会并参加表决的评委", [DataRequired("请选择到会评委。")], coerce=int
    )
    votes_for = _votes("同意票")
    votes_against = _votes("反对票")
    votes_abstained = _votes("弃权票")
    reason = TextAreaField("理由", [DataRequired("请写明理由。"), Length(max=1000)])
    minutes = TextAreaField("会议纪要", [DataRequired("请填写会议纪要。"), Length(max=5000)])

    def read(self, ballots: Mapping[str, int], tied: Sequence[str]) -> ResolutionDraft:
        """The typed vote."""
        kind = ResolutionKind(self.kind.data)
        is_ballot = kind is ResolutionKind.BALLOT
        return ResolutionDraft(
            kind=kind,
            scenes=tuple(tied) if is_ballot else (self.scene.data or "",),
            voters=frozenset(self.voters.data or ()),
            votes_for=0 if is_ballot else self.votes_for.data or 0,
            votes_against=0 if is_ballot else self.votes_against.data or 0,
            votes_abstained=self.votes_abstained.data or 0,
            ballots=dict(ballots) if is_ballot else {},
            held_on=self.held_on.data or clock.today(),
            reason=self.reason.data or "",
            minutes=self.minutes.data or "",
        )


def make_resolution_form(
    scenes: Sequence[tuple[str, str]], members: Sequence[PanelMember], *, is_tied: bool
) -> ResolutionForm:
    """The form with this round's scenes and members; a ballot only where there is a tie."""
    form = ResolutionForm()
    form.kind.choices = [
        SelectChoice(kind.value, label)
        for kind, label in KIND_LABELS.items()
        if is_tied or kind is not ResolutionKind.BALLOT
    ]
    form.scene.choices = [SelectChoice("", "请选择"), *(SelectChoice(*item) for item in scenes)]
    form.voters.choices = [SelectChoice(str(member.id), member.expert.name) for member in members]
    return form


def read_ballots(typed: Mapping[str, Any], tied: Sequence[str]) -> dict[str, int]:
    """Votes by code of the tied scenes; raises ``InvalidInput`` for what is no number of votes."""
    found = {}
    for code in tied:
        text = str(typed.get(f"ballot-{code}", "")).strip()
        if not (text.isascii() and text.isdecimal() and len(text) < 3):
            raise InvalidInput(
                "ballot_number",
                "请填写每个同分场景的得票数，没有得票填 0。",
                field="votes_abstained",
            )
        found[code] = int(text)
    return found
