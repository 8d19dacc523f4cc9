"""The page of one answer, for the firm, the listing's owner and the bureau, up to deployment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from matchmaker import clock
from matchmaker.actor import Actor
from matchmaker.engagement.answers import choice, operations
from matchmaker.engagement.answers.models import Answer
from matchmaker.engagement.answers.queries import get_answer
from matchmaker.engagement.contacts import operations as contacts
from matchmaker.engagement.contacts.queries import list_valid
from matchmaker.engagement.contacts.rules import Contact
from matchmaker.engagement.deployments import operations as pairings
from matchmaker.engagement.deployments.models import Pairing
from matchmaker.engagement.deployments.queries import find_pairing
from matchmaker.engagement.deployments.rules import TrialPlan
from matchmaker.errors import DomainError, NotFound, PermissionDenied
from matchmaker.web.base import current_actor
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.shared import engagement_forms as forms
from matchmaker.web.shared.engagement_pages import make_answer_page

bp = Blueprint("answers", __name__, url_prefix="/answers")
ID = "<int(max=2147483647):answer_id>"


@bp.before_request
def check_signed_in() -> None:
    if not current_actor().is_signed_in:
        raise PermissionDenied("sign_in", "请先登录。")


@bp.get(f"/{ID}")
def show(answer_id: int) -> ResponseReturnValue:
    return _page(answer_id)


@bp.post(f"/{ID}/withdraw")
def withdraw(answer_id: int) -> ResponseReturnValue:
    return _act(answer_id, operations.withdraw_answer, "应答已撤回，截止前可重新提交。")


@bp.post(f"/{ID}/shortlist")
def shortlist(answer_id: int) -> ResponseReturnValue:
    return _act(answer_id, choice.shortlist_answer, "已列入入围名单。")


@bp.post(f"/{ID}/drop")
def drop(answer_id: int) -> ResponseReturnValue:
    return _act(answer_id, choice.drop_answer, "已移出入围名单。")


@bp.post(f"/{ID}/consent")
def consent(answer_id: int) -> ResponseReturnValue:
    form = forms.ContactForm()

    def act(actor: Actor, answer: Answer) -> None:
        name, phone = (form.name.data or "").strip(), (form.phone.data or "").strip()
        contacts.give_consent(actor, answer, Contact(name, phone))

    actor = current_actor()
    waits = not list_valid(get_answer(actor, answer_id))
    message = (
        "已同意交换联系方式，对方同意后双方可查看。"
        if waits
        else "双方均已同意交换联系方式，现在可以查看。"
    )
    return submit_form(answer_id, form, act, message)


@bp.post(f"/{ID}/revoke")
def revoke(answer_id: int) -> ResponseReturnValue:
    return _act(answer_id, contacts.revoke_consent, "已撤回同意，双方不能再查看联系方式。")


@bp.post(f"/{ID}/reveal")
def reveal(answer_id: int) -> ResponseReturnValue:
    """The number in full, in this one answer only; the reveal is stored with its commit."""
    actor = current_actor()
    contact = contacts.reveal_contact(actor, get_answer(actor, answer_id))
    return _page(answer_id, revealed=contact)


@bp.post(f"/{ID}/pairing")
def propose(answer_id: int) -> ResponseReturnValue:
    return _act(answer_id, pairings.propose_pairing, "已发起结对，等待企业确认。")


@bp.post(f"/{ID}/pairing/confirm")
def confirm(answer_id: int) -> ResponseReturnValue:
    return act_on_pairing(answer_id, pairings.confirm_pairing, "已确认结对。")


@bp.post(f"/{ID}/pairing/end")
def end(answer_id: int) -> ResponseReturnValue:
    def act(actor: Actor, pairing: Pairing) -> None:
        pairings.end_pairing(actor, pairing, reason=request.form.get("note", ""))

    return act_on_pairing(answer_id, act, "合作已终止。")


@bp.post(f"/{ID}/trial")
def plan_trial(answer_id: int) -> ResponseReturnValue:
    form = forms.TrialForm()

    def act(actor: Actor, answer: Answer) -> None:
        plan = TrialPlan(
            plan=form.plan.data or "",
            site=form.site.data or "",
            starts_on=form.starts_on.data,
            ends_on=form.ends_on.data,
        )
        pairings.plan_trial(actor, get_pairing(actor, answer), plan)

    return submit_form(answer_id, form, act, "试用方案已登记。")


@bp.post(f"/{ID}/trial/result")
def record_result(answer_id: int) -> ResponseReturnValue:
    form = forms.ResultForm()

    def act(actor: Actor, answer: Answer) -> None:
        pairings.record_result(
            actor,
            get_pairing(actor, answer),
            result=form.result.data or "",
            has_passed=form.has_passed.data == "yes",
        )

    return submit_form(answer_id, form, act, "试用结果已登记，请双方确认。")


@bp.post(f"/{ID}/trial/accept")
def accept_result(answer_id: int) -> ResponseReturnValue:
    return act_on_pairing(answer_id, pairings.accept_result, "已确认试用结果。")


@bp.post(f"/{ID}/hours")
def add_hours(answer_id: int) -> ResponseReturnValue:
    form = forms.HoursForm()

    def act(actor: Actor, answer: Answer) -> None:
        pairing = get_pairing(actor, answer)
        pairings.add_hours(actor, pairing, as_of=form.as_of.data, hours=form.hours.data)

    return submit_form(answer_id, form, act, "累计运行时长已登记。")


def _page(answer_id: int, form: FlaskForm | None = None, revealed: Contact | None = None) -> str:
    actor = current_actor()
    return render_template(
        "shared/engagement/answer.html",
        **make_answer_page(actor, get_answer(actor, answer_id), form, revealed),
        now=clock.now(),
    )


def get_pairing(actor: Actor, answer: Answer) -> Pairing:
    pairing = find_pairing(actor, answer)
    if pairing is None:
        raise NotFound("pairing_missing", "双方尚未结对。")
    return pairing


def _act(
    answer_id: int, act: Callable[[Actor, Answer], object], message: str
) -> ResponseReturnValue:
    actor = current_actor()
    act(actor, get_answer(actor, answer_id))
    flash(message, "success")
    return redirect(url_for("answers.show", answer_id=answer_id))


def act_on_pairing(
    answer_id: int, act: Callable[[Actor, Pairing], object], message: str
) -> ResponseReturnValue:
    return _act(answer_id, lambda actor, answer: act(actor, get_pairing(actor, answer)), message)


def submit_form(
    answer_id: int, form: Any, act: Callable[[Actor, Answer], object], message: str
) -> ResponseReturnValue | Response:
    actor = current_actor()
    answer = get_answer(actor, answer_id)
    if not form.validate():
        return show_invalid(lambda: _page(answer_id, form))
    try:
        act(actor, answer)
    except DomainError as error:
        return show_refusal(form, error, lambda: _page(answer_id, form))
    flash(message, "success")
    return redirect(url_for("answers.show", answer_id=answer_id))
