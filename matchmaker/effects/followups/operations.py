"""Acts on follow-ups: planning, reporting, deciding, reminding late units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select

from matchmaker import clock
from matchmaker.accounts.permissions import require
from matchmaker.actor import BACKGROUND_JOB, Actor
from matchmaker.audit.operations import record
from matchmaker.db import db, lock, read_tx, write_tx
from matchmaker.effects.followups import queries, rules
from matchmaker.effects.followups.models import Followup, Report
from matchmaker.effects.followups.permissions import DECIDE, FAIL, REPORT
from matchmaker.effects.followups.rules import OPEN_STATES, Figures, Step
from matchmaker.files.operations import attach_files
from matchmaker.files.rules import CheckedUpload
from matchmaker.outbox import send
from matchmaker.selection.results.models import Designation

SUBJECT = "followup"


def plan_followups(actor: Actor, designation: Designation) -> Sequence[Followup]:
    """The due reports of a designated scene; repeated, it adds what is missing only."""
    known = {row.months for row in queries.list_of_designation(designation.id)}
    for months in rules.PERIODS:
        if months in known:
            continue
        due_on = rules.add_months(designation.designated_on, months)
        row = Followup(designation_id=designation.id, months=months, due_on=due_on)
        db.session.add(row)
        db.session.flush()
        record(actor, "effects.plan_followup", SUBJECT, row.id, due_on=due_on.isoformat())
    return queries.list_of_designation(designation.id)


def plan_for_designation(payload: dict[str, Any]) -> None:
    """Handle ``selection.scene_designated``."""
    designation = db.session.get(Designation, payload["designation_id"])
    if designation is not None:
        plan_followups(BACKGROUND_JOB, designation)


def submit_report(
    actor: Actor, row: Followup, figures: Figures, *, uploads: Sequence[CheckedUpload] = ()
) -> Report:
    """Hand a report in. Raises InvalidInput (field: the figure) for one that is wrong."""
    require(actor, REPORT, row)
    _lock(row)
    rules.next_state(row.state, Step.SUBMIT)
    rules.check_open(row.due_on, clock.today())
    checked = rules.check_figures(figures, earlier_hours=queries.read_earlier_hours(row))
    report = Report(
        units=checked.units,
        hours=checked.hours,
        failures=checked.failures,
        savings_fen=checked.savings_fen,
        savings_public=checked.savings_public,
        note=checked.note,
        evidence=checked.evidence,
        submitted_by=actor.user_id,
    )
    row.reports.append(report)
    db.session.flush()
    if uploads:
        kind, key = report.file_subject
        attach_files(actor, uploads, subject_type=kind, subject_id=key)
    _move(actor, row, Step.SUBMIT, report_id=report.id, hours=report.hours)
    send("effects.report_submitted", followup_id=row.id)
    return report


def accept_report(actor: Actor, row: Followup, *, note: str = "") -> None:
    """Take the report as it is; its figures become public."""
    require(actor, DECIDE, row)
    _lock(row)
    _decide(actor, row, Step.ACCEPT, note.strip()[: rules.TEXT_MAX])


def return_report(actor: Actor, row: Followup, *, reason: str) -> None:
    """Send the report back with the reason; the unit reports anew."""
    require(actor, DECIDE, row)
    _lock(row)
    _decide(actor, row, Step.RETURN, rules.check_reason(reason))


def fail_followup(actor: Actor, row: Followup, *, reason: str) -> None:
    """Find that the scene does not do what it was named for, or was never reported on.

    A claw-back of what was paid may be proposed on it (``rewards.clawbacks``).
    """
    require(actor, FAIL, row)
    _lock(row)
    rules.check_may_fail(row.state, row.due_on, clock.today())
    _decide(actor, row, Step.FAIL, rules.check_reason(reason))


def _decide(actor: Actor, row: Followup, step: Step, note: str) -> None:
    _move(actor, row, step, note=note)
    row.decision_note = note
    row.decided_by, row.decided_at = actor.user_id, clock.now()
    send("effects.followup_decided", followup_id=row.id, state=row.state.value)


def _move(actor: Actor, row: Followup, step: Step, **data: Any) -> None:
    before = row.state
    row.state = rules.next_state(before, step)
    db.session.flush()
    record(
        actor,
        f"effects.{step.value}_followup",
        SUBJECT,
        row.id,
        before=before.value,
        after=row.state.value,
        **data,
    )


def _lock(row: Followup) -> None:
    session = db.session()
    lock(session, f"followup:{row.id}")
    session.refresh(row)


def chase_late() -> None:
    """Nightly: remind the units whose report is late, at most once a week each."""
    today = clock.today()
    with read_tx() as session:
        query = select(Followup.id).where(
            Followup.state.in_(OPEN_STATES),
            Followup.due_on < today,
            or_(Followup.chased_on.is_(None), Followup.chased_on <= today - rules.CHASE_EVERY),
        )
        late = list(session.scalars(query.order_by(Followup.id)))
    for followup_id in late:
        with write_tx() as session:
            _chase(session.get_one(Followup, followup_id))


def _chase(row: Followup) -> None:
    today = clock.today()
    if row.state not in OPEN_STATES or not rules.is_to_be_chased(row.due_on, row.chased_on, today):
        return
    row.chased_on, row.chase_count = today, row.chase_count + 1
    record(BACKGROUND_JOB, "effects.chase_followup", SUBJECT, row.id, count=row.chase_count)
    send("effects.followup_late", followup_id=row.id, count=row.chase_count)
