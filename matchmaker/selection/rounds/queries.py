"""Reads of rounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, select

from matchmaker.accounts.permissions import can
from matchmaker.actor import Actor
from matchmaker.db import db
from matchmaker.errors import NotFound
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.permissions import INSPECT_ROUND
from matchmaker.selection.rounds.rules import (
    AttachmentDraft,
    CriterionDraft,
    GateDraft,
    RoundDraft,
    RoundState,
)


def visible_to(actor: Actor) -> Select[SelectionRound]:
    """Rounds that the actor may know of: everybody those whose notice is out."""
    query = select(SelectionRound)
    if can(actor, INSPECT_ROUND):
        return query
    return query.where(SelectionRound.state.not_in([RoundState.DRAFT]))


def list_rounds(actor: Actor) -> Sequence[SelectionRound]:
    """Visible rounds, newest year first, programmes by name."""
    query = visible_to(actor).order_by(SelectionRound.year.desc(), SelectionRound.programme.desc())
    return db.session.scalars(query).all()


def get_round(actor: Actor, code: str) -> SelectionRound:
    """The round with this code; raises ``NotFound`` when the actor may not know of it."""
    found = db.session.scalar(visible_to(actor).where(SelectionRound.code == code))
    if found is None:
        raise NotFound("round_missing", "没有找到这次评选。")
    return found


def get_round_by_id(actor: Actor, round_id: int) -> SelectionRound:
    """The round with this id; raises ``NotFound`` when the actor may not know of it."""
    found = db.session.scalar(visible_to(actor).where(SelectionRound.id == round_id))
    if found is None:
        raise NotFound("round_missing", "没有找到这次评选。")
    return found


def read_draft(row: SelectionRound) -> RoundDraft:
    """The round's settings as a value."""
    plain = {
        name: getattr(row, name)
        for name in RoundDraft.__dataclass_fields__
        if name not in {"criteria", "gates", "attachments", "tie_chain"}
    }
    return RoundDraft(
        **plain,
        tie_chain=tuple(row.tie_chain),
        criteria=tuple(
            CriterionDraft(
                name=item.name,
                weight=item.weight,
                description=item.description,
                basis=item.basis,
                inspection_points=item.inspection_points,
                anchors=tuple(item.anchors),
            )
            for item in row.criteria
        ),
        gates=tuple(GateDraft(item.name, item.question, item.basis) for item in row.gates),
        attachments=tuple(
            AttachmentDraft(item.name, item.required, item.note) for item in row.attachments
        ),
    )


def read_settings(row: SelectionRound) -> Mapping[str, Any]:
    """What decides the result of a round, as JSON: the version of its rule."""
    return {
        "round": row.code,
        "quota": row.quota,
        "rule": row.rule.value,
        "stages": row.stages,
        "quorum": {"preliminary": row.quorum_preliminary, "final": row.quorum_final},
        "shortlist_size": row.shortlist_size,
        "pass_mark": row.pass_mark,
        "item_pass_percent": row.item_pass_percent,
        "tie_chain": list(row.tie_chain),
        # The part of a criterion that the site inspection gives is ranked and passed with it.
        "items": {item.site_key: item.key for item in row.criteria if item.inspection_points},
        "criteria": [
            {
                "key": item.key,
                "name": item.name,
                "weight": item.weight,
                "inspection_points": item.inspection_points,
            }
            for item in row.criteria
        ],
    }
