"""The owner's records of contract and deployment: read, confirmed or objected to, corrected."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from matchmaker import clock, outbox
from matchmaker.actor import Actor
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.engagement.deployments.models import Contract, Deployment, Pairing
from matchmaker.engagement.deployments.permissions import AS_OWNER, AS_SUPPLIER
from matchmaker.engagement.deployments.rules import (
    RECORD_LABELS,
    ContractTerms,
    Record,
    Step,
    check_past_day,
    check_units,
    check_value,
)
from matchmaker.engagement.deployments.steps import enter, note
from matchmaker.engagement.rules import check_each, clean_reason, clean_text
from matchmaker.errors import Conflict, InvalidInput


def correct_contract(
    actor: Actor, pairing: Pairing, terms: ContractTerms, *, reason: str
) -> Pairing:
    """The owner puts the record of the contract right, with a reason; the firm is asked anew."""
    enter(actor, pairing, AS_OWNER, Step.CORRECT)
    if pairing.contract is None:
        raise Conflict("no_contract", "尚未登记合同。")
    check_each(lambda: read_contract(terms), lambda: clean_reason(reason))
    return _correct(actor, pairing, pairing.contract, read_contract(terms), reason)


def correct_deployment(
    actor: Actor,
    pairing: Pairing,
    *,
    site: str,
    units: int | None,
    started_on: date | None,
    reason: str,
) -> Pairing:
    """The owner puts the record of the deployment right, with a reason; the firm is asked anew."""
    enter(actor, pairing, AS_OWNER, Step.CORRECT)
    deployment = pairing.deployment
    if deployment is None:
        raise Conflict("not_deployed", "尚未登记部署。")
    check_each(lambda: read_deployment(site, units, started_on), lambda: clean_reason(reason))
    values = read_deployment(site, units, started_on)
    if deployment.hours and deployment.hours[0].as_of < values["started_on"]:
        raise InvalidInput(
            "started_on", "投运日期不能晚于已登记运行时长的统计日期。", field="started_on"
        )
    return _correct(actor, pairing, deployment, values, reason)


def confirm_record(actor: Actor, pairing: Pairing, what: Record) -> Pairing:
    """The firm confirms what the owner recorded; an earlier objection lapses."""
    enter(actor, pairing, AS_SUPPLIER, Step.CHECK)
    row = _find_record(pairing, what)
    if row.confirmed_at is not None:
        raise Conflict("confirmed", "贵单位已确认{what}。", what=RECORD_LABELS[what])
    row.confirmed_at, row.objection, row.objected_at = clock.now(), None, None
    return note(actor, pairing, Step.CHECK, what=what.value, decision="confirm")


def object_to_record(actor: Actor, pairing: Pairing, what: Record, *, reason: str) -> Pairing:
    """The firm says what is wrong in the owner's record; the owner corrects it."""
    enter(actor, pairing, AS_SUPPLIER, Step.CHECK)
    row = _find_record(pairing, what)
    if row.confirmed_at is not None:
        raise Conflict("confirmed", "贵单位已确认{what}。", what=RECORD_LABELS[what])
    row.objection, row.objected_at = clean_reason(reason), clock.now()
    note(actor, pairing, Step.CHECK, what=what.value, decision="object", reason=row.objection)
    outbox.send("engagement.record_objected", pairing_id=pairing.id)
    return pairing


def ask_firm(pairing: Pairing) -> Pairing:
    """Tell the firm that a record waits for its confirmation."""
    outbox.send("engagement.record_waiting", pairing_id=pairing.id)
    return pairing


def _find_record(pairing: Pairing, what: Record) -> Contract | Deployment:
    row = pairing.contract if what is Record.CONTRACT else pairing.deployment
    if row is None:
        raise Conflict("no_record", "尚未登记{what}。", what=RECORD_LABELS[what])
    return row


def _correct(
    actor: Actor,
    pairing: Pairing,
    row: Contract | Deployment,
    values: dict[str, Any],
    reason: str,
) -> Pairing:
    before = {name: str(getattr(row, name)) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    row.confirmed_at = row.objection = row.objected_at = None
    after = {name: str(value) for name, value in values.items()}
    what = Record.CONTRACT if isinstance(row, Contract) else Record.DEPLOYMENT
    why = clean_reason(reason)
    note(actor, pairing, Step.CORRECT, what=what.value, earlier=before, corrected=after, reason=why)
    return ask_firm(pairing)


def read_contract(terms: ContractTerms) -> dict[str, Any]:
    """The terms by column; raises ``InvalidInput`` naming every wrong field."""
    modes = {mode.id for mode in load_vocabulary().modes if mode.selectable}

    def mode() -> str:
        if terms.mode not in modes:
            raise InvalidInput("mode", "请选择合作方式。", field="mode")
        return terms.mode

    checks: dict[str, Callable[[], Any]] = {
        "number": lambda: clean_text(
            terms.number, field="number", label="合同编号", low=1, high=60
        ),
        "mode": mode,
        "value_fen": lambda: check_value(terms.value_fen),
        "units": lambda: check_units(terms.units),
        "signed_on": lambda: check_past_day(
            terms.signed_on, clock.today(), field="signed_on", label="签订日期"
        ),
    }
    check_each(*checks.values())
    return {name: read() for name, read in checks.items()}


def read_deployment(site: str, units: int | None, started_on: date | None) -> dict[str, Any]:
    """The deployment by column; raises ``InvalidInput`` naming every wrong field."""
    checks: dict[str, Callable[[], Any]] = {
        "site": lambda: clean_text(site, field="site", label="部署地点", low=2, high=120),
        "units": lambda: check_units(units),
        "started_on": lambda: check_past_day(
            started_on, clock.today(), field="started_on", label="投运日期"
        ),
    }
    check_each(*checks.values())
    return {name: read() for name, read in checks.items()}
