"""Acts of the two sides from pairing to running hours."""

from __future__ import annotations

from datetime import date

from matchmaker import clock
from matchmaker.accounts.permissions import Permission, require
from matchmaker.actor import Actor
from matchmaker.db import db, lock_row
from matchmaker.demands.lifecycle.operations import mark_deployed
from matchmaker.demands.rules import ListingStatus
from matchmaker.engagement.answers.models import Answer
from matchmaker.engagement.answers.permissions import CHOOSE
from matchmaker.engagement.answers.rules import AnswerState
from matchmaker.engagement.contacts.permissions import side_of
from matchmaker.engagement.contacts.rules import Side
from matchmaker.engagement.deployments.models import (
    Contract,
    Deployment,
    Pairing,
    RunningHours,
    Trial,
)
from matchmaker.engagement.deployments.permissions import AS_OWNER, AS_SUPPLIER, TAKE_PART
from matchmaker.engagement.deployments.records import ask_firm, read_contract, read_deployment
from matchmaker.engagement.deployments.rules import (
    ContractTerms,
    Step,
    TrialPlan,
    check_hours,
    check_past_day,
    check_trial_days,
    next_stage,
)
from matchmaker.engagement.deployments.steps import enter, note
from matchmaker.engagement.rules import check_each, clean_reason, clean_text
from matchmaker.errors import Conflict, InvalidInput


def propose_pairing(actor: Actor, answer: Answer) -> Pairing:
    """The owner asks a chosen firm to pair up."""
    require(actor, CHOOSE, answer.listing)
    lock_row(answer)
    if answer.state is not AnswerState.CHOSEN:
        raise Conflict("not_chosen", "只能与已选中的企业结对。")
    if db.session.query(Pairing).filter_by(answer_id=answer.id).first():
        raise Conflict("paired", "已与该企业发起结对。")
    pairing = Pairing(answer_id=answer.id, is_demo=answer.is_demo)
    db.session.add(pairing)
    db.session.flush()
    note(actor, pairing, "propose")
    return pairing


def confirm_pairing(actor: Actor, pairing: Pairing) -> Pairing:
    """The firm agrees to pair up."""
    enter(actor, pairing, AS_SUPPLIER, Step.CONFIRM)
    pairing.paired_at = clock.now()
    return note(actor, pairing, Step.CONFIRM)


def end_pairing(actor: Actor, pairing: Pairing, *, reason: str) -> Pairing:
    """Either side ends the cooperation before a contract, with a reason for the other."""
    enter(actor, pairing, TAKE_PART, Step.END)
    pairing.end_reason = clean_reason(reason)
    pairing.ended_at = clock.now()
    return note(actor, pairing, Step.END, reason=pairing.end_reason)


def plan_trial(actor: Actor, pairing: Pairing, plan: TrialPlan) -> Pairing:
    """The owner sets the plan of the first use."""
    enter(actor, pairing, AS_OWNER, Step.PLAN)

    def text() -> str:
        return clean_text(plan.plan, field="plan", label="试用方案", low=10, high=3000)

    def site() -> str:
        return clean_text(plan.site, field="site", label="试用地点", low=2, high=120)

    check_each(text, site, lambda: check_trial_days(plan))
    starts_on, ends_on = check_trial_days(plan)
    pairing.trial = Trial(plan=text(), site=site(), starts_on=starts_on, ends_on=ends_on)
    return note(actor, pairing, Step.PLAN, ends_on=ends_on.isoformat())


def record_result(actor: Actor, pairing: Pairing, *, result: str, has_passed: bool) -> Pairing:
    """The owner writes down how the trial went; acceptances of an earlier text lapse."""
    trial = _trial(actor, pairing, AS_OWNER)
    if clock.today() < trial.starts_on:
        raise Conflict("trial_not_begun", "试用尚未开始，不能登记结果。")
    trial.result = clean_text(result, field="result", label="试用结果", low=10, high=3000)
    trial.has_passed = has_passed
    trial.result_at = clock.now()
    trial.owner_accepted_at = trial.supplier_accepted_at = None
    return note(actor, pairing, Step.RECORD_RESULT, has_passed=has_passed)


def accept_result(actor: Actor, pairing: Pairing) -> Pairing:
    """One side accepts the recorded result; with both, the trial has passed or the pair ends."""
    trial = _trial(actor, pairing, TAKE_PART)
    if trial.result_at is None:
        raise Conflict("no_result", "试用结果尚未登记。")
    if side_of(actor, pairing.answer) is Side.OWNER:
        trial.owner_accepted_at = trial.owner_accepted_at or clock.now()
    else:
        trial.supplier_accepted_at = trial.supplier_accepted_at or clock.now()
    if trial.owner_accepted_at and trial.supplier_accepted_at:
        step = Step.ACCEPT if trial.has_passed else Step.END
        pairing.stage = next_stage(pairing.stage, step)
        if step is Step.END:
            pairing.end_reason, pairing.ended_at = "双方确认试用未通过", clock.now()
    return note(actor, pairing, "accept_result")


def sign_contract(actor: Actor, pairing: Pairing, terms: ContractTerms) -> Pairing:
    """The owner records the contract; the firm confirms the record or objects to it."""
    enter(actor, pairing, AS_OWNER, Step.SIGN)
    pairing.contract = Contract(**read_contract(terms))
    note(actor, pairing, Step.SIGN, value_fen=terms.value_fen, units=terms.units)
    return ask_firm(pairing)


def record_deployment(
    actor: Actor, pairing: Pairing, *, site: str, units: int | None, started_on: date | None
) -> Pairing:
    """The robots are at work: the listing goes on to 已部署; the firm confirms the record."""
    enter(actor, pairing, AS_OWNER, Step.DEPLOY)
    pairing.deployment = Deployment(**read_deployment(site, units, started_on))
    if pairing.answer.listing.status is not ListingStatus.DEPLOYED:
        mark_deployed(actor, pairing.answer.listing)
    note(actor, pairing, Step.DEPLOY, units=units)
    return ask_firm(pairing)


def add_hours(
    actor: Actor, pairing: Pairing, *, as_of: date | None, hours: int | None
) -> RunningHours:
    """Add the cumulative hours of a day; they never fall."""
    enter(actor, pairing, TAKE_PART, Step.ADD_HOURS)
    deployment = pairing.deployment
    if deployment is None:
        raise Conflict("not_deployed", "尚未登记部署。")
    day = check_past_day(as_of, clock.today(), field="as_of", label="统计日期")
    if day < deployment.started_on:
        raise InvalidInput("as_of", "统计日期不能早于投运日期。", field="as_of")
    newest = deployment.hours[-1] if deployment.hours else None
    before = (newest.as_of, newest.hours) if newest else None
    figure = RunningHours(as_of=day, hours=check_hours(hours, day, before))
    figure.recorded_by = actor.user_id
    deployment.hours.append(figure)
    note(actor, pairing, Step.ADD_HOURS, as_of=day.isoformat(), hours=hours)
    return figure


def _trial(actor: Actor, pairing: Pairing, permission: Permission) -> Trial:
    enter(actor, pairing, permission, Step.RECORD_RESULT)
    if pairing.trial is None:
        raise Conflict("no_trial", "尚未制定试用方案。")
    return pairing.trial
