"""Reads of the panel's resolutions, and the ranking rule with what was agreed on."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select

from matchmaker.db import db
from matchmaker.errors import Conflict, NotFound
from matchmaker.selection.applications import queries as applications
from matchmaker.selection.panels import queries as panels
from matchmaker.selection.panels.models import PanelMember
from matchmaker.selection.ranking import RankingRule, TieStep, rank_scenes
from matchmaker.selection.results import queries
from matchmaker.selection.results.models import Resolution, RoundResult
from matchmaker.selection.results.votes import ResolutionKind, ResolutionState
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.rules import Stage
from matchmaker.selection.snapshot import ScoreTable


def list_resolutions(round_id: int) -> Sequence[Resolution]:
    """Every resolution of a round, oldest first."""
    query = select(Resolution).where(Resolution.round_id == round_id).order_by(Resolution.id)
    return db.session.scalars(query).all()


def get_resolution(round_id: int, resolution_id: int) -> Resolution:
    """A resolution of this round; raises ``NotFound``."""
    found = db.session.get(Resolution, resolution_id)
    if found is None or found.round_id != round_id:
        raise NotFound("resolution_missing", "没有找到这项合议决议。")
    return found


def list_in_force(round_id: int) -> list[Resolution]:
    """Confirmed, carried resolutions that none later has replaced, oldest first.

    Of each scene the last of withhold and restore counts, of ballots the last one.
    """
    last: dict[tuple[str, ...], Resolution] = {}
    for row in list_resolutions(round_id):
        if row.state is ResolutionState.CONFIRMED and row.carried:
            is_ballot = row.kind is ResolutionKind.BALLOT
            last[("ballot",) if is_ballot else ("scene", *row.scenes)] = row
    kept = [row for row in last.values() if row.kind is not ResolutionKind.RESTORE]
    return sorted(kept, key=lambda row: row.id)


def list_withheld(round_id: int) -> frozenset[str]:
    """Codes of the scenes that the panel has voted off the list."""
    rows = [row for row in list_in_force(round_id) if row.kind is ResolutionKind.WITHHOLD]
    return frozenset(code for row in rows for code in row.scenes)


def list_tied(round_: SelectionRound, table: ScoreTable) -> tuple[str, ...]:
    """Codes of the scenes that share the place at the cut before any ballot or lot."""
    rule = queries.read_rule(round_, Stage.FINAL, withheld=list_withheld(round_.id))
    if TieStep.BALLOT not in rule.tie_chain:
        return ()
    return tuple(
        sorted(line.scene for line in rank_scenes(table, rule).scenes if line.selected is None)
    )


def read_agreed_rule(
    round_: SelectionRound, stage: Stage, table: ScoreTable, *, lot: str | None = None
) -> tuple[RankingRule, list[Resolution]]:
    """The rule of a stage with the resolutions that it follows; a first stage follows none.

    A ballot counts for exactly the scenes that it was held on: where the tie is another one since,
    the panel votes again.
    """
    if stage is not Stage.FINAL:
        return queries.read_rule(round_, stage, lot=lot), []
    tied = list_tied(round_, table)
    followed = [
        row
        for row in list_in_force(round_.id)
        if (row.kind is not ResolutionKind.BALLOT or tuple(row.scenes) == tied)
        and set(row.scenes) <= set(table.scenes)
    ]
    ballots = {code: n for row in followed for code, n in row.ballots.items()}
    withheld = [c for row in followed if row.kind is ResolutionKind.WITHHOLD for c in row.scenes]
    rule = queries.read_rule(round_, stage, lot=lot, ballots=ballots, withheld=withheld)
    return rule, followed


def list_entitled(round_: SelectionRound, scenes: Collection[str]) -> list[PanelMember]:
    """Members who judge the final stage and are barred from none of these scenes."""
    codes = applications.list_codes(round_.id)
    ids = {codes[code][0] for code in scenes if code in codes}
    barred = {member for row, member in panels.list_barred_pairs(round_.id) if row in ids}
    working = {item.member_id for item in panels.list_assignments(round_.id, Stage.FINAL)}
    return [
        member
        for member in panels.list_members(round_.id)
        if member.id in working and member.id not in barred and member.declared_at is not None
    ]


def check_none_pending(round_id: int) -> None:
    """Raise ``Conflict`` while a resolution waits for its confirmation."""
    if any(row.state is ResolutionState.PENDING for row in list_resolutions(round_id)):
        raise Conflict("resolution_pending", "还有合议决议待确认，确认或不予确认后才能拟定名单。")


def check_followed(result: RoundResult) -> None:
    """Raise ``Conflict`` when the panel has voted since the list was proposed."""
    check_none_pending(result.round_id)
    for row in list_resolutions(result.round_id):
        confirmed = row.state is ResolutionState.CONFIRMED and row.decided_at is not None
        if confirmed and row.decided_at and row.decided_at > result.computed_at:
            raise Conflict("resolution_newer", "名单拟定后又有合议决议，请重新拟定名单。")
