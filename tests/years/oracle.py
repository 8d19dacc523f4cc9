"""The invariants of a year, told again from the rows alone, without the product's own checks.

M1–M3, Q1, C1–C2, L1–L2 as docs/architecture.md and the notice say them; plain sums and sets.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from sqlalchemy import text

from matchmaker.actor import Actor
from matchmaker.db import db
from matchmaker.errors import DomainError
from matchmaker.selection.panels import queries as panels
from matchmaker.selection.panels.models import Assignment
from matchmaker.selection.rounds.rules import Stage
from matchmaker.selection.scoring import operations as scoring
from matchmaker.selection.scoring import queries as scores

#: Caps by the clauses, in fen: 杭政办函〔2024〕66号 六, 征求意见稿 三（三）1.
CAPS = {"M66-6": 200_000_000, "A25-3.1": 100_000_000}
BARS = {"PENDING", "CONFIRMED"}


def read(query: str, **values: Any) -> list[Any]:
    """Rows of a plain query."""
    return list(db.session.execute(text(query), values).mappings())


class Memory:
    """What has been seen once and may never change or vanish."""

    def __init__(self) -> None:
        self.sheets: dict[int, tuple[tuple[int, int | None], ...]] = {}
        self.rules: dict[int, str] = {}
        self.results: dict[int, tuple[str, str]] = {}
        self.conflicts: set[int] = set()

    def check(self) -> None:
        """L1 and C2: locked scores, opened rules, computed results and conflicts stay."""
        lines: dict[int, list[tuple[int, int | None]]] = defaultdict(list)
        for row in read(
            "select s.id, l.criterion_id, l.score from selection_score_sheet s"
            " join selection_score_line l on l.sheet_id = s.id where s.state <> 'DRAFT'"
            " order by s.id, l.criterion_id"
        ):
            lines[row["id"]].append((row["criterion_id"], row["score"]))
        seen = {key: tuple(value) for key, value in lines.items()}
        for key, value in self.sheets.items():
            assert seen.get(key) == value, f"sheet {key} changed or vanished"
        self.sheets = seen
        _keep(self.rules, {r["round_id"]: r["rule"] for r in _read_rules()}, "rules of round")
        found = read("select id, snapshot_sha256, snapshot from selection_result")
        results = {row["id"]: (row["snapshot_sha256"], row["snapshot"]) for row in found}
        _keep(self.results, results, "result")
        conflicts = {row["id"] for row in read("select id from selection_conflict")}
        assert self.conflicts <= conflicts, "a conflict was deleted"
        self.conflicts = conflicts


def _keep(known: dict[Any, Any], seen: dict[Any, Any], what: str) -> None:
    for key, value in known.items():
        assert seen.get(key) == value, f"{what} {key} changed"
    known.update(seen)


def _read_rules() -> list[Any]:
    return read(
        "select r.id as round_id, r.quota || r.rule || coalesce(r.pass_mark, '') || r.quorum_final"
        " || (select group_concat(c.name || c.weight) from selection_criterion c"
        "     where c.round_id = r.id) as rule from selection_round r where r.state <> 'DRAFT'"
    )


def list_barred() -> set[tuple[int, int]]:
    """(application, member) pairs that a pending or confirmed conflict keeps apart."""
    rows = read("select application_id, member_id, state from selection_conflict")
    return {(row["application_id"], row["member_id"]) for row in rows if row["state"] in BARS}


def check_conflicts(judges: dict[int, Actor]) -> None:
    """C1 and C2: a barred judge finds nothing, scores nothing; no sheet of theirs counts.

    ``judges`` are the actors by user id.
    """
    barred = list_barred()
    members = {
        row["id"]: row["user_id"]
        for row in read(
            "select m.id, e.user_id from selection_panel_member m"
            " join selection_expert e on e.id = m.expert_id"
        )
    }
    for row in read(
        "select s.id, a.application_id, a.member_id from selection_score_sheet s"
        " join selection_assignment a on a.id = s.assignment_id where s.state = 'SUBMITTED'"
    ):
        assert (row["application_id"], row["member_id"]) not in barred, "a barred sheet is live"
    assignments = read("select id, application_id, member_id, round_id from selection_assignment")
    for user_id, actor in judges.items():
        shown = {
            (item.application_id, item.member_id)
            for round_id in {row["round_id"] for row in assignments}
            for item in panels.list_readable(actor, round_id, Stage.FINAL)
        }
        assert not shown & barred, "a barred judge sees the scene"
        for row in assignments:
            pair = (row["application_id"], row["member_id"])
            if pair in barred and members[row["member_id"]] == user_id:
                _check_refused(actor, row["id"])


def _check_refused(actor: Actor, assignment_id: int) -> None:
    assignment = db.session.get_one(Assignment, assignment_id)
    try:
        scoring.submit_sheet(actor, assignment, [])
    except DomainError:
        return
    raise AssertionError("a barred judge has scored")


def check_blindness(judges: dict[int, Actor], applicants: list[Actor]) -> None:
    """L2: a judge's sheets are their own; an applicant has none."""
    for user_id, actor in judges.items():
        for sheet in db.session.scalars(scores.own_sheets(actor)):
            assert sheet.assignment.member.expert.user_id == user_id
    for actor in applicants:
        assert db.session.scalars(scores.own_sheets(actor)).all() == []


def check_quotas() -> None:
    """Q1 and M3 of the list: designated = selected = published, at most the quota."""
    named: dict[int, set[int]] = defaultdict(set)
    for row in read("select round_id, application_id from selection_designation"):
        named[row["round_id"]].add(row["application_id"])
    for round_ in read("select id, code, quota, state from selection_round"):
        assert len(named[round_["id"]]) <= round_["quota"], round_["code"]
        assert bool(named[round_["id"]]) <= (round_["state"] == "CONFIRMED")
        if round_["state"] != "CONFIRMED":
            continue
        chosen = read(
            "select e.application_id from selection_result_entry e"
            " join selection_result r on r.id = e.result_id where r.round_id = :id"
            " and r.stage = 'FINAL' and r.state = 'CONFIRMED' and e.selected",
            id=round_["id"],
        )
        assert {row["application_id"] for row in chosen} == named[round_["id"]]
        notice = read(
            "select rows from notice where subject_id = :code and kind = 'RESULT'"
            " order by id desc limit 1",
            code=round_["code"],
        )
        assert notice
        assert len(json.loads(notice[0]["rows"])) == len(chosen)
        bad = read(
            "select o.id from selection_objection o join selection_result r on r.id = o.result_id"
            " where r.round_id = :id and r.state = 'CONFIRMED'"
            " and o.state in ('FILED', 'ACCEPTED', 'ENQUIRED')",
            id=round_["id"],
        )
        assert not bad, "confirmed while an objection is open"


def check_awards() -> None:
    """M1: the cap, half of the verified amount, whole fen; two persons (H1)."""
    for row in read(
        "select d.*, c.instrument, (select coalesce(sum(i.verified_fen), 0)"
        " from investment_item i where i.ledger_id = c.ledger_id) as verified"
        " from reward_determination d join reward_claim c on c.id = d.claim_id"
    ):
        assert isinstance(row["award_fen"], int)
        if row["approved_at"] is not None:
            assert 2 * row["award_fen"] <= row["verified"]
            assert row["approved_by"] != row["proposed_by"]
        assert 0 <= row["payable_fen"] <= row["award_fen"] <= CAPS[row["instrument"]]
        assert row["is_binding"] or row["payable_fen"] == 0, "a draft pays nothing"


def check_payments() -> None:
    """M2 and M3 of the money: by work and by determination."""
    paid = _sum_by("reward_payment")
    back = _sum_by("reward_clawback")
    works: dict[str, list[int]] = defaultdict(list)
    gross: dict[str, int] = defaultdict(int)
    for row in read(
        "select d.id, d.payable_fen, c.work_key, (select sum(p.share_fen) from reward_payee p"
        " where p.determination_id = d.id) as shares from reward_determination d"
        " join reward_claim c on c.id = d.claim_id"
    ):
        assert row["shares"] in (None, row["payable_fen"])
        assert 0 <= back[row["id"]] <= paid[row["id"]] <= row["payable_fen"]
        works[row["work_key"]].append(paid[row["id"]] - back[row["id"]])
        gross[row["work_key"]] += paid[row["id"]]
    for key, ours in works.items():
        records = read("select * from award_record where work_key = :key", key=key)
        binding = [row["amount_fen"] for row in records if row["is_binding"]]
        total = sum(row["paid_fen"] for row in records)
        own = sum(row["paid_fen"] for row in records if row["source"] == "own")
        assert own == sum(ours), "the register says what was paid"
        highest = max(binding, default=0)
        assert total <= highest, "paid twice for one piece of work"
        others = sum(row["paid_fen"] for row in records if row["source"] != "own")
        assert gross[key] + others <= highest, "what had to come back was paid out again"


def _sum_by(table: str) -> dict[int, int]:
    sums: dict[int, int] = defaultdict(int)
    for row in read(f"select determination_id, amount_fen from {table}"):
        sums[row["determination_id"]] += row["amount_fen"]
    return sums
