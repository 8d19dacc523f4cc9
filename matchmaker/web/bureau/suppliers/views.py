"""Approving claims, assigning and deciding verifications."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.accounts.permissions import can
from matchmaker.accounts.queries import get_organisation
from matchmaker.errors import DomainError, InvalidInput
from matchmaker.files.queries import get_file, list_files
from matchmaker.suppliers.claims import operations as claiming
from matchmaker.suppliers.claims import queries as claim_queries
from matchmaker.suppliers.claims.models import STATE_LABELS as CLAIM_LABELS
from matchmaker.suppliers.claims.models import ClaimState
from matchmaker.suppliers.claims.permissions import DECIDE as DECIDE_CLAIM
from matchmaker.suppliers.permissions import COMPILE
from matchmaker.suppliers.queries import find_supplier_of_organisation
from matchmaker.suppliers.verification import operations as verifying
from matchmaker.suppliers.verification import queries as verifications_queries
from matchmaker.suppliers.verification.models import Verification
from matchmaker.suppliers.verification.permissions import ASSIGN, DECIDE
from matchmaker.web.base import current_actor, gate
from matchmaker.web.bureau.suppliers.forms import AssignForm, DecisionForm, make_assign_form
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.shared.files import send_stored_file
from matchmaker.web.shared.verifications import decide, present_verification
from matchmaker.web.supplier.fields import given

bp = Blueprint("bureau_suppliers", __name__, url_prefix="/bureau/suppliers")
gate(bp, "bureau")
CLAIM = "/claims/<int(max=2147483647):claim_id>"
VERIFICATION = "/verifications/<int(max=2147483647):id_>"


@bp.get("/claims")
def claims() -> ResponseReturnValue:
    return render_template(
        "bureau/suppliers/claims.html",
        claims=claim_queries.list_claims(current_actor()),
        labels=CLAIM_LABELS,
        may_compile=can(current_actor(), COMPILE),
    )


@bp.get(CLAIM)
def claim(claim_id: int) -> ResponseReturnValue:
    actor = current_actor()
    row = claim_queries.get_claim(actor, claim_id)
    return render_template(
        "bureau/suppliers/claim.html",
        claim=row,
        label=CLAIM_LABELS[row.state],
        files=list_files(claiming.SUBJECT, row.id),
        may_decide=can(actor, DECIDE_CLAIM, row),
        own_profile=find_supplier_of_organisation(row.organisation_id)
        if row.state is ClaimState.SUBMITTED
        else None,
    )


@bp.get(f"{CLAIM}/files/<token>")
def claim_file(claim_id: int, token: str) -> ResponseReturnValue:
    row = claim_queries.get_claim(current_actor(), claim_id)
    return send_stored_file(get_file(token, subject_type=claiming.SUBJECT, subject_id=row.id))


@bp.post(f"{CLAIM}/approve")
def approve_claim(claim_id: int) -> ResponseReturnValue:
    actor = current_actor()
    claiming.approve_claim(
        actor,
        claim_queries.get_claim(actor, claim_id),
        opinion=request.form.get("opinion", "")[:1000],
    )
    flash("认领已通过，企业资料由该单位维护。", "success")
    return redirect(url_for("bureau_suppliers.claims"))


@bp.post(f"{CLAIM}/reject")
def reject_claim(claim_id: int) -> ResponseReturnValue:
    actor = current_actor()
    claiming.reject_claim(
        actor,
        claim_queries.get_claim(actor, claim_id),
        reason=request.form.get("reason", ""),
    )
    flash("认领未予通过，理由已告知申请单位。", "success")
    return redirect(url_for("bureau_suppliers.claims"))


@bp.get("/verifications")
def verifications() -> ResponseReturnValue:
    today = clock.today()
    rows = verifications_queries.list_verifications(current_actor())
    return render_template(
        "bureau/suppliers/verifications.html",
        verifications=[present_verification(row, today) for row in rows],
    )


@bp.get(VERIFICATION)
def verification(id_: int) -> ResponseReturnValue:
    row = verifications_queries.get_verification(current_actor(), id_)
    return _page(row, make_assign_form(row.due_on, row.assigned_to), DecisionForm())


@bp.get(f"{VERIFICATION}/files/<token>")
def verification_file(id_: int, token: str) -> ResponseReturnValue:
    row = verifications_queries.get_verification(current_actor(), id_)
    return send_stored_file(get_file(token, subject_type=verifying.SUBJECT, subject_id=row.id))


@bp.post(f"{VERIFICATION}/assign")
def assign(id_: int) -> ResponseReturnValue:
    actor = current_actor()
    row = verifications_queries.get_verification(actor, id_)
    form = make_assign_form(row.due_on, row.assigned_to)
    if not form.validate():
        return show_invalid(lambda: _page(row, form, DecisionForm()))
    try:
        centre = get_organisation(int(form.centre.data)) if form.centre.data else None
        verifying.assign_verification(actor, row, centre=centre, due_on=given(form.due_on.data))
    except DomainError as error:
        return show_refusal(form, error, lambda: _page(row, form, DecisionForm()))
    flash("核验任务已交办。", "success")
    return redirect(url_for("bureau_suppliers.verification", id_=id_))


@bp.post(f"{VERIFICATION}/decide")
def decide_verification(id_: int) -> ResponseReturnValue:
    actor = current_actor()
    row = verifications_queries.get_verification(actor, id_)
    form = DecisionForm()
    if not form.validate():
        return show_invalid(lambda: _page(row, _assign_form(row), form))
    try:
        decide(
            actor,
            row,
            outcome=request.form.get("outcome", ""),
            proven_until=form.proven_until.data,
            opinion=form.opinion.data or "",
        )
    except InvalidInput as error:
        return show_refusal(form, error, lambda: _page(row, _assign_form(row), form))
    flash("核验结论已登记。", "success")
    return redirect(url_for("bureau_suppliers.verifications"))


def _assign_form(row: Verification) -> AssignForm:
    return make_assign_form(row.due_on, row.assigned_to)


def _page(row: Verification, assign_form: AssignForm, form: DecisionForm) -> str:
    actor = current_actor()
    shown = present_verification(row, clock.today())
    return render_template(
        "bureau/suppliers/verification.html",
        verification=shown,
        row=row,
        files=list_files(verifying.SUBJECT, row.id),
        assign_form=assign_form,
        form=form,
        may_assign=shown.is_open and can(actor, ASSIGN, row),
        may_decide=shown.is_open and can(actor, DECIDE, row),
    )
