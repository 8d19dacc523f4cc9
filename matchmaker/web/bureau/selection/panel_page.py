"""The page of a round's panel: members, conflicts, the grid of the assignment."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template

from matchmaker.accounts.permissions import can, require
from matchmaker.selection.applications import queries as applications
from matchmaker.selection.hearings import queries as hearings
from matchmaker.selection.panels import assigning, opening, operations, queries
from matchmaker.selection.panels.models import Conflict
from matchmaker.selection.panels.permissions import DECIDE_CONFLICT, MANAGE_PANEL
from matchmaker.selection.panels.rules import (
    CONFLICT_LABELS,
    EVIDENCE_MIN,
    ROLE_LABELS,
    SOURCE_LABELS,
    UNDECIDED,
)
from matchmaker.selection.rounds import queries as rounds
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.permissions import INSPECT_ROUND
from matchmaker.selection.rounds.rules import STAGE_LABELS, RoundState, Stage
from matchmaker.web.base import current_actor
from matchmaker.web.forms import Refusal
from matchmaker.web.shared.calibration import list_alignment


def show_panel(code: str, refused: Refusal | None = None) -> str:
    """The page, with the refusal of one of its forms where there was one."""
    actor = current_actor()
    require(actor, INSPECT_ROUND)
    row = rounds.get_round(actor, code)
    stage = stage_of(row)
    plan = assigning.read_plan(row, stage)
    rows = applications.list_of_round(actor, row.id)
    conflicts = queries.list_conflicts(row.id)
    return render_template(
        "bureau/selection/panel.html",
        round=row,
        members=queries.list_members(row.id),
        pool=operations.list_pool_for(row),
        conflicts=conflicts,
        titles={item.id: f"{item.code} {item.title}" for item in rows},
        requests=[item for item in rows if item.avoid_request],
        plan=plan,
        started=assigning.list_started(row, stage),
        is_judging=opening.is_judging(row, stage),
        is_fixed=opening.is_opened(row, stage),
        stage=stage,
        stage_label=STAGE_LABELS[stage],
        calibration=applications.find_calibration(row.id),
        earlier=applications.list_earlier_designated(row),
        alignment=list_alignment(row),
        agenda=hearings.list_agenda(row.id),
        role_labels_=ROLE_LABELS,
        source_labels=SOURCE_LABELS,
        conflict_labels=CONFLICT_LABELS,
        evidence_min=EVIDENCE_MIN,
        refused=refused,
        takes_conflicts=opening.takes_conflicts(row),
        decidable=_list_decidable(row, conflicts),
        can_manage=can(actor, MANAGE_PANEL),
        demo_data=row.is_demo,
    )


def _list_decidable(row: SelectionRound, conflicts: Sequence[Conflict]) -> set[int]:
    """Ids of the conflicts that the person may decide now."""
    actor, seen = current_actor(), opening.has_seen_scores(row)
    return {
        item.id
        for item in conflicts
        if opening.takes_conflicts(row)
        and can(actor, DECIDE_CONFLICT, item)
        and (item.state in UNDECIDED or not seen)
    }


def stage_of(row: SelectionRound) -> Stage:
    """The stage whose assignment is at hand."""
    early = {RoundState.DRAFT, RoundState.OPEN, RoundState.REVIEW, RoundState.PRELIMINARY}
    return Stage.PRELIMINARY if row.stages == 2 and row.state in early else Stage.FINAL
