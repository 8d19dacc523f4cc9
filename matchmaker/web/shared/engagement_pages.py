"""What the page of an answer shows: its content, the contacts, and how far the pair has come."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_wtf import FlaskForm

from matchmaker import clock
from matchmaker.actor import Actor
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.engagement.answers.models import Answer
from matchmaker.engagement.answers.rules import RESUBMITTED_FROM, AnswerState
from matchmaker.engagement.contacts.permissions import side_of
from matchmaker.engagement.contacts.queries import SPEAKING, list_valid
from matchmaker.engagement.contacts.rules import Contact, Side, mask
from matchmaker.engagement.deployments.models import Contract, Deployment, Pairing
from matchmaker.engagement.deployments.queries import find_pairing
from matchmaker.engagement.deployments.rules import (
    RECORD_LABELS,
    STAGE_LABELS,
    TRANSITIONS,
    Record,
    Stage,
    Step,
)
from matchmaker.engagement.rules import has_passed
from matchmaker.web.filters import format_yuan
from matchmaker.web.shared import engagement_forms as forms
from matchmaker.web.shared.demands import Badge
from matchmaker.web.shared.engagement import answer_line, is_taking
from matchmaker.web.shared.milestones import make_milestones

STAGE_TONES = {
    Stage.PROPOSED: "unsure",
    Stage.PAIRED: "info",
    Stage.TRIAL: "info",
    Stage.PASSED: "good",
    Stage.CONTRACTED: "good",
    Stage.DEPLOYED: "good",
    Stage.ENDED: "plain",
}
#: The way of a pair for the ``steps`` macro.
_LINE = (Stage.PROPOSED, Stage.PAIRED, Stage.TRIAL, Stage.CONTRACTED, Stage.DEPLOYED)
_LINE_LABELS = ("发起结对", "结对", "首试首用", "签约", "部署")


def make_answer_page(
    actor: Actor, answer: Answer, form: FlaskForm | None, revealed: Contact | None
) -> dict[str, Any]:
    """Everything that the page of an answer shows to this actor; ``form`` is one that was sent."""
    side, taking = side_of(actor, answer), is_taking(answer.listing)
    pairing = find_pairing(actor, answer)
    stands = answer.state is AnswerState.SUBMITTED
    mine, owns = side is Side.SUPPLIER, side is Side.OWNER
    return {
        "line": answer_line(answer),
        "side": side.value if side else None,
        "is_mine": mine,
        "is_owner": owns,
        "may_edit": mine and taking and (stands or answer.state in RESUBMITTED_FROM),
        "may_withdraw": mine and taking and stands,
        "may_propose": owns and answer.state is AnswerState.CHOSEN and pairing is None,
        "contacts": _contacts(answer, side, revealed) if side else None,
        "pairing": _pairing_data(pairing, side) if pairing else None,
        "milestones": make_milestones(actor, pairing),
        "forms": _list_forms(answer, pairing, side, form),
        "sent": form,
    }


def _contacts(answer: Answer, side: Side, revealed: Contact | None) -> dict[str, Any]:
    valid = list_valid(answer)
    other = valid.get(Side.OWNER if side is Side.SUPPLIER else Side.SUPPLIER)
    speaking = answer.state in SPEAKING and has_passed(answer.sealed_until, clock.today())
    return {
        "has_given": side in valid,
        "masked": mask(other.contact) if other else None,
        "is_mutual": len(valid) == len(Side),
        "may_give": speaking and side not in valid,
        "revealed": revealed,
        "is_shown": speaking or bool(valid),
    }


def _pairing_data(pairing: Pairing, side: Side | None) -> dict[str, Any]:
    trial = pairing.trial
    accepted = trial and {
        Side.OWNER: trial.owner_accepted_at,
        Side.SUPPLIER: trial.supplier_accepted_at,
    }
    pending = bool(side and trial and accepted and trial.result_at and not accepted[side])
    return {
        "stage": pairing.stage.value,
        "badge": Badge(STAGE_LABELS[pairing.stage], STAGE_TONES[pairing.stage]),
        "progress": list_progress(pairing.stage),
        "end_reason": pairing.end_reason,
        "trial": _trial_rows(pairing),
        "contract": _contract_rows(pairing),
        "deployment": _deployment_rows(pairing),
        "checks": _list_checks(pairing, side),
        "may_confirm": side is Side.SUPPLIER and pairing.stage is Stage.PROPOSED,
        "may_accept": pending and pairing.stage is Stage.TRIAL,
        "may_end": side is not None and (pairing.stage, Step.END) in TRANSITIONS,
    }


def list_progress(stage: Stage) -> list[Mapping[str, str]]:
    """The steps of a pair for the ``steps`` macro."""
    at = _LINE.index(Stage.TRIAL if stage is Stage.PASSED else stage) if stage in _AT else -1
    states = ["done" if place < at else "now" if place == at else "next" for place in range(5)]
    if stage is Stage.ENDED:
        states = ["stopped"] * 5
    if stage in {Stage.DEPLOYED, Stage.CONTRACTED, Stage.PASSED}:
        states[at] = "done"
    return [
        {"label": label, "state": state, "note": ""}
        for label, state in zip(_LINE_LABELS, states, strict=True)
    ]


_AT = frozenset({*_LINE, Stage.PASSED})


def _trial_rows(pairing: Pairing) -> list[tuple[str, Any]]:
    trial = pairing.trial
    if trial is None:
        return []
    verdict = {True: "达到验收要求", False: "未达到验收要求", None: None}[trial.has_passed]
    return [
        ("试用方案", trial.plan),
        ("试用地点", trial.site),
        ("开始日期", _zh(trial.starts_on)),
        ("结束日期", _zh(trial.ends_on)),
        ("试用结果", trial.result or None),
        ("结论", verdict),
        ("业主确认", "已确认" if trial.owner_accepted_at else "未确认"),
        ("企业确认", "已确认" if trial.supplier_accepted_at else "未确认"),
    ]


def _contract_rows(pairing: Pairing) -> list[tuple[str, Any]]:
    contract = pairing.contract
    if contract is None:
        return []
    return [
        ("合同编号", contract.number),
        ("合作方式", load_vocabulary().mode(contract.mode).zh),
        ("合同金额", format_yuan(contract.value_fen)),
        ("数量", f"{contract.units}台（套）"),
        ("签订日期", _zh(contract.signed_on)),
        ("企业确认", _describe_check(contract)),
    ]


def _deployment_rows(pairing: Pairing) -> list[tuple[str, Any]]:
    deployment = pairing.deployment
    if deployment is None:
        return []
    rows = [
        ("部署地点", deployment.site),
        ("数量", f"{deployment.units}台（套）"),
        ("投运日期", _zh(deployment.started_on)),
        ("企业确认", _describe_check(deployment)),
    ]
    return rows + [
        (f"累计运行（截至{_zh(figure.as_of)}）", f"{figure.hours:,}小时")
        for figure in reversed(deployment.hours)
    ]


def _describe_check(row: Contract | Deployment) -> str:
    if row.confirmed_at is not None:
        return "已确认"
    return f"有异议：{row.objection}" if row.objection else "待确认"


def _list_checks(pairing: Pairing, side: Side | None) -> list[tuple[str, str]]:
    """(kind, label) of the records that the firm may confirm now."""
    if side is not Side.SUPPLIER or (pairing.stage, Step.CHECK) not in TRANSITIONS:
        return []
    rows = ((Record.CONTRACT, pairing.contract), (Record.DEPLOYMENT, pairing.deployment))
    return [
        (what.value, RECORD_LABELS[what])
        for what, row in rows
        if row is not None and row.confirmed_at is None
    ]


def _zh(day: Any) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _list_forms(
    answer: Answer, pairing: Pairing | None, side: Side | None, sent: FlaskForm | None
) -> dict[str, FlaskForm]:
    """The forms that the actor may fill in now; one that was refused keeps what was typed."""
    offered: dict[str, FlaskForm] = {}
    if side and _contacts(answer, side, None)["may_give"]:
        offered["contact"] = forms.ContactForm(formdata=None)
    if pairing and side:
        offered |= _pairing_forms(answer, pairing, side)
    return {
        name: sent if sent is not None and type(sent) is type(form) else form
        for name, form in offered.items()
    }


def _pairing_forms(answer: Answer, pairing: Pairing, side: Side) -> dict[str, FlaskForm]:
    owner_forms: dict[str, tuple[Step, Callable[[], FlaskForm]]] = {
        "trial": (Step.PLAN, lambda: forms.TrialForm(formdata=None)),
        "result": (Step.RECORD_RESULT, lambda: forms.ResultForm(formdata=None)),
        "contract": (Step.SIGN, lambda: forms.make_contract_form(answer.mode)),
        "deployment": (Step.DEPLOY, lambda: forms.DeploymentForm(formdata=None)),
    }
    if pairing.contract is not None:
        owner_forms["contract_correction"] = (
            Step.CORRECT,
            lambda: forms.make_contract_correction(pairing.contract),
        )
    if pairing.deployment is not None:
        owner_forms["deployment_correction"] = (
            Step.CORRECT,
            lambda: forms.DeploymentCorrectionForm(obj=pairing.deployment),
        )
    offered = {
        name: make()
        for name, (step, make) in owner_forms.items()
        if side is Side.OWNER and (pairing.stage, step) in TRANSITIONS
    }
    if pairing.stage is Stage.DEPLOYED:
        offered["hours"] = forms.HoursForm(formdata=None)
    return offered
