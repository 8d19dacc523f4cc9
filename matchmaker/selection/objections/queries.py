"""Reads of objections."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from matchmaker.db import db
from matchmaker.errors import NotFound
from matchmaker.selection.objections.models import Objection
from matchmaker.selection.objections.rules import OPEN_STATES, ObjectionState, read_receipt


def find_by_receipt(receipt: str) -> Objection:
    """The objection with this receipt number; raises ``NotFound``. The number is the key to it."""
    query = select(Objection).where(Objection.receipt == read_receipt(receipt))
    found = db.session.scalar(query)
    if found is None:
        raise NotFound("objection_missing", "没有找到该受理编号，请核对后再查询。")
    return found


def list_of_results(result_ids: Sequence[int]) -> Sequence[Objection]:
    """Objections to some results, undecided ones first."""
    query = select(Objection).where(Objection.result_id.in_(result_ids))
    return db.session.scalars(
        query.order_by(Objection.answered_at.is_not(None), Objection.id)
    ).all()


def get_objection(objection_id: int) -> Objection:
    """The objection by id, for the bureau's desk; raises ``NotFound``."""
    found = db.session.get(Objection, objection_id)
    if found is None:
        raise NotFound("objection_missing", "没有找到这条异议。")
    return found


def list_open() -> Sequence[Objection]:
    """Every objection that waits for a step, for the night's reminder."""
    query = select(Objection).where(Objection.state.in_(OPEN_STATES))
    return db.session.scalars(query.order_by(Objection.id)).all()


def list_open_numbers(result_ids: Sequence[int]) -> list[str]:
    """What the desk calls the objections to some results that still wait for an answer."""
    query = select(Objection).where(
        Objection.result_id.in_(result_ids), Objection.state.in_(OPEN_STATES)
    )
    return [row.desk_number for row in db.session.scalars(query.order_by(Objection.id))]


def list_upheld(result_ids: Sequence[int]) -> Sequence[Objection]:
    """Objections to some results that were upheld."""
    query = select(Objection).where(
        Objection.result_id.in_(result_ids), Objection.state == ObjectionState.UPHELD
    )
    return db.session.scalars(query.order_by(Objection.id)).all()


def has_upheld(result_ids: Sequence[int], application_id: int) -> bool:
    """True when an objection to this application's line in one of the results was upheld."""
    return any(row.application_id == application_id for row in list_upheld(result_ids))
