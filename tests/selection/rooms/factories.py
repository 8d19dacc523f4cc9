"""A round of the test world in a wanted state; call inside an open ``write_tx``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from matchmaker import clock
from matchmaker.actor import COMMAND_LINE, Actor
from matchmaker.selection.applications import consortium, queries, review
from matchmaker.selection.applications import operations as applying
from matchmaker.selection.applications.models import Application
from matchmaker.selection.applications.rules import ApplicationContent, MemberDraft, Side
from matchmaker.selection.applications.sources import SceneSource
from matchmaker.selection.panels import assigning
from matchmaker.selection.panels import operations as panels
from matchmaker.selection.panels import queries as panel_queries
from matchmaker.selection.panels.models import Assignment, PanelMember
from matchmaker.selection.panels.operations import ExpertDraft
from matchmaker.selection.results import agreed, resolving
from matchmaker.selection.results import operations as results
from matchmaker.selection.results.models import Resolution
from matchmaker.selection.results.votes import ResolutionDraft, ResolutionKind
from matchmaker.selection.rounds import operations as rounds
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.programmes import get_programme, start_draft
from matchmaker.selection.rounds.rules import RoundDraft, Stage
from matchmaker.selection.scoring import operations as scoring
from matchmaker.selection.scoring.rules import LineDraft
from tests.people import People

YEAR = 2026


def make_draft(programme: str = "humanoid-demonstration", **changes: Any) -> RoundDraft:
    """Settings of a small one-stage round that is open now."""
    settings = {
        "stages": 1,
        "quota": 2,
        "panel_size": 5,
        "quorum_final": 3,
        "quorum_preliminary": 2,
        "judges_per_scene": 2,
        "shortlist_size": 3,
        "opens_at": clock.now() - timedelta(days=1),
        "closes_at": clock.now() + timedelta(days=1),
    }
    return replace(start_draft(get_programme(programme), YEAR), **(settings | changes))


def make_round(people: People, **changes: Any) -> SelectionRound:
    """A round in ``draft``."""
    return rounds.create_round(people.officer, make_draft(**changes))


def make_open_round(people: People, **changes: Any) -> SelectionRound:
    """A round that takes applications."""
    row = make_round(people, **changes)
    rounds.open_applications(people.approver, row)
    return row


def make_content(**changes: Any) -> ApplicationContent:
    """A content that may be submitted."""
    content = ApplicationContent(
        title="变电所夜间巡检",
        background="站点分散",
        technology="自主开发",
        fit="连续运行六个月",
        effects="巡视次数提高",
        safety="制度齐备",
        replication="可推广",
        operation="有运维合同",
        investment_fen=300_000_000,
        investment_note="整机和改造",
        in_use_since="2026年3月",
        contact="联系人甲 13800000000",
    )
    return replace(content, **changes)


def make_source(actor: Actor, number: int = 1, partner: Actor | None = None) -> SceneSource:
    """A scene of the actor's unit with a firm beside it."""
    return SceneSource(
        organisation_id=actor.organisation_id or 0,
        content=make_content(title=f"场景{number:02d}"),
        demand_code=f"T{number:03d}",
        sector="municipal-inspection",
        district="shangcheng",
        partners=(
            MemberDraft(
                side=Side.SUPPLIER,
                name=f"合作机器人企业{number}",
                organisation_id=partner.organisation_id if partner else None,
            ),
        ),
    )


def make_application(
    round_: SelectionRound, actor: Actor, number: int = 1, partner: Actor | None = None
) -> Application:
    """A draft with everything that a submission needs."""
    row = applying.start_application(actor, round_, make_source(actor, number, partner))
    for item in round_.attachments:
        if item.required:
            applying.set_attachment(actor, row, item.id, note="纸质材料已交")
    return row


def make_submitted(
    round_: SelectionRound, actor: Actor, number: int = 1, partner: Actor | None = None
) -> Application:
    """A submitted application."""
    row = make_application(round_, actor, number, partner)
    applying.submit_application(actor, row)
    return row


def give_opinions(row: Application) -> None:
    """What the round asks of district and department."""
    for kind in queries.list_missing_opinions(row):
        review.give_opinion(COMMAND_LINE, row, kind, recommends=True, text="同意推荐")


def qualify(people: People, row: Application) -> None:
    """Pass every gate."""
    for gate in row.round.gates:
        review.decide_gate(people.officer, row, gate.id, passed=True, evidence="已核对")
    give_opinions(row)
    for member in row.unconfirmed:
        consortium.record_paper_reply(people.officer, row, member, "盖章件存档")
    review.qualify_application(people.officer, row)


def close_applications(people: People, round_: SelectionRound) -> None:
    """End the time for applications now."""
    round_.closes_at = clock.now() - timedelta(minutes=1)
    rounds.close_applications(people.officer, round_)


def make_judged_round(
    people: People, scenes: int = 4, experts: int = 3, **changes: Any
) -> SelectionRound:
    """A round in review: the first scene is the owner's (with a firm), the rest the stranger's.

    The panel: ``people.judge``, ``people.conflicted_judge`` (employed by the owner) and experts
    without a log-in; all have signed.
    """
    round_ = make_open_round(people, **changes)
    rows = [make_submitted(round_, people.owner, 1, people.firm)]
    rows += [make_submitted(round_, people.stranger, number) for number in range(2, scenes + 1)]
    close_applications(people, round_)
    for row in rows:
        qualify(people, row)
    for name, actor in (("评委甲", people.judge), ("评委乙", people.conflicted_judge)):
        add_judge(people, round_, name, actor)
    for number in range(experts):
        add_judge(people, round_, f"外聘评委{number}", None)
    return round_


def add_judge(
    people: People, round_: SelectionRound, name: str, actor: Actor | None, *, signed: bool = True
) -> PanelMember:
    """An expert put on the panel, with a log-in or without."""
    expert = panels.add_expert(
        people.officer,
        ExpertDraft(
            name=name,
            employer=f"{name}的单位",
            user_id=actor.user_id if actor else None,
            organisation_id=actor.organisation_id if actor else None,
            sectors=("municipal-inspection",),
            fields="巡检机器人 变电所",
        ),
    )
    member = panels.add_member(people.officer, round_, expert)
    if signed:
        panels.sign_declaration(actor or COMMAND_LINE, member, name=name, conflicts={})
    return member


def inspect(people: People, row: Application, score: int = 8000) -> None:
    """Record a site visit."""
    review.record_inspection(
        people.officer,
        row,
        review.InspectionDraft(
            inspected_on=clock.today(),
            place="现场",
            inspectors="核查组",
            units_seen=2,
            running_hours="约1000小时",
            findings="运行正常",
            score=score,
        ),
    )


def list_rows(round_: SelectionRound) -> Sequence[Application]:
    """The applications of a round by code."""
    return queries.list_of_round(COMMAND_LINE, round_.id)


def make_scoring_round(people: People, **changes: Any) -> SelectionRound:
    """A one-stage round in which judges score; every scene has been visited."""
    round_ = make_judged_round(people, **changes)
    for row in list_rows(round_):
        inspect(people, row)
    assigning.assign_whole_panel(people.officer, round_)
    results.start_stage(people.officer, round_, Stage.FINAL)
    return round_


def make_lines(round_: SelectionRound, score: int = 8000) -> list[LineDraft]:
    """The same score for every criterion."""
    return [LineDraft(item.id, score) for item in round_.criteria]


def find_assignment(
    round_: SelectionRound, actor: Actor, code: str, stage: Stage = Stage.FINAL
) -> Assignment:
    """The actor's assignment of the application with this code."""
    rows = {row.id: row.code for row in list_rows(round_)}
    return next(
        item
        for item in panel_queries.list_assignments(round_.id, stage)
        if rows.get(item.application_id) == code and item.member.expert.user_id == actor.user_id
    )


def score_all(
    round_: SelectionRound, stage: Stage = Stage.FINAL, *, skip: Sequence[int] = ()
) -> None:
    """Submit every sheet; a scene's score is 90 minus its number, so that the order is known."""
    rows = {row.id: row for row in list_rows(round_)}
    barred = panel_queries.list_barred_pairs(round_.id)
    for item in panel_queries.list_assignments(round_.id, stage):
        if item.id in skip or (item.application_id, item.member_id) in barred:
            continue
        number = int(rows[item.application_id].code[-3:])
        scoring.submit_sheet(COMMAND_LINE, item, make_lines(round_, (90 - number) * 100))


def make_vote(
    round_: SelectionRound, kind: ResolutionKind, scenes: Sequence[str], **changes: Any
) -> ResolutionDraft:
    """A vote of all entitled members: all for it, or all for the first of the tied scenes."""
    voters = frozenset(member.id for member in agreed.list_entitled(round_, scenes))
    is_ballot = kind is ResolutionKind.BALLOT
    settings = {
        "kind": kind,
        "scenes": tuple(scenes),
        "voters": voters,
        "votes_for": 0 if is_ballot else len(voters),
        "ballots": dict.fromkeys(scenes, 0) | {scenes[0]: len(voters)} if is_ballot else {},
        "held_on": clock.today(),
        "reason": "评审组讨论后形成一致意见",
        "minutes": "评审组逐一讨论，全体到会评委发表意见后表决。",
    }
    return ResolutionDraft(**(settings | changes))


def agree(
    people: People,
    round_: SelectionRound,
    kind: ResolutionKind,
    scenes: Sequence[str],
    **changes: Any,
) -> Resolution:
    """A vote that the officer has entered and the approver confirmed."""
    draft = make_vote(round_, kind, scenes, **changes)
    row = resolving.record_resolution(people.officer, round_, draft)
    resolving.decide_resolution(people.approver, round_, row, confirmed=True)
    return row


def make_ranked_round(people: People, **changes: Any) -> SelectionRound:
    """A round whose list is proposed by the officer."""
    round_ = make_scoring_round(people, **changes)
    score_all(round_)
    results.propose_result(people.officer, round_)
    return round_
