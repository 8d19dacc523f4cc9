"""Contract and deployment of a pair: recorded by the owner, confirmed or disputed by the firm."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from matchmaker.actor import Actor
from matchmaker.engagement.answers.models import Answer
from matchmaker.engagement.answers.queries import get_answer
from matchmaker.engagement.deployments import operations, records
from matchmaker.engagement.deployments.models import Pairing
from matchmaker.engagement.deployments.rules import RECORD_LABELS, ContractTerms, Record
from matchmaker.web.base import current_actor
from matchmaker.web.public.engagement import (
    ID,
    act_on_pairing,
    check_signed_in,
    get_pairing,
    submit_form,
)
from matchmaker.web.shared import engagement_forms as forms

bp = Blueprint("pairing_records", __name__, url_prefix="/answers")
bp.before_request(check_signed_in)
WHAT = "<any(contract, deployment):what>"


@bp.post(f"/{ID}/contract")
def sign(answer_id: int) -> ResponseReturnValue:
    form = forms.make_contract_form("")

    def act(actor: Actor, answer: Answer) -> None:
        operations.sign_contract(actor, get_pairing(actor, answer), _read_terms(form))

    return submit_form(answer_id, form, act, "合同已登记，等待企业确认。")


@bp.post(f"/{ID}/contract/correct")
def correct_contract(answer_id: int) -> ResponseReturnValue:
    get_answer(current_actor(), answer_id)
    form = forms.make_contract_correction(None)

    def act(actor: Actor, answer: Answer) -> None:
        pairing, reason = get_pairing(actor, answer), form.reason.data or ""
        records.correct_contract(actor, pairing, _read_terms(form), reason=reason)

    return submit_form(answer_id, form, act, "合同登记已更正，等待企业重新确认。")


def _read_terms(form: forms.ContractForm) -> ContractTerms:
    return ContractTerms(
        number=form.number.data or "",
        mode=form.mode.data or "",
        value_fen=form.value_fen.data,
        units=form.units.data,
        signed_on=form.signed_on.data,
    )


@bp.post(f"/{ID}/deployment")
def deploy(answer_id: int) -> ResponseReturnValue:
    form = forms.DeploymentForm()

    def act(actor: Actor, answer: Answer) -> None:
        operations.record_deployment(
            actor,
            get_pairing(actor, answer),
            site=form.site.data or "",
            units=form.units.data,
            started_on=form.started_on.data,
        )

    return submit_form(answer_id, form, act, "部署已登记，等待企业确认。")


@bp.post(f"/{ID}/deployment/correct")
def correct_deployment(answer_id: int) -> ResponseReturnValue:
    form = forms.DeploymentCorrectionForm()

    def act(actor: Actor, answer: Answer) -> None:
        records.correct_deployment(
            actor,
            get_pairing(actor, answer),
            site=form.site.data or "",
            units=form.units.data,
            started_on=form.started_on.data,
            reason=form.reason.data or "",
        )

    return submit_form(answer_id, form, act, "部署登记已更正，等待企业重新确认。")


@bp.post(f"/{ID}/{WHAT}/confirm")
def confirm(answer_id: int, what: str) -> ResponseReturnValue:
    def act(actor: Actor, pairing: Pairing) -> None:
        records.confirm_record(actor, pairing, Record(what))

    return act_on_pairing(answer_id, act, f"已确认{RECORD_LABELS[Record(what)]}登记。")


@bp.post(f"/{ID}/{WHAT}/object")
def object_to(answer_id: int, what: str) -> ResponseReturnValue:
    def act(actor: Actor, pairing: Pairing) -> None:
        reason = request.form.get("note", "")
        records.object_to_record(actor, pairing, Record(what), reason=reason)

    return act_on_pairing(answer_id, act, "异议已提交，业主会收到通知并更正。")
