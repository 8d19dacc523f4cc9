"""Claiming a compiled profile, or making one of one's own."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import MultipleFileField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from matchmaker.errors import DomainError
from matchmaker.files.queries import get_file, list_files
from matchmaker.suppliers import queries
from matchmaker.suppliers.browsing import SupplierFilter, list_suppliers
from matchmaker.suppliers.claims import operations
from matchmaker.suppliers.claims import queries as claims
from matchmaker.suppliers.claims.models import STATE_LABELS
from matchmaker.suppliers.models import Supplier
from matchmaker.web.base import begin_write, current_actor, gate, reads_only
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.shared.files import keep_uploads, read_uploads, send_stored_file

bp = Blueprint("supplier_claims", __name__, url_prefix="/supplier/claims")
gate(bp, "supplier")
ID = "<int(max=2147483647):claim_id>"
FOUND_MAX = 20


class ClaimForm(FlaskForm):
    """Why the profile is the unit's own."""

    position = StringField("您的职务", [DataRequired("请填写职务。"), Length(max=60)])
    statement = TextAreaField("认领说明", [DataRequired("请说明认领理由。"), Length(max=1000)])
    files = MultipleFileField("营业执照或授权书")


@bp.get("")
def index() -> ResponseReturnValue:
    actor = current_actor()
    question = request.args.get("q", "").strip()[:100]
    wanted = SupplierFilter(question=question)
    found = list_suppliers(wanted, order="code", page=1, per_page=FOUND_MAX)[0] if question else ()
    return render_template(
        "supplier/claims/index.html",
        claims=claims.list_claims(actor),
        labels=STATE_LABELS,
        supplier=queries.find_own_supplier(actor),
        question=question,
        found=found,
    )


@bp.get("/new")
def new() -> ResponseReturnValue:
    supplier = queries.get_supplier(current_actor(), request.args.get("supplier", ""))
    return _page(ClaimForm(), supplier)


@bp.post("/new")
@reads_only
def submit() -> ResponseReturnValue:
    actor, code = current_actor(), request.args.get("supplier", "")
    form = ClaimForm()
    supplier = queries.get_supplier(actor, code)
    if not form.validate():
        return show_invalid(lambda: _page(form, supplier))
    try:
        uploads = read_uploads()
        keep_uploads(uploads)
        begin_write()
        operations.submit_claim(
            actor,
            queries.get_supplier(actor, code),
            uploads,
            position=form.position.data or "",
            statement=form.statement.data or "",
        )
    except DomainError as error:
        return show_refusal(
            form, error, lambda: _page(form, queries.get_supplier(current_actor(), code))
        )
    flash("认领申请已提交，市经信局审核后通知结果。", "success")
    return redirect(url_for("supplier_claims.index"))


@bp.get(f"/{ID}")
def show(claim_id: int) -> ResponseReturnValue:
    claim = claims.get_claim(current_actor(), claim_id)
    return render_template(
        "supplier/claims/show.html",
        claim=claim,
        label=STATE_LABELS[claim.state],
        files=list_files(operations.SUBJECT, claim.id),
    )


@bp.get(f"/{ID}/files/<token>")
def download(claim_id: int, token: str) -> ResponseReturnValue:
    claim = claims.get_claim(current_actor(), claim_id)
    return send_stored_file(get_file(token, subject_type=operations.SUBJECT, subject_id=claim.id))


@bp.post(f"/{ID}/recall")
def recall(claim_id: int) -> ResponseReturnValue:
    actor = current_actor()
    operations.recall_claim(actor, claims.get_claim(actor, claim_id))
    flash("认领申请已撤回。", "success")
    return redirect(url_for("supplier_claims.index"))


def _page(form: ClaimForm, supplier: Supplier) -> str:
    return render_template("supplier/claims/new.html", form=form, supplier=supplier)
