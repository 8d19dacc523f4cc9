"""Asking money back from a claim's page: proposing, deciding, noting what came back."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from matchmaker.actor import Actor
from matchmaker.rewards import queries
from matchmaker.rewards.clawbacks import operations
from matchmaker.rewards.models import Claim
from matchmaker.web.base import gate
from matchmaker.web.bureau.claims import forms
from matchmaker.web.bureau.claims.views import ID, carry_out, get_newest
from matchmaker.web.shared.claim_forms import given

bp = Blueprint("bureau_clawbacks", __name__, url_prefix=f"/bureau/claims/{ID}/clawbacks")
gate(bp, "bureau")
CASE = "<int(max=2147483647):case_id>"


@bp.post("")
def propose(claim_id: int) -> ResponseReturnValue:
    form = forms.ClawbackForm(prefix="claw_back")

    def act(actor: Actor, claim: Claim) -> None:
        operations.propose_clawback(
            actor,
            get_newest(claim),
            amount_fen=given(form.amount.data),
            reason=str(form.note.data),
            followup_id=form.followup_id,
        )

    return carry_out(claim_id, "claw_back", form, act, "已提出追回，待审批人员决定。", "clawbacks")


@bp.post(f"/{CASE}/approve")
def approve(claim_id: int, case_id: int) -> ResponseReturnValue:
    form = forms.ApproveForm(prefix=f"approve{case_id}")

    def act(actor: Actor, claim: Claim) -> None:
        case = queries.get_clawback_case(claim, case_id)
        operations.approve_clawback(actor, case, may_be_granted_again=bool(form.again.data))

    return carry_out(claim_id, f"approve{case_id}", form, act, "已决定追回。", "clawbacks")


@bp.post(f"/{CASE}/decline")
def decline(claim_id: int, case_id: int) -> ResponseReturnValue:
    form = forms.NoteForm(prefix=f"decline{case_id}")

    def act(actor: Actor, claim: Claim) -> None:
        case = queries.get_clawback_case(claim, case_id)
        operations.decline_clawback(actor, case, reason=str(form.note.data))

    return carry_out(claim_id, f"decline{case_id}", form, act, "已决定不予追回。", "clawbacks")


@bp.post(f"/{CASE}/return")
def record_return(claim_id: int, case_id: int) -> ResponseReturnValue:
    form = forms.ReturnForm(prefix=f"return{case_id}")

    def act(actor: Actor, claim: Claim) -> None:
        operations.record_return(
            actor,
            queries.get_clawback_case(claim, case_id),
            amount_fen=given(form.amount.data),
            returned_on=given(form.returned_on.data),
        )

    return carry_out(claim_id, f"return{case_id}", form, act, "已登记退回。", "clawbacks")
