"""Q1, C1, L1, M3 and A1 of the selection as code: run by tests, the command line, every night."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from sqlalchemy import select, text

from matchmaker.actor import COMMAND_LINE
from matchmaker.audit.models import APPEND_ONLY
from matchmaker.audit.rules import Violation
from matchmaker.clock import CHINA
from matchmaker.db import db
from matchmaker.outbox import OutboxMessage
from matchmaker.publishing import queries as notices
from matchmaker.publishing.rules import NoticeKind
from matchmaker.selection import records, trail
from matchmaker.selection.applications import queries as applications
from matchmaker.selection.applications.rules import ApplicationState
from matchmaker.selection.panels.models import Conflict
from matchmaker.selection.panels.rules import BARRING, ConflictSource, ConflictState
from matchmaker.selection.results import queries as results
from matchmaker.selection.results.models import ResultEntry, RoundResult
from matchmaker.selection.results.rules import ResultState, compute_rule_hash, format_official
from matchmaker.selection.results.wording import name_units
from matchmaker.selection.rounds import queries as rounds
from matchmaker.selection.rounds.models import FREEZE_STATEMENTS, SelectionRound
from matchmaker.selection.scoring.models import LOCK_STATEMENTS
from matchmaker.selection.scoring.queries import LIVE

_TRIGGER = re.compile(r"CREATE TRIGGER (\w+)")


def find_violations() -> list[Violation]:
    """Everything that contradicts the selection's invariants; empty when all holds."""
    found = list(_check_walls())
    told = trail.read_histories()
    for round_ in records.list_every_round():
        every = records.list_results(round_.id)
        found += _check_quota(round_)
        found += _check_lists(round_, every)
        found += _check_recusals(round_, every)
        found += _check_locked(round_, every)
        found += trail.find_gaps(round_, every, told)
    return found


def _check_walls() -> Iterator[Violation]:
    """L1: the triggers that refuse a change stand in the database."""
    dialect = db.engine.dialect.name
    names = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    if dialect == "sqlite":
        names = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    present = set(db.session.scalars(text(names)))
    for statements in (LOCK_STATEMENTS, FREEZE_STATEMENTS, APPEND_ONLY):
        for name in _TRIGGER.findall("\n".join(statements[dialect])):
            if name not in present:
                yield Violation("L1", name, "数据库缺少防改动的触发器")


def _check_quota(round_: SelectionRound) -> Iterator[Violation]:
    """Q1: at most the quota is designated."""
    count = len(results.list_designations(round_.id))
    if count > round_.quota:
        yield Violation("Q1", round_.code, f"命名 {count} 个，超过名额 {round_.quota} 个")


def _check_lists(round_: SelectionRound, every: Sequence[RoundResult]) -> Iterator[Violation]:
    """M3: confirmed list, designations, states of applications, publicity and announcement."""
    named = sorted(results.list_designations(round_.id), key=lambda row: row.number)
    confirmed = [r for r in every if r.state is ResultState.CONFIRMED and r.notice_id is not None]
    chosen = [e.application for r in confirmed for e in r.entries if e.selected]
    designated = applications.list_in_states(round_.id, [ApplicationState.DESIGNATED])
    if [row.application_id for row in named] != [row.id for row in chosen]:
        yield Violation("M3", round_.code, "命名名单与公布的结果不一致")
    if {row.id for row in designated} != {row.id for row in chosen}:
        yield Violation("M3", round_.code, "申报状态与公布的结果不一致")
    for item in named:
        confirmed_at = item.result.confirmed_at
        if confirmed_at is not None and item.designated_on != confirmed_at.astimezone(CHINA).date():
            yield Violation("M3", item.number, "命名日期与结果公布日期不一致")
    about = notices.list_about(COMMAND_LINE, "selection_round", round_.code)
    announced = [row for row in about if row.kind is NoticeKind.RESULT]
    listed = [[row.number, row.application.title] for row in named]
    if confirmed and [line[:2] for row in announced for line in row.rows] != listed:
        yield Violation("M3", round_.code, "结果公布与命名名单不一致")
    for row in every:
        notice = next((item for item in about if item.id == row.notice_id), None)
        lines = [_list_line(entry) for entry in row.entries if entry.selected]
        if notice is None:
            continue
        if [list(line[1:]) for line in notice.rows] != lines:
            yield Violation("M3", _name(round_, row), "公示名单与排序结果不一致")
        if notice.snapshot_sha256 != row.snapshot_sha256:
            yield Violation("M3", _name(round_, row), "公告所印校验值与排序结果不一致")


def _list_line(entry: ResultEntry) -> list[str]:
    """What a list shows of a scene behind its number."""
    row = entry.application
    return [row.title, name_units(row), entry.official or ""]


def _name(round_: SelectionRound, row: RoundResult) -> str:
    return f"{round_.code} {row.stage.value} v{row.version}"


def _check_recusals(round_: SelectionRound, every: Sequence[RoundResult]) -> Iterator[Violation]:
    """C1: a barred judge has no live sheet and no score in a list that was made since."""
    barring = [row for row in records.list_conflicts(round_.id) if row.state in BARRING]
    live = {
        (sheet.assignment.application_id, sheet.assignment.member_id)
        for sheet in records.list_sheets(round_.id)
        if sheet.state in LIVE
    }
    waiting = _list_waiting_voids()
    for row in barring:
        pair = (row.application_id, row.member_id)
        if pair in live and pair not in waiting and not _keeps_sheet(row):
            yield Violation("C1", f"{round_.code} {row.member.key}", "应回避的评委仍有有效评分")
    codes = {key: code for code, (key, _) in applications.list_codes(round_.id).items()}
    for result in every:
        yield from _check_counted(round_, result, barring, codes)


def _keeps_sheet(row: Conflict) -> bool:
    """What an applicant states leaves the sheet until it is decided: it only does not count."""
    return row.source is ConflictSource.APPLICANT and row.state is ConflictState.PENDING


def _list_waiting_voids() -> set[tuple[int, int]]:
    """Pairs whose voiding message is still on its way."""
    query = select(OutboxMessage.payload).where(
        OutboxMessage.topic == "selection.conflict_barred", OutboxMessage.delivered_at.is_(None)
    )
    return {(p["application_id"], p["member_id"]) for p in db.session.scalars(query)}


def _check_counted(
    round_: SelectionRound,
    result: RoundResult,
    barring: Sequence[Conflict],
    codes: Mapping[int, str],
) -> Iterator[Violation]:
    if result.state is ResultState.SUPERSEDED:
        return
    made_at = result.confirmed_at or result.computed_at
    scored = {
        (row["scene"], row["judge"])
        for row in json.loads(result.snapshot)["scores"]
        if row["score"] is not None
    }
    for row in barring:
        pair = (codes[row.application_id], row.member.key)
        if row.raised_at < made_at and pair in scored:
            yield Violation("C1", _name(round_, result), f"{pair[1]} 应回避 {pair[0]}，评分却计入")


def _check_locked(round_: SelectionRound, every: Sequence[RoundResult]) -> Iterator[Violation]:
    """L1: what a result was computed from is unchanged, and gives the same lines again."""
    settings = rounds.read_settings(round_)
    given = _map_given(round_)
    for row in every:
        name = _name(round_, row)
        if hashlib.sha256(row.snapshot.encode()).hexdigest() != row.snapshot_sha256:
            yield Violation("L1", name, "评分快照与其校验值不符")
        if compute_rule_hash(row.rule) != row.rule_sha256:
            yield Violation("L1", name, "评选规则与其校验值不符")
        if {key: settings.get(key) for key in row.rule} != row.rule:
            yield Violation("L1", name, "评选规则在锁定后有改动")
        yield from _check_lines(name, row)
        yield from _check_cells(name, row, given)


def _map_given(round_: SelectionRound) -> dict[tuple[str, str, str, str], set[Fraction]]:
    """(stage, scene, judge, criterion) → every score that was ever submitted there."""
    codes = {key: code for code, (key, _) in applications.list_codes(round_.id).items()}
    criteria = {item.id: item.key for item in round_.criteria}
    given: dict[tuple[str, str, str, str], set[Fraction]] = {}
    for sheet in records.list_sheets(round_.id):
        work = sheet.assignment
        for line in sheet.lines:
            key = (work.stage.value, codes[work.application_id], work.member.key)
            cell = (*key, criteria[line.criterion_id])
            given.setdefault(cell, set()).add(Fraction(line.score or 0, 100))
    return given


def _check_lines(name: str, row: RoundResult) -> Iterator[Violation]:
    _, ranking = results.recompute(row)
    again = [_describe(line) for line in ranking.scenes]
    stored = [
        (e.application.code, e.rank, e.official, e.official_exact, e.selected, e.reserve)
        for e in row.entries
    ]
    if again != stored:
        yield Violation("L1", name, "按快照和规则重新排序，结果不同")


def _describe(line: Any) -> tuple[Any, ...]:
    score = line.official.score
    shown = (None, None) if score is None else (format_official(score), str(score))
    return (line.scene, line.rank, *shown, line.selected, line.reserve)


def _check_cells(
    name: str, row: RoundResult, given: Mapping[tuple[str, str, str, str], set[Fraction]]
) -> Iterator[Violation]:
    """Each score of the snapshot was submitted by its judge; inspections have their own table."""
    sites = {f"{item['key']}s" for item in row.rule.get("criteria", [])}
    for cell in json.loads(row.snapshot)["scores"]:
        key = (row.stage.value, cell["scene"], cell["judge"], cell["criterion"])
        if cell["score"] is None or cell["criterion"] in sites:
            continue
        if Fraction(cell["score"]) not in given.get(key, ()):
            yield Violation("L1", name, f"{cell['judge']} 对 {cell['scene']} 的评分与快照不同")
            return
