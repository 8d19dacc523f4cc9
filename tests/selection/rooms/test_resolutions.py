"""Votes of the panel: recorded with reasons, confirmed by another, ranks and scores untouched."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from matchmaker import clock
from matchmaker.actor import COMMAND_LINE
from matchmaker.db import db, write_tx
from matchmaker.errors import Conflict, DomainError, IllegalTransition, NotFound, PermissionDenied
from matchmaker.selection.panels import operations as panels
from matchmaker.selection.panels import queries as panel_queries
from matchmaker.selection.panels.rules import MemberRole
from matchmaker.selection.results import agreed, operations, queries, resolving
from matchmaker.selection.results.models import Resolution
from matchmaker.selection.results.votes import ResolutionKind
from matchmaker.selection.rounds.rules import Stage
from matchmaker.selection.scoring import operations as scoring
from tests.selection.rooms.factories import (
    agree,
    find_assignment,
    list_rows,
    make_lines,
    make_vote,
    score_all,
)
from tests.selection.rooms.worlds import World, load_round, open_world

FIRST, SECOND, THIRD = "RX2026-001", "RX2026-002", "RX2026-003"
WITHHOLD, RESTORE, BALLOT = ResolutionKind


@pytest.fixture
def app(shared_app: Flask, scoring_world: World) -> Iterator[Flask]:
    yield from open_world(shared_app, scoring_world)


def list_selected() -> list[str]:
    result = queries.get_latest(load_round(), Stage.FINAL)
    assert result is not None
    return [entry.application.code for entry in result.entries if entry.selected]


def test_withheld_scene_keeps_score_and_rank_and_its_place_goes_on(
    app: Flask, scoring_world: World
) -> None:
    people = scoring_world.people
    with app.app_context(), write_tx():
        round_ = load_round()
        score_all(round_)
        before = operations.propose_result(people.officer, round_)
        figures = [(e.application.code, e.rank, e.official_exact) for e in before.entries]
        assert list_selected() == [FIRST, SECOND]
        vote = agree(people, round_, WITHHOLD, [FIRST])
        with pytest.raises(Conflict) as refused:
            operations.publish_result(people.approver, round_, before)
        assert refused.value.code == "resolution_newer"
        after = operations.propose_result(people.officer, round_)
        assert [(e.application.code, e.rank, e.official_exact) for e in after.entries] == figures
        assert list_selected() == [SECOND, THIRD]
        assert after.entries[0].failed == ["withheld"]
        assert not after.entries[0].reserve
        assert (after.withheld, after.resolution_ids) == ([FIRST], [vote.id])
        assert queries.recompute(after)[1].scenes[0].failed == ("withheld",)
        operations.publish_result(people.approver, round_, after)


def test_restored_scene_is_proposed_again(app: Flask, scoring_world: World) -> None:
    people = scoring_world.people
    with app.app_context(), write_tx():
        round_ = load_round()
        score_all(round_)
        with pytest.raises(Conflict) as early:
            agree(people, round_, RESTORE, [FIRST])
        assert early.value.code == "not_withheld"
        agree(people, round_, WITHHOLD, [FIRST])
        with pytest.raises(Conflict) as twice:
            agree(people, round_, WITHHOLD, [FIRST])
        assert twice.value.code == "already_withheld"
        agree(people, round_, RESTORE, [FIRST])
        result = operations.propose_result(people.officer, round_)
        assert (list_selected(), result.resolution_ids) == ([FIRST, SECOND], [])
        operations.publish_result(people.approver, round_, result)


def test_vote_without_a_majority_is_kept_and_changes_nothing(
    app: Flask, scoring_world: World
) -> None:
    people = scoring_world.people
    with app.app_context(), write_tx():
        round_ = load_round()
        score_all(round_)
        # Four may vote on the owner's scene: two of four is no majority.
        vote = agree(people, round_, WITHHOLD, [FIRST], votes_for=2, votes_against=2)
        assert (vote.entitled, vote.carried) == (4, False)
        operations.propose_result(people.officer, round_)
        assert list_selected() == [FIRST, SECOND]
        agree(people, round_, WITHHOLD, [FIRST], votes_for=3, votes_against=0, votes_abstained=1)
        operations.propose_result(people.officer, round_)
        assert list_selected() == [SECOND, THIRD]


def test_ballot_orders_the_tie_and_stores_its_reason(app: Flask, scoring_world: World) -> None:
    people = scoring_world.people
    with app.app_context(), write_tx():
        round_ = load_round()
        for item in panel_queries.list_assignments(round_.id, Stage.FINAL):
            scoring.submit_sheet(COMMAND_LINE, item, make_lines(round_))
        tied = [row.code for row in list_rows(round_)]
        with pytest.raises(DomainError) as part:
            agree(people, round_, BALLOT, tied[:2])
        assert part.value.code == "not_tied"
        votes = dict(zip(tied, (0, 1, 0, 3), strict=True))
        vote = agree(people, round_, BALLOT, tied, ballots=votes)
        assert vote.reason
        result = operations.propose_result(people.officer, round_)
        assert [e.application.code for e in result.entries if e.selected] == [tied[3], tied[1]]
        assert {e.tie_broken_by for e in result.entries} == {"ballot"}
        # Once a tied scene is withheld the tie is another one, and the panel votes again.
        agree(people, round_, WITHHOLD, [tied[3]])
        again = operations.propose_result(people.officer, round_)
        assert again.ballots == {}
        assert [e.application.code for e in again.entries if e.selected is None] == tied[:3]


def test_ballot_needs_a_tie_at_the_cut(app: Flask, scoring_world: World) -> None:
    with app.app_context(), write_tx():
        round_ = load_round()
        score_all(round_)
        with pytest.raises(DomainError) as refused:
            agree(scoring_world.people, round_, BALLOT, [FIRST, SECOND])
        assert refused.value.code == "not_tied"


def test_vote_waits_for_all_scores_and_ends_with_the_publicity(
    app: Flask, scoring_world: World
) -> None:
    people = scoring_world.people
    with app.app_context(), write_tx():
        round_ = load_round()
        last = panel_queries.list_assignments(round_.id, Stage.FINAL)[-1]
        score_all(round_, skip=[last.id])
        with pytest.raises(Conflict) as missing:
            agree(people, round_, WITHHOLD, [FIRST])
        assert missing.value.code == "scores_missing"
        scoring.submit_sheet(COMMAND_LINE, last, make_lines(round_))
        result = operations.propose_result(people.officer, round_)
        draft = make_vote(round_, WITHHOLD, [FIRST])
        vote = resolving.record_resolution(people.officer, round_, draft)
        for act in (
            lambda: operations.propose_result(people.officer, round_),
            lambda: operations.publish_result(people.approver, round_, result),
        ):
            with pytest.raises(Conflict) as pending:
                act()
            assert pending.value.code == "resolution_pending"
        resolving.decide_resolution(
            people.approver, round_, vote, confirmed=False, reason="纪要缺少签名页"
        )
        operations.publish_result(people.approver, round_, result)
        with pytest.raises(IllegalTransition) as late:
            resolving.record_resolution(people.officer, round_, draft)
        assert late.value.code == "not_in_consensus"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reason": "  无 "}, "reason_missing"),
        ({"minutes": "略"}, "minutes_missing"),
        ({"held_on": clock.today() + timedelta(days=1)}, "vote_date"),
        ({"voters": frozenset()}, "vote_quorum"),
        ({"votes_for": 5}, "vote_count"),
        ({"votes_for": 3}, "vote_count"),
        ({"votes_for": 5, "votes_against": -1}, "vote_count"),
        ({"scenes": ("RX2026-099",)}, "scene_missing"),
        ({"scenes": (FIRST, SECOND)}, "scene_missing"),
    ],
)
def test_impossible_votes_are_refused(
    app: Flask, scoring_world: World, changes: dict[str, Any], code: str
) -> None:
    with app.app_context(), write_tx():
        round_ = load_round()
        score_all(round_)
        draft = make_vote(round_, WITHHOLD, [FIRST], votes_for=4)
        with pytest.raises(DomainError) as refused:
            resolving.record_resolution(
                scoring_world.people.officer, round_, _replace(draft, changes)
            )
        assert refused.value.code == code
        assert db.session.query(Resolution).count() == 0


def _replace(draft: Any, changes: dict[str, Any]) -> Any:
    from dataclasses import replace

    return replace(draft, **changes)


def test_conflicted_member_has_no_vote(app: Flask, scoring_world: World) -> None:
    people = scoring_world.people
    with app.app_context(), write_tx():
        round_ = load_round()
        score_all(round_)
        everybody = frozenset(member.id for member in panel_queries.list_members(round_.id))
        changes: dict[str, Any] = {"voters": everybody, "votes_for": len(everybody)}
        with pytest.raises(DomainError) as refused:
            agree(people, round_, WITHHOLD, [FIRST], **changes)
        assert refused.value.code == "voter_not_entitled"
        assert agree(people, round_, WITHHOLD, [SECOND], **changes).entitled == len(everybody)


def test_two_thirds_must_be_present(app: Flask, scoring_world: World) -> None:
    people = scoring_world.people
    with app.app_context(), write_tx():
        round_ = load_round()
        score_all(round_)
        able = [member.id for member in agreed.list_entitled(round_, [SECOND])]
        assert len(able) == 5
        with pytest.raises(DomainError) as refused:
            agree(people, round_, WITHHOLD, [SECOND], voters=frozenset(able[:3]), votes_for=3)
        assert refused.value.code == "vote_quorum"
        agree(people, round_, WITHHOLD, [SECOND], voters=frozenset(able[:4]), votes_for=4)


def test_member_barred_before_the_confirmation_spoils_the_vote(
    app: Flask, scoring_world: World
) -> None:
    people = scoring_world.people
    with app.app_context(), write_tx():
        round_ = load_round()
        score_all(round_)
        vote = resolving.record_resolution(
            people.officer, round_, make_vote(round_, WITHHOLD, [SECOND])
        )
        panels.declare_conflict(
            people.judge, find_assignment(round_, people.judge, SECOND), "曾任该院顾问"
        )
        with pytest.raises(Conflict) as refused:
            resolving.decide_resolution(people.approver, round_, vote, confirmed=True)
        assert refused.value.code == "voter_barred_since"


@pytest.mark.parametrize("part", ["owner", "stranger", "firm", "judge", "approver", "auditor"])
def test_only_the_officer_enters_a_vote(app: Flask, scoring_world: World, part: str) -> None:
    with app.app_context(), write_tx():
        round_ = load_round()
        score_all(round_)
        with pytest.raises(PermissionDenied):
            resolving.record_resolution(
                getattr(scoring_world.people, part), round_, make_vote(round_, WITHHOLD, [FIRST])
            )
        assert db.session.query(Resolution).count() == 0


def test_confirmation_is_by_another_person_or_the_chair(app: Flask, scoring_world: World) -> None:
    people = scoring_world.people
    with app.app_context(), write_tx():
        round_ = load_round()
        score_all(round_)
        vote = resolving.record_resolution(
            people.officer, round_, make_vote(round_, WITHHOLD, [FIRST])
        )
        strangers = (people.officer, people.judge, people.owner, people.conflicted_judge)
        for actor in strangers:
            with pytest.raises(PermissionDenied):
                resolving.decide_resolution(actor, round_, vote, confirmed=True)
        assert vote.state.value == "pending"
        with pytest.raises(DomainError) as bare:
            resolving.decide_resolution(people.approver, round_, vote, confirmed=False)
        assert bare.value.code == "reason_missing"
        for actor in (people.judge, people.conflicted_judge):
            member = panel_queries.get_own_membership(actor, round_.id)
            member.role = MemberRole.CHAIR
        with pytest.raises(PermissionDenied):
            resolving.decide_resolution(people.conflicted_judge, round_, vote, confirmed=True)
        resolving.decide_resolution(people.judge, round_, vote, confirmed=True)
        assert vote.decided_by_id == people.judge.user_id
        with pytest.raises(IllegalTransition) as again:
            resolving.decide_resolution(people.approver, round_, vote, confirmed=True)
        assert again.value.code == "resolution_decided"
        with pytest.raises(NotFound):
            agreed.get_resolution(round_.id + 1, vote.id)
