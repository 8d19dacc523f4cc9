"""Acts of the bureau on applications: gates, rectification, opinions, inspection, decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from matchmaker import clock, outbox
from matchmaker.accounts import queries as accounts
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db
from matchmaker.errors import Conflict, IllegalTransition, InvalidInput
from matchmaker.files.operations import attach_files
from matchmaker.files.rules import CheckedUpload
from matchmaker.selection.applications import queries, rules
from matchmaker.selection.applications.models import (
    Application,
    GateDecision,
    Opinion,
    SiteInspection,
)
from matchmaker.selection.applications.permissions import (
    INSPECT_SITE,
    OPINION_PERMISSIONS,
    REVIEW_APPLICATION,
)
from matchmaker.selection.applications.rules import ApplicationState, OpinionKind
from matchmaker.selection.rounds.rules import FULL_SCORE, RoundState

_SUBJECT = "selection_application"
NOTE_MAX = 2000


def decide_gate(
    actor: Actor, row: Application, gate_id: int, *, passed: bool, evidence: str
) -> GateDecision:
    """Answer one gate with its evidence; a later answer replaces it, the trail keeps both."""
    require(actor, REVIEW_APPLICATION)
    _check_in_review(row)
    gate = next((gate for gate in row.round.gates if gate.id == gate_id), None)
    if gate is None:
        raise InvalidInput("gate_unknown", "本次评选没有这项资格条件。", field="gate")
    text = _check_note(evidence, field="evidence", label=f"“{gate.name}”的核对依据")
    query = select(GateDecision).where(
        GateDecision.application_id == row.id, GateDecision.gate_id == gate_id
    )
    decision = db.session.scalar(query) or GateDecision(application_id=row.id, gate_id=gate_id)
    decision.passed, decision.evidence = passed, text
    decision.decided_by_id, decision.decided_at = actor.user_id, clock.now()
    decision.revision_number = row.revisions[-1].number
    db.session.add(decision)
    db.session.flush()
    record(
        actor,
        "selection.decide_gate",
        _SUBJECT,
        row.id,
        gate=gate.name,
        basis=gate.basis,
        passed=passed,
        evidence=text,
    )
    return decision


def ask_rectification(actor: Actor, row: Application, *, note: str, due_on: date) -> None:
    """Send the application back once (补正), with what to mend and a last day."""
    require(actor, REVIEW_APPLICATION)
    rules.check_transition(row.state, ApplicationState.RECTIFYING)
    if row.rectify_count:
        raise IllegalTransition("rectified_before", "每份申报只能补正一次，请作出审查结论。")
    if due_on <= clock.today():
        raise InvalidInput("due_past", "补正期限应晚于今天。", field="due_on")
    row.rectify_note = _check_note(note, field="note", label="补正要求")
    row.rectify_due_on = due_on
    row.rectify_count = 1
    row.state = ApplicationState.RECTIFYING
    record(
        actor,
        "selection.ask_rectification",
        _SUBJECT,
        row.id,
        note=row.rectify_note,
        due_on=due_on.isoformat(),
    )
    outbox.send("selection.rectification_asked", application_id=row.id)


def qualify_application(actor: Actor, row: Application) -> None:
    """Let the application through to the judges: every gate passed, every opinion given."""
    require(actor, REVIEW_APPLICATION)
    _check_in_review(row)
    rules.check_transition(row.state, ApplicationState.QUALIFIED)
    lines = queries.list_gates(row)
    open_gates = [line.gate.name for line in lines if line.decision is None]
    failed = [line.gate.name for line in lines if line.decision and not line.decision.passed]
    if open_gates:
        raise Conflict("gates_open", "还有资格条件没有核对：{names}。", names="、".join(open_gates))
    if failed:
        raise Conflict("gates_failed", "有资格条件不符合：{names}。", names="、".join(failed))
    if row.unconfirmed:
        raise Conflict(
            "partners_unconfirmed",
            "联合体成员还没有确认这一版申报：{names}。请其登录确认，或凭盖章件登记。",
            names="、".join(member.name for member in row.unconfirmed),
        )
    missing = queries.list_missing_opinions(row)
    if missing:
        raise Conflict(
            "opinions_missing",
            "通知要求的意见还没有收到：{names}。请相应单位的审核人员填写后再通过。",
            names="、".join(rules.OPINION_LABELS[kind] for kind in missing),
        )
    row.state = ApplicationState.QUALIFIED
    record(actor, "selection.qualify_application", _SUBJECT, row.id)
    outbox.send("selection.application_qualified", application_id=row.id)


def reject_application(actor: Actor, row: Application, note: str) -> None:
    """Refuse the application; the failed gates and their clauses become part of the reason."""
    require(actor, REVIEW_APPLICATION)
    if row.state is ApplicationState.RECTIFYING:
        _refuse_unmended(actor, row, note)
        return
    _check_in_review(row)
    rules.check_transition(row.state, ApplicationState.REJECTED)
    failed = [
        line.gate for line in queries.list_gates(row) if line.decision and not line.decision.passed
    ]
    if not failed:
        raise Conflict("no_failed_gate", "没有不符合的资格条件，不能作不通过处理。")
    clauses = "；".join(f"{gate.name}（依据：{gate.basis}）" for gate in failed)
    row.decision_note = (
        f"{_check_note(note, field='note', label='审查结论说明')}\n不符合：{clauses}"
    )
    _reject(actor, row)


def _refuse_unmended(actor: Actor, row: Application, note: str) -> None:
    """Refuse an application that was not mended by the last day."""
    if not rules.is_rectification_over(clock.today(), row.rectify_due_on):
        raise IllegalTransition(
            "rectification_running",
            "补正期限（{due}）还没有过，不能作不通过处理。",
            due=row.rectify_due_on.isoformat() if row.rectify_due_on else "",
        )
    text = _check_note(note, field="note", label="审查结论说明")
    due = row.rectify_due_on.isoformat() if row.rectify_due_on else ""
    row.decision_note = f"{text}\n逾期未补正（期限 {due}）：{row.rectify_note}"
    _reject(actor, row)


def _reject(actor: Actor, row: Application) -> None:
    row.state = ApplicationState.REJECTED
    record(actor, "selection.reject_application", _SUBJECT, row.id, note=row.decision_note)
    outbox.send("selection.application_rejected", application_id=row.id)


def give_opinion(
    actor: Actor, row: Application, kind: OpinionKind, *, recommends: bool, text: str
) -> Opinion:
    """The district's first review or the lead department's opinion."""
    require(actor, OPINION_PERMISSIONS[kind], row)
    _check_in_review(row)
    note = _check_note(text, field="text", label="意见")
    organisation = (
        accounts.get_organisation(actor.organisation_id) if actor.organisation_id else None
    )
    query = select(Opinion).where(Opinion.application_id == row.id, Opinion.kind == kind)
    opinion = db.session.scalar(query) or Opinion(application_id=row.id, kind=kind)
    opinion.recommends, opinion.text = recommends, note
    opinion.unit = organisation.name if organisation else actor.name
    opinion.given_by_id, opinion.given_at = actor.user_id, clock.now()
    opinion.revision_number = row.revisions[-1].number
    db.session.add(opinion)
    db.session.flush()
    record(
        actor,
        "selection.give_opinion",
        _SUBJECT,
        row.id,
        kind=kind.value,
        recommends=recommends,
        text=note,
    )
    outbox.send("selection.opinion_given", application_id=row.id, kind=kind.value)
    return opinion


@dataclass(frozen=True, kw_only=True)
class InspectionDraft:
    """A site visit as typed; ``score`` in hundredths of a point of 100."""

    inspected_on: date
    place: str
    inspectors: str
    units_seen: int
    running_hours: str
    findings: str
    score: int


def record_inspection(
    actor: Actor,
    row: Application,
    draft: InspectionDraft,
    photos: Sequence[CheckedUpload] = (),
) -> SiteInspection:
    """Store the record of the site visit, until the final scoring ends."""
    require(actor, INSPECT_SITE, row)
    if row.round.state not in {RoundState.REVIEW, RoundState.SHORTLIST, RoundState.FINAL}:
        raise IllegalTransition("inspection_closed", "现在不能填写现场核查记录。")
    if row.state not in rules.JUDGED_STATES:
        raise IllegalTransition("not_judged", "这份申报不在评审中，不需要现场核查。")
    _check_inspection(draft)
    found = queries.find_inspection(row.id)
    inspection = found or SiteInspection(application_id=row.id)
    before = found.score if found else None
    for name in InspectionDraft.__dataclass_fields__:
        setattr(inspection, name, getattr(draft, name))
    inspection.recorded_by_id, inspection.recorded_at = actor.user_id, clock.now()
    db.session.add(inspection)
    db.session.flush()
    if photos:
        kind, key = inspection.file_subject
        attach_files(actor, photos, subject_type=kind, subject_id=key)
    record(
        actor,
        "selection.record_inspection",
        _SUBJECT,
        row.id,
        score=draft.score,
        before=before,
        findings=draft.findings,
    )
    return inspection


def _check_inspection(draft: InspectionDraft) -> None:
    if draft.inspected_on > clock.today():
        raise InvalidInput("inspection_future", "核查日期不能晚于今天。", field="inspected_on")
    if not 0 <= draft.score <= FULL_SCORE:
        raise InvalidInput("score_range", "核查得分应为 0 至 100。", field="score")
    if not 0 <= draft.units_seen <= 10_000:
        raise InvalidInput("units_range", "在用台数应为 0 至 10000。", field="units_seen")
    for name, label, limit in (
        ("place", "核查地点", 200),
        ("inspectors", "核查人员", 200),
        ("findings", "核查情况", NOTE_MAX),
    ):
        if not 1 <= len(getattr(draft, name).strip()) <= limit:
            raise InvalidInput(
                "inspection_text",
                "请填写{label}（不超过 {limit} 字）。",
                field=name,
                label=label,
                limit=limit,
            )


def _check_in_review(row: Application) -> None:
    if row.round.state not in {RoundState.OPEN, RoundState.REVIEW}:
        raise IllegalTransition("review_over", "资格审查已经结束。")
    if row.state is not ApplicationState.SUBMITTED:
        raise IllegalTransition(
            "not_submitted",
            "申报当前为“{now}”，不在审查中。",
            now=rules.STATE_LABELS[row.state],
        )


def _check_note(text: str, *, field: str, label: str) -> str:
    note = text.strip()
    if not 2 <= len(note) <= NOTE_MAX:
        raise InvalidInput(
            "note_missing",
            "请填写{label}（2 至 {limit} 字）。",
            field=field,
            label=label,
            limit=NOTE_MAX,
        )
    return note
