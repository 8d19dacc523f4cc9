"""Recording that a draft policy was adopted: from that day its determinations bind."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from matchmaker import clock
from matchmaker.accounts.permissions import can, require
from matchmaker.errors import DomainError
from matchmaker.policy import operations
from matchmaker.policy.law import DocumentStatus, Law, PolicyDocument
from matchmaker.policy.permissions import RECORD_ADOPTION
from matchmaker.policy.queries import get_law, list_adoptions
from matchmaker.rewards.permissions import INSPECT
from matchmaker.web.base import current_actor, gate
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.owner.demands.fields import LegalDayField
from matchmaker.web.shared.claim_forms import given

bp = Blueprint("bureau_policies", __name__, url_prefix="/bureau/policies")
gate(bp, "bureau")


class AdoptionForm(FlaskForm):
    """Number, day and source of an adoption."""

    document_id = SelectField("文件", [DataRequired("请选择文件。")])
    number = StringField("文号", [DataRequired("请填写文号。"), Length(max=80)])
    adopted_on = LegalDayField("印发日期", [DataRequired("请填写印发日期。")])
    source = StringField("来源", [DataRequired("请填写来源或网址。"), Length(max=500)])


@bp.get("")
def index() -> ResponseReturnValue:
    require(current_actor(), INSPECT)
    return _page(_offer(AdoptionForm()))


@bp.post("")
def record() -> ResponseReturnValue:
    actor, form = current_actor(), _offer(AdoptionForm())
    require(actor, RECORD_ADOPTION)
    if not form.validate():
        return show_invalid(lambda: _page(form))
    try:
        operations.record_adoption(
            actor,
            document_id=str(form.document_id.data),
            number=str(form.number.data),
            adopted_on=given(form.adopted_on.data),
            source=str(form.source.data),
        )
    except DomainError as error:
        return show_refusal(form, error, lambda: _page(_offer(form)))
    flash("已登记正式印发。此前的测算须重新拟定、审批后方可兑付。", "success")
    return redirect(url_for("bureau_policies.index"))


def list_drafts(law: Law) -> list[PolicyDocument]:
    """Draft documents whose adoption was not recorded yet."""
    today = clock.today()
    documents = [law.document_on(id_, today) for id_ in law.document_ids]
    return [
        document
        for document in documents
        if document.status is DocumentStatus.DRAFT and law.adoption_of(document.id) is None
    ]


def _offer(form: AdoptionForm) -> AdoptionForm:
    form.document_id.choices = [
        SelectChoice(document.id, document.title) for document in list_drafts(get_law())
    ]
    return form


def _page(form: AdoptionForm) -> str:
    law, today = get_law(), clock.today()
    return render_template(
        "bureau/policies/index.html",
        form=form,
        drafts=list_drafts(law),
        adoptions=[(row, law.document_on(row.document_id, today)) for row in list_adoptions()],
        may_record=can(current_actor(), RECORD_ADOPTION),
    )
