"""Making, changing and publishing the firm's profile."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.errors import DomainError
from matchmaker.suppliers import operations, queries
from matchmaker.suppliers.claims.queries import find_open_claim_of
from matchmaker.suppliers.drafts import discard_draft, is_empty_draft
from matchmaker.suppliers.models import Supplier
from matchmaker.web.base import current_actor, gate
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.shared.suppliers import STATE_TONES
from matchmaker.web.supplier.profile.forms import ProfileForm, make_profile_form

bp = Blueprint("supplier_profile", __name__, url_prefix="/supplier/profile")
gate(bp, "supplier")


@bp.get("")
def edit() -> ResponseReturnValue:
    supplier = queries.find_own_supplier(current_actor())
    return _page(make_profile_form(supplier), supplier)


@bp.post("")
def save() -> ResponseReturnValue:
    actor = current_actor()
    supplier = queries.find_own_supplier(actor)
    form = make_profile_form(supplier)
    if not form.validate():
        return show_invalid(lambda: _page(form, supplier))
    try:
        if supplier is None:
            operations.create_supplier(actor, form.as_facts())
        else:
            operations.edit_supplier(actor, supplier, form.as_facts())
    except DomainError as error:
        return show_refusal(form, error, lambda: _page(form, supplier))
    flash("企业资料已保存。", "success")
    return redirect(url_for("supplier_profile.edit"))


@bp.post("/publish")
def publish() -> ResponseReturnValue:
    actor = current_actor()
    operations.publish_supplier(actor, queries.get_own_supplier(actor))
    flash("企业资料已发布。", "success")
    return redirect(url_for("supplier_profile.edit"))


@bp.post("/discard")
def discard() -> ResponseReturnValue:
    actor = current_actor()
    discard_draft(actor, queries.get_own_supplier(actor))
    flash("企业资料草稿已删除，可以认领或重新建立企业资料。", "success")
    return redirect(url_for("supplier_profile.edit"))


@bp.post("/withdraw")
def withdraw() -> ResponseReturnValue:
    actor = current_actor()
    operations.withdraw_supplier(
        actor, queries.get_own_supplier(actor), reason=request.form.get("reason", "")
    )
    flash("企业资料和全部产品已下架。", "success")
    return redirect(url_for("supplier_profile.edit"))


def _page(form: ProfileForm, supplier: Supplier | None) -> str:
    actor = current_actor()
    return render_template(
        "supplier/profile/edit.html",
        form=form,
        supplier=supplier,
        tones=STATE_TONES,
        claim=find_open_claim_of(actor.organisation_id or 0),
        may_discard=supplier is not None and is_empty_draft(supplier),
    )
