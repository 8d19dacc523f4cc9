"""The queue of claims, one claim with its acts, the award sheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms.fields.choices import SelectChoice

from matchmaker import clock
from matchmaker.accounts.permissions import can, require
from matchmaker.actor import Actor
from matchmaker.errors import Conflict, InvalidInput, NotFound
from matchmaker.funding import queries as funding
from matchmaker.funding import register
from matchmaker.policy.queries import get_law
from matchmaker.rewards import queries
from matchmaker.rewards.claims import operations as claims
from matchmaker.rewards.determinations import operations as determinations
from matchmaker.rewards.exchange import write_claims
from matchmaker.rewards.models import Claim, Determination
from matchmaker.rewards.payments import operations as payments
from matchmaker.rewards.permissions import DECIDE_CLAWBACK, INSPECT
from matchmaker.rewards.rules import CLAWBACK_LABELS, STATUS_LABELS, ClaimStatus
from matchmaker.web.base import current_actor, gate
from matchmaker.web.bureau.claims import forms
from matchmaker.web.bureau.claims import presenters as present
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.shared import claims as shared
from matchmaker.web.shared.claim_forms import given
from matchmaker.web.shared.claim_pages import send_evidence
from matchmaker.web.shared.downloads import send_workbook

bp = Blueprint("bureau_claims", __name__, url_prefix="/bureau")
gate(bp, "bureau")
ID = "<int(max=2147483647):claim_id>"
SHEET = "<int(max=2147483647):determination_id>"
#: Name in the page and prefix of each form.
FORMS: Mapping[str, type[FlaskForm]] = {
    "return": forms.NoteForm,
    "send_back": forms.NoteForm,
    "reject": forms.NoteForm,
    "hand_over": forms.HandoverForm,
    "answer": forms.AnswerForm,
    "pay": forms.PaymentForm,
}


@bp.get("/claims")
def index() -> ResponseReturnValue:
    actor, law = current_actor(), get_law()
    require(actor, INSPECT)
    status, instrument, keyword = _read_filter()
    rows = queries.list_claims(actor, status=status, instrument=instrument, keyword=keyword)
    counts = queries.count_by_status(actor)
    shown = [state for state in ClaimStatus if counts[state] or state is status]
    return render_template(
        "bureau/claims/index.html",
        cards=[shared.make_card(law, claim, is_bureau=True) for claim in rows],
        tabs=[("全部", url_for(".index"), status is None, counts.total())]
        + [
            (STATUS_LABELS[s], url_for(".index", status=s.value), s is status, counts[s])
            for s in shown
        ],
        instruments=[(id_, shared.title_of(law, id_)) for id_ in law.instrument_ids],
        instrument=instrument,
        keyword=keyword,
        demo_data=any(claim.is_demo for claim in rows),
    )


def _read_filter() -> tuple[ClaimStatus | None, str, str]:
    text = request.args.get("status", "")
    status = ClaimStatus(text) if text in set(ClaimStatus) else None
    keyword = request.args.get("q", "").strip()[:100]
    return status, request.args.get("instrument", "")[:20], keyword


@bp.get("/claims/export.xlsx")
def export() -> ResponseReturnValue:
    """What the queue lists under the same filter, as a workbook."""
    actor, law = current_actor(), get_law()
    require(actor, INSPECT)
    status, instrument, keyword = _read_filter()
    rows = queries.list_claims(actor, status=status, instrument=instrument, keyword=keyword)
    content = write_claims(rows, lambda id_: shared.title_of(law, id_), today=clock.today())
    return send_workbook(content, "奖补申领")


@bp.get(f"/claims/{ID}")
def show(claim_id: int) -> ResponseReturnValue:
    return _page(queries.get_claim(current_actor(), claim_id))


@bp.get(f"/claims/{ID}/lines/<int(max=2147483647):item_id>/evidence")
def evidence(claim_id: int, item_id: int) -> ResponseReturnValue:
    return send_evidence(queries.get_claim(current_actor(), claim_id), item_id)


@bp.post(f"/claims/{ID}/lines/<int(max=2147483647):item_id>")
def verify(claim_id: int, item_id: int) -> ResponseReturnValue:
    form = forms.LineVerdictForm(prefix=f"line{item_id}")

    def act(actor: Actor, claim: Claim) -> None:
        claims.verify_line(
            actor,
            claim,
            item_id,
            verified_fen=given(form.verified.data),
            reason=str(form.reason.data or ""),
        )

    return carry_out(claim_id, f"line{item_id}", form, act, "已审定。", "lines")


@bp.post(f"/claims/{ID}/return")
def give_back(claim_id: int) -> ResponseReturnValue:
    form = forms.NoteForm(prefix="return")
    return carry_out(
        claim_id,
        "return",
        form,
        lambda actor, claim: claims.return_claim(actor, claim, reason=str(form.note.data)),
        "已退回申领单位补正。",
    )


@bp.post(f"/claims/{ID}/propose")
def propose(claim_id: int) -> ResponseReturnValue:
    return carry_out(
        claim_id,
        "propose",
        forms.ApproveForm(prefix="propose"),
        determinations.propose_determination,
        "已拟定核定意见，待另一名审批人员批准。",
    )


@bp.post(f"/claims/{ID}/approve")
def approve(claim_id: int) -> ResponseReturnValue:
    def act(actor: Actor, _: Claim) -> None:
        determinations.approve_determination(actor, _sent_determination(claim_id))

    form = forms.ApproveForm(prefix="approve")
    return carry_out(claim_id, "approve", form, act, "已按审批意见办理，申领状态见本页。")


@bp.post(f"/claims/{ID}/send-back")
def send_back(claim_id: int) -> ResponseReturnValue:
    form = forms.NoteForm(prefix="send_back")
    return carry_out(
        claim_id,
        "send_back",
        form,
        lambda actor, _: determinations.send_back(
            actor, _sent_determination(claim_id), reason=str(form.note.data)
        ),
        "已退回经办人员重新拟定。",
    )


@bp.post(f"/claims/{ID}/reject")
def reject(claim_id: int) -> ResponseReturnValue:
    form = forms.NoteForm(prefix="reject")
    return carry_out(
        claim_id,
        "reject",
        form,
        lambda actor, _: determinations.reject_claim(
            actor, _sent_determination(claim_id), reason=str(form.note.data)
        ),
        "已决定不予奖补。",
    )


@bp.post(f"/claims/{ID}/link")
def link(claim_id: int) -> ResponseReturnValue:
    return _link(claim_id, "归并", register.link_award)


@bp.post(f"/claims/{ID}/unlink")
def unlink(claim_id: int) -> ResponseReturnValue:
    def act(actor: Actor, award: Any, *, work_key: str, note: str) -> None:
        if award.work_key != work_key:
            raise Conflict("not_linked", "这条记录没有归并到本事项。")
        register.unlink_award(actor, award, note=note)

    return _link(claim_id, "撤销归并", act)


@bp.post(f"/claims/{ID}/apart")
def set_apart(claim_id: int) -> ResponseReturnValue:
    return _link(claim_id, "认定为不是同一事项", register.set_apart)


@bp.post(f"/claims/{ID}/undo-apart")
def undo_apart(claim_id: int) -> ResponseReturnValue:
    return _link(claim_id, "撤销认定", register.undo_apart)


def _link(claim_id: int, label: str, act: Callable[..., object]) -> ResponseReturnValue:
    actor = current_actor()
    claim = queries.get_claim(actor, claim_id)
    text = request.form.get("award", "")
    if not text.isdigit() or len(text) > 9:
        raise NotFound("award_missing", "台账中没有这条记录。")
    award = funding.get_award_record(actor, int(text))
    act(actor, award, work_key=claim.work_key, note=request.form.get("note", ""))
    return _back(claim_id, f"已{label}。", "overlap")


@bp.post(f"/claims/{ID}/payees")
def set_payees(claim_id: int) -> ResponseReturnValue:
    form = forms.PayeesForm()
    return carry_out(
        claim_id,
        "payees",
        form,
        lambda actor, claim: payments.set_payees(actor, get_newest(claim), form.read_shares()),
        "已登记收款单位。",
        "money",
    )


@bp.post(f"/claims/{ID}/hand-over")
def hand_over(claim_id: int) -> ResponseReturnValue:
    form = forms.HandoverForm(prefix="hand_over")

    def act(actor: Actor, claim: Claim) -> None:
        payments.hand_over(
            actor,
            get_newest(claim),
            document_number=str(form.document_number.data),
            handed_on=given(form.handed_on.data),
        )

    return carry_out(claim_id, "hand_over", form, act, "已登记送市财政局。", "money")


@bp.post(f"/claims/{ID}/answer")
def answer(claim_id: int) -> ResponseReturnValue:
    form = forms.AnswerForm(prefix="answer")

    def act(actor: Actor, claim: Claim) -> None:
        accepts = form.answer.data == "accept"
        note_answer = payments.accept_handover if accepts else payments.return_handover
        note_answer(
            actor,
            get_newest(claim),
            answered_on=given(form.answered_on.data),
            note=str(form.note.data or ""),
        )

    return carry_out(claim_id, "answer", form, act, "已登记市财政局答复。", "money")


@bp.post(f"/claims/{ID}/pay")
def pay(claim_id: int) -> ResponseReturnValue:
    claim = queries.get_claim(current_actor(), claim_id)
    form = _payment_form(claim, forms.PaymentForm(prefix="pay"))

    def act(actor: Actor, found: Claim) -> None:
        payments.record_payment(
            actor,
            get_newest(found),
            payee_id=int(str(form.payee.data)),
            amount_fen=given(form.amount.data),
            paid_on=given(form.paid_on.data),
            voucher=str(form.voucher.data),
        )

    return carry_out(claim_id, "pay", form, act, "已登记拨付。", "money")


@bp.get(f"/determinations/{SHEET}")
def sheet(determination_id: int) -> ResponseReturnValue:
    return shared.show_sheet(
        current_actor(), determination_id, area="bureau_claims", home="bureau_home.index"
    )


@bp.get(f"/determinations/{SHEET}.pdf")
def sheet_pdf(determination_id: int) -> ResponseReturnValue:
    return shared.send_sheet(current_actor(), determination_id)


@bp.get(f"/determinations/{SHEET}.json")
def receipt(determination_id: int) -> ResponseReturnValue:
    return shared.send_receipt(current_actor(), determination_id)


def carry_out(
    claim_id: int,
    name: str,
    form: FlaskForm,
    act: Callable[[Actor, Claim], object],
    message: str,
    anchor: str | None = None,
) -> ResponseReturnValue:
    """Bind, act, go back to the page; a refusal stands on the page beside its form."""
    actor = current_actor()
    claim = queries.get_claim(actor, claim_id)

    def page() -> str:
        return _page(queries.get_claim(actor, claim_id), {name: form})

    if not form.validate():
        return show_invalid(page)
    try:
        act(actor, claim)
    except (InvalidInput, Conflict) as error:
        return show_refusal(form, error, page)
    return _back(claim_id, message, anchor)


def _back(claim_id: int, message: str, anchor: str | None = None) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("bureau_claims.show", claim_id=claim_id, _anchor=anchor))


def _sent_determination(claim_id: int) -> Determination:
    """The proposal that the person had before their eyes; a newer one is not decided on blindly."""
    row = get_newest(queries.get_claim(current_actor(), claim_id))
    if request.form.get("determination") not in {None, str(row.id)}:
        raise Conflict("determination_superseded", "核定意见已经更新，请刷新页面核对后再办理。")
    return row


def get_newest(claim: Claim) -> Determination:
    """The claim's newest determination; raises NotFound where there is none."""
    if claim.determination is None:
        raise NotFound("determination_missing", "这份申领还没有核定意见。")
    return claim.determination


def _payment_form(claim: Claim, form: forms.PaymentForm) -> forms.PaymentForm:
    payees = claim.determination.payees if claim.determination else []
    form.payee.choices = [SelectChoice(str(payee.id), payee.name) for payee in payees]
    return form


def _page(claim: Claim, sent: Mapping[str, FlaskForm] | None = None) -> str:
    actor, law, row = current_actor(), get_law(), claim.determination
    acts = present.list_acts(actor, claim)
    blank: dict[str, FlaskForm] = {
        name: form(formdata=None, prefix=name) for name, form in FORMS.items()
    }
    _payment_form(claim, blank["pay"])
    if row is not None and acts["payees"]:
        blank["payees"] = forms.make_payees_form(row)
    lines = shared.list_lines(claim, with_duplicates=True)
    blank |= forms.make_case_forms(row, request.args.get("followup", ""))
    if acts["verify"]:
        for line in lines:
            blank[f"line{line.item.id}"] = _line_form(line)
    return render_template(
        "bureau/claims/show.html",
        claim=claim,
        card=shared.make_card(law, claim, is_bureau=True),
        steps=shared.list_steps(claim),
        facts=shared.list_facts(law, claim),
        lines=lines,
        totals=funding.compute_totals(claim.ledger) if claim.ledger else None,
        work=present.describe_work(claim),
        preview=present.preview(law, claim),
        funds=present.describe_money(claim),
        clawback_labels=CLAWBACK_LABELS,
        may_decide_clawback=lambda case: can(actor, DECIDE_CLAWBACK, case),
        trail=present.list_trail(claim),
        row=row,
        acts=acts,
        forms={**blank, **(sent or {})},
        wrong=next(iter(sent.values())) if sent else None,
        demo_data=claim.is_demo,
    )


def _line_form(line: shared.LineView) -> FlaskForm:
    item = line.item
    known = line.claimed_fen if item.verified_fen is None else item.verified_fen
    return forms.LineVerdictForm(
        formdata=None,
        prefix=f"line{item.id}",
        data={"verified": known, "reason": item.verified_reason},
    )
