"""What the trail says was done in a round, against its rows as they stand: A1, C2, L1.

The chain shows that no entry was changed; here each row is held against the entry that made it, so
that a row changed, added or deleted beside the product is found as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from matchmaker.audit.models import AuditEntry
from matchmaker.audit.queries import list_history, map_histories
from matchmaker.audit.rules import Violation
from matchmaker.selection import records
from matchmaker.selection.applications import queries as applications
from matchmaker.selection.applications.models import Application
from matchmaker.selection.objections import queries as objections
from matchmaker.selection.objections.models import Objection
from matchmaker.selection.objections.rules import compute_digest
from matchmaker.selection.results import agreed
from matchmaker.selection.results.models import RoundResult
from matchmaker.selection.rounds.models import SelectionRound

#: What the trail says about an application → the state that it was left in.
_LEFT_IN = {
    "selection.start_application": "draft",
    "selection.submit_application": "submitted",
    "selection.ask_rectification": "rectifying",
    "selection.qualify_application": "qualified",
    "selection.reject_application": "rejected",
    "selection.exclude_application": "rejected",
    "selection.withdraw_application": "withdrawn",
}
#: States that a result gives to all its applications at once, with one entry of its own.
_BY_RESULT = frozenset({"shortlisted", "not_shortlisted", "designated", "not_designated"})


#: Kind of subject → id → its entries, oldest first.
Histories = Mapping[str, Mapping[str, Sequence[AuditEntry]]]
_KINDS = ("selection_application", "selection_objection", "selection_conflict")


def read_histories() -> Histories:
    """What the trail says of all rounds, read once."""
    return {kind: map_histories(kind) for kind in _KINDS}


def find_gaps(
    round_: SelectionRound, every: Sequence[RoundResult], told: Histories
) -> Iterator[Violation]:
    """Everything of a round that its entries do not account for; ``every`` are its results."""
    yield from _check_round(round_)
    reviewed = told["selection_application"]
    for application in records.list_applications(round_.id):
        history = reviewed.get(str(application.id), [])
        yield from _check_application(application, history)
        yield from _check_review(application, history)
    yield from _check_results(round_, every)
    yield from _check_objections(every, told["selection_objection"])
    yield from _check_conflicts(round_, told["selection_conflict"])


def _check_round(round_: SelectionRound) -> Iterator[Violation]:
    state = "draft"
    for entry in list_history("selection_round", round_.id):
        if entry.action == "selection.move_round":
            if entry.data["before"] != state:
                yield Violation("A1", round_.code, f"第 {entry.seq} 条与前一状态不相接")
            state = entry.data["after"]
    if state != round_.state.value:
        yield Violation("A1", round_.code, "评选状态与办理记录不符")


def _check_application(row: Application, history: Sequence[AuditEntry]) -> Iterator[Violation]:
    left_in = [_LEFT_IN[entry.action] for entry in history if entry.action in _LEFT_IN]
    now = row.state.value
    if (left_in or ["draft"])[-1] != ("qualified" if now in _BY_RESULT else now):
        yield Violation("A1", row.code, "申报状态与办理记录不符")


def _check_review(row: Application, history: Sequence[AuditEntry]) -> Iterator[Violation]:
    """Gates, opinions and the inspection are what was entered last."""
    gates = {
        line.gate.name: (line.decision.passed, line.decision.evidence)
        for line in applications.list_gates(row)
        if line.decision is not None
    }
    told = _tell_last(history, "selection.decide_gate", "gate", ("passed", "evidence"))
    yield from _compare_rows(row.code, "资格条件核对", gates, told)
    opinions = {
        item.kind.value: (item.recommends, item.text) for item in applications.list_opinions(row)
    }
    told = _tell_last(history, "selection.give_opinion", "kind", ("recommends", "text"))
    yield from _compare_rows(row.code, "审核意见", opinions, told)
    found = applications.find_inspection(row.id)
    visits = {None: (found.score, found.findings)} if found else {}
    told = _tell_last(history, "selection.record_inspection", "", ("score", "findings"))
    yield from _compare_rows(row.code, "现场核查", visits, told)


def _tell_last(
    history: Sequence[AuditEntry], action: str, key: str, names: Sequence[str]
) -> dict[Any, tuple[Any, ...]]:
    """The values of the last entry of an action for each value of ``key``."""
    return {
        entry.data.get(key): tuple(entry.data[name] for name in names)
        for entry in history
        if entry.action == action
    }


def _compare_rows(
    subject: str, what: str, rows: Mapping[Any, Any], told: Mapping[Any, Any]
) -> Iterator[Violation]:
    if dict(rows) != dict(told):
        yield Violation("A1", subject, f"{what}与办理记录不符")


def _check_results(round_: SelectionRound, every: Sequence[RoundResult]) -> Iterator[Violation]:
    for row in every:
        wanted = {"selection.compute_result": 1}
        if row.confirmed_at is not None:
            wanted["selection.confirm_result"] = 1
        if row.notice_id is not None:
            wanted["selection.publish_result"] = 1
        history = list_history("selection_result", row.id)
        yield from _count("selection_result", row.id, history, wanted)
        told = [e.data for e in history if e.action == "selection.publish_result"]
        last_day = row.publicity_to.isoformat() if row.publicity_to else None
        if told and told[-1]["publicity_to"] != last_day:
            yield Violation("A1", f"selection_result {row.id}", "公示期与办理记录不符")
    for vote in agreed.list_resolutions(round_.id):
        wanted = {"selection.record_resolution": 1}
        if vote.decided_at is not None:
            wanted["selection.decide_resolution"] = 1
        history = list_history("selection_resolution", vote.id)
        yield from _count("selection_resolution", vote.id, history, wanted)


def _check_objections(
    every: Sequence[RoundResult], histories: Mapping[str, Sequence[AuditEntry]]
) -> Iterator[Violation]:
    """Every objection that was filed is there, with the words and the answer of its entries."""
    rows = {str(row.id): row for row in objections.list_of_results([row.id for row in every])}
    ours = {row.id for row in every}
    for key, history in histories.items():
        filed = {e.data["result_id"] for e in history if e.action == "selection.file_objection"}
        if filed & ours and key not in rows:
            yield Violation("A1", f"selection_objection {key}", "办理记录中的异议已不在库中")
    for key, row in rows.items():
        history = histories.get(key, [])
        yield from _count("selection_objection", row.id, history, _list_steps(row))
        if not all(_agrees(row, entry) for entry in history):
            yield Violation("A1", f"selection_objection {row.id}", "异议内容与办理记录不符")


def _agrees(row: Objection, entry: AuditEntry) -> bool:
    told = entry.data
    if entry.action == "selection.file_objection":
        digest = compute_digest(row.receipt, row.name, row.contact, row.text, row.evidence)
        return bool(told.get("content_sha256", digest) == digest)
    if entry.action == "selection.enquire_objection":
        return bool(told["findings"] == row.enquiry)
    if entry.action == "selection.decline_objection":
        return bool(told["reason"] == row.answer)
    if entry.action == "selection.answer_objection":
        return (told["answer"], told["upheld"]) == (row.answer, row.state.value == "upheld")
    return True


def _list_steps(row: Objection) -> dict[str, int]:
    state = row.state.value
    return {
        "selection.file_objection": 1,
        "selection.decline_objection": int(state == "declined"),
        "selection.accept_objection": int(row.enquire_by is not None),
        "selection.enquire_objection": int(row.enquired_at is not None),
        "selection.answer_objection": int(state in {"upheld", "dismissed"}),
    }


def _check_conflicts(
    round_: SelectionRound, histories: Mapping[str, Sequence[AuditEntry]]
) -> Iterator[Violation]:
    """C2: no conflict is deleted, moved to another judge, or decided without an entry."""
    rows = {str(row.id): row for row in records.list_conflicts(round_.id)}
    ours = {key for key, _ in applications.list_codes(round_.id).values()}
    for key, history in histories.items():
        raised = next((e.data for e in history if e.action == "selection.raise_conflict"), None)
        if raised is None or raised["application_id"] not in ours:
            continue
        row = rows.get(key)
        subject = f"{round_.code} 回避记录 {key}"
        if row is None:
            yield Violation("C2", subject, "办理记录中的回避已不在库中")
            continue
        decided = [e.data["state"] for e in history if e.action == "selection.decide_conflict"]
        begun = "confirmed" if row.source.value == "detected" else "pending"
        last = decided[-1] if decided else raised.get("state", begun)
        told = (raised["application_id"], raised["member_id"], last)
        if told != (row.application_id, row.member_id, row.state.value):
            yield Violation("C2", subject, "回避记录与办理记录不符")


def _count(
    kind: str, key: int, history: Sequence[AuditEntry], wanted: Mapping[str, int]
) -> Iterator[Violation]:
    actions = [entry.action for entry in history]
    for action, count in wanted.items():
        if actions.count(action) != count:
            yield Violation("A1", f"{kind} {key}", f"{action} 应有 {count} 条办理记录")
