"""Acts on a claim before its determination: writing, handing in, verifying, giving back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from matchmaker import clock
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db, lock
from matchmaker.errors import Conflict, InvalidInput, NotFound
from matchmaker.funding import operations as funding
from matchmaker.funding.models import LedgerItem
from matchmaker.outbox import send
from matchmaker.policy.facts import check_fact
from matchmaker.policy.instrument import FactSpec, Instrument
from matchmaker.policy.queries import get_law
from matchmaker.rewards import queries
from matchmaker.rewards.models import Claim, ClaimSequence
from matchmaker.rewards.permissions import CREATE, EDIT, PROCESS, WITHDRAW
from matchmaker.rewards.rules import (
    FINAL,
    ClaimStatus,
    FactSource,
    Step,
    needs_ledger,
    next_status,
    source_of,
)
from matchmaker.selection.results.models import Designation

PROJECT_MAX = 200
NOTE_MAX = 1000


def create_claim(
    actor: Actor,
    *,
    instrument: str,
    project: str = "",
    designation: Designation | None = None,
    same_work_as: Claim | None = None,
    is_demo: bool = False,
) -> Claim:
    """A draft claim of the actor's unit, with an empty ledger where the instrument needs one.

    A scene award starts from a designation of the unit's own application, which also says what
    the work is; any other claim names its project, and may be for the same work as an earlier one.
    """
    require(actor, CREATE)
    _, found = get_law().instrument_on(instrument, clock.today())
    organisation_id = _check_origin(actor, instrument, designation)
    if same_work_as is not None and same_work_as.organisation_id != organisation_id:
        raise NotFound("claim_missing", "没有找到要合并的申领。")
    project = check_project(designation.application.title if designation else project)
    number = _next_number(clock.today())
    claim = Claim(
        number=number,
        instrument=instrument,
        organisation_id=organisation_id,
        project=project,
        work_key=_work_key(number, designation, same_work_as),
        designation_id=designation.id if designation else None,
        created_by=actor.user_id,
        is_demo=is_demo,
    )
    _check_not_repeated(claim)
    if needs_ledger(found.facts_by_name):
        title = f"{number} {project}"
        claim.ledger = funding.create_ledger(actor, organisation_id=organisation_id, title=title)
    db.session.add(claim)
    db.session.flush()
    record(
        actor,
        "rewards.create_claim",
        "claim",
        claim.id,
        number=number,
        instrument=instrument,
        work_key=claim.work_key,
    )
    return claim


def check_project(text: str) -> str:
    """The name of the project, trimmed; raises InvalidInput for none or too long a one."""
    name = " ".join(text.split())
    if not 0 < len(name) <= PROJECT_MAX:
        raise InvalidInput(
            "project", "请填写项目名称，不超过 {limit} 个字。", field="project", limit=PROJECT_MAX
        )
    return name


def _check_origin(actor: Actor, instrument: str, designation: Designation | None) -> int:
    """The unit that claims; a designated scene must be its own and of this instrument."""
    if instrument in queries.list_designated_instruments():
        if designation is None:
            raise InvalidInput(
                "designation_missing",
                "这项奖补只能从本单位已公布入选的评选结果申领，请选择入选项目。",
                field="origin",
            )
        if queries.instrument_of(designation) != instrument:
            raise InvalidInput(
                "designation_other", "所选入选项目不属于这项奖补的评选。", field="origin"
            )
        applicant = designation.application.applicant_organisation_id
        if not actor.is_system and applicant != actor.organisation_id:
            raise NotFound("designation_foreign", "没有找到本单位的这个入选项目。")
        return applicant
    if designation is not None:
        raise InvalidInput("designation_unused", "这项奖补不以评选结果为条件。", field="origin")
    if actor.organisation_id is None:
        raise InvalidInput("unit_missing", "当前账号没有所属单位，不能申领。")
    return actor.organisation_id


def _work_key(number: str, designation: Designation | None, same_work_as: Claim | None) -> str:
    """Scenes by their listing, so that awards of several programmes meet; else by first claim."""
    if same_work_as is not None:
        return same_work_as.work_key
    if designation is None:
        return f"claim:{number}"
    application = designation.application
    return f"scene:{application.demand_code or application.code}"


def _check_not_repeated(claim: Claim) -> None:
    for other in queries.list_same_work(claim):
        if other.instrument == claim.instrument and other.status not in FINAL:
            raise Conflict(
                "claim_repeated",
                "同一事项已有这项奖补的申领 {number}，请在原申领上办理。",
                number=other.number,
            )
    if claim.designation_id is not None and any(
        other.designation_id == claim.designation_id and other.instrument == claim.instrument
        for other in queries.list_same_work(claim)
    ):
        raise Conflict("designation_claimed", "这个入选项目已经申领过这项奖补。")


def _next_number(today: date) -> str:
    lock(db.session(), "rewards.number")
    row = db.session.get(ClaimSequence, today.year, with_for_update=True)
    if row is None:
        row = ClaimSequence(year=today.year, last=0)
        db.session.add(row)
    row.last += 1
    db.session.flush()
    return f"JL{today.year}-{row.last:04d}"


def list_stated(instrument: Instrument) -> list[FactSpec]:
    """The facts that the unit states itself; the rest comes from ledger, selection, register."""
    return [spec for spec in instrument.facts if source_of(spec.name) is FactSource.STATED]


def state_facts(
    actor: Actor, claim: Claim, facts: Mapping[str, str], *, project: str | None = None
) -> None:
    """Store the stated facts as typed. Raises InvalidInput (field: the fact) if malformed."""
    require(actor, EDIT, claim)
    _, instrument = get_law().instrument_on(claim.instrument, clock.today())
    wanted = {spec.name: spec for spec in list_stated(instrument)}
    unknown = sorted(set(facts) - set(wanted))
    if unknown:
        raise InvalidInput("fact_not_stated", "“{name}”不由申领单位填报。", name=unknown[0])
    given = {name: text.strip() for name, text in facts.items() if text.strip()}
    for name, text in given.items():
        check_fact(wanted[name], text)
    claim.stated_facts = given
    if project is not None and claim.designation_id is None:
        claim.project = check_project(project)
    record(actor, "rewards.state_facts", "claim", claim.id, facts=given, project=claim.project)


def submit_claim(actor: Actor, claim: Claim) -> None:
    """Hand the claim in; its ledger is locked. Raises InvalidInput where something is missing."""
    require(actor, EDIT, claim)
    _, instrument = get_law().instrument_on(claim.instrument, clock.today())
    for spec in list_stated(instrument):
        if spec.is_required and spec.name not in claim.stated_facts:
            raise InvalidInput(
                "fact_missing", "请填写“{label}”后再提交。", field=spec.name, label=spec.label
            )
    if claim.ledger is not None:
        funding.lock_ledger(actor, claim.ledger)
    move_claim(actor, claim, Step.SUBMIT, note="")
    claim.submitted_at = clock.now()
    send("rewards.claim_submitted", claim_id=claim.id)


def withdraw_claim(actor: Actor, claim: Claim) -> None:
    """Take the claim back before anything was proposed on it."""
    require(actor, WITHDRAW, claim)
    move_claim(actor, claim, Step.WITHDRAW, note=claim.status_note)


def return_claim(actor: Actor, claim: Claim, *, reason: str) -> None:
    """Give the claim back for correction; what was verified has to be verified again."""
    require(actor, PROCESS, claim)
    reason = check_note(reason, "退回的理由")
    move_claim(actor, claim, Step.RETURN, note=reason)
    if claim.ledger is not None:
        funding.unlock_ledger(actor, claim.ledger)
    send("rewards.claim_returned", claim_id=claim.id)


def verify_line(
    actor: Actor, claim: Claim, item_id: int, *, verified_fen: int, reason: str
) -> LedgerItem:
    """The auditor's amount of one line, while the claim waits for its determination."""
    if claim.ledger is None:
        raise NotFound("ledger_missing", "这份申领没有投入明细。")
    if claim.status is not ClaimStatus.SUBMITTED:
        raise Conflict("verify_closed", "申领不在审计环节，审定金额不能再改。")
    return funding.verify_item(
        actor, claim.ledger, item_id, verified_fen=verified_fen, reason=reason
    )


def check_note(text: str, label: str) -> str:
    """A reason, trimmed; raises InvalidInput for none or too long a one."""
    note = text.strip()
    if not 0 < len(note) <= NOTE_MAX:
        raise InvalidInput(
            "note_missing",
            "请写明{label}，不超过 {limit} 个字。",
            field="note",
            label=label,
            limit=NOTE_MAX,
        )
    return note


def move_claim(actor: Actor, claim: Claim, step: Step, *, note: str = "", **data: Any) -> None:
    """Carry out a step of the transition table, with its entry in the trail."""
    before = claim.status
    claim.status = next_status(before, step)
    claim.status_note = note
    db.session.flush()
    record(
        actor,
        f"rewards.{step.value}",
        "claim",
        claim.id,
        before=before.value,
        after=claim.status.value,
        note=note,
        **data,
    )
