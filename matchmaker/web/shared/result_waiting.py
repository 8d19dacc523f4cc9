"""What waits at the desk from the last score to the announcement, each for who may do it."""

from __future__ import annotations

from collections.abc import Iterator

from flask import url_for

from matchmaker.accounts.permissions import can
from matchmaker.actor import Actor, RoleName
from matchmaker.selection.panels import opening
from matchmaker.selection.panels import queries as panels
from matchmaker.selection.panels.permissions import DECIDE_CONFLICT
from matchmaker.selection.panels.rules import UNDECIDED
from matchmaker.selection.results import publicity, queries
from matchmaker.selection.results.models import RoundResult
from matchmaker.selection.results.rules import ResultState
from matchmaker.selection.rounds import queries as rounds
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.permissions import APPROVE_ROUND, MANAGE_ROUND
from matchmaker.selection.rounds.rules import SCORING_STAGES, STAGE_LABELS, RoundState, Stage
from matchmaker.selection.scoring import queries as scoring
from matchmaker.web.waiting import WaitingItem


def list_waiting(actor: Actor) -> Iterator[WaitingItem]:
    """The next step of every round that is in judging or in publicity."""
    if not actor.has_role(RoleName.OFFICER, RoleName.APPROVER):
        return
    for row in rounds.list_rounds(actor):
        yield from _wait_conflicts(actor, row)
        if row.state in SCORING_STAGES:
            yield from _wait_scores(actor, row)
        elif row.state is RoundState.RANKED:
            yield from _wait_proposal(actor, row)
        elif row.state is RoundState.PUBLICITY:
            yield from _wait_publicity(actor, row)


def _item(
    row: SelectionRound,
    title: str,
    act: str,
    *,
    page: str = "bureau_results.ranking",
    note: str = "",
    count: int = 1,
) -> WaitingItem:
    return WaitingItem(
        audience="bureau",
        title=f"{row.title}：{title}",
        url=url_for(page, code=row.code),
        act=act,
        note=note,
        count=count,
        rank=6,
    )


def _wait_conflicts(actor: Actor, row: SelectionRound) -> Iterator[WaitingItem]:
    if not opening.takes_conflicts(row):
        return
    count = sum(
        item.state in UNDECIDED and can(actor, DECIDE_CONFLICT, item)
        for item in panels.list_conflicts(row.id)
    )
    if count:
        note = "核定前不能拟定、公示名单和公布结果"
        yield _item(row, "回避待核定", "去核定", page="bureau_panels.show", note=note, count=count)


def _wait_scores(actor: Actor, row: SelectionRound) -> Iterator[WaitingItem]:
    stage = SCORING_STAGES[row.state]
    if scoring.has_missing(row, stage):
        return
    title = f"{STAGE_LABELS[stage]}评分已收齐"
    if queries.is_sealed(row, stage):
        if can(actor, APPROVE_ROUND):
            yield _item(row, title, "开启评分")
    elif can(actor, MANAGE_ROUND):
        if stage is Stage.PRELIMINARY:
            yield _item(row, title, "结束初评，确定入围", page="bureau_selection.show_round")
        else:
            yield _item(row, title, "拟定名单")


def _wait_proposal(actor: Actor, row: SelectionRound) -> Iterator[WaitingItem]:
    result = queries.get_latest(row, Stage.FINAL)
    if result is None:
        if can(actor, MANAGE_ROUND):
            yield _item(row, "名单已撤回", "重新拟定名单")
        return
    obstacle = publicity.find_obstacle(actor, row, result)
    if obstacle is not None and can(actor, MANAGE_ROUND):
        changed = queries.has_changed(row, result)
        act = "重新拟定名单" if changed else "查看"
        yield _item(row, "拟定的名单还不能公示", act, note=obstacle.text)
    if obstacle is None and can(actor, APPROVE_ROUND) and result.computed_by_id != actor.user_id:
        yield _item(row, "名单已拟定", "公示名单")


def _wait_publicity(actor: Actor, row: SelectionRound) -> Iterator[WaitingItem]:
    result = queries.get_public(row)
    if result is None or result.state is not ResultState.PUBLICITY:
        return
    if queries.has_changed(row, result):
        note = "须由审批人员撤回公示，重新拟定名单后再公示"
        act = "撤回公示" if can(actor, APPROVE_ROUND) else "查看"
        yield _item(row, "公示期间有效评分发生变化", act, note=note)
    yield from _wait_upheld(actor, row, result)
    if can(actor, APPROVE_ROUND) and publicity.find_obstacle(actor, row, result) is None:
        yield _item(row, "公示期满", "公布结果")


def _wait_upheld(actor: Actor, row: SelectionRound, result: RoundResult) -> Iterator[WaitingItem]:
    taken = publicity.list_upheld_entries(row, result)
    if taken and can(actor, MANAGE_ROUND):
        yield _item(row, "异议成立，须调整名单", "调整名单", count=len(taken))
    if publicity.is_list_refuted(result) and can(actor, APPROVE_ROUND):
        yield _item(row, "针对整个名单的异议成立", "撤回公示")
