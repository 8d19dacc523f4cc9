"""The panel of a round at the desk: members, conflicts, assignment; the pool."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.accounts import queries as accounts
from matchmaker.accounts.permissions import can, require
from matchmaker.errors import DomainError, InvalidInput, NotFound
from matchmaker.selection.applications import queries as applications
from matchmaker.selection.panels import (
    affinity,
    assigning,
    calibrating,
    operations,
    queries,
)
from matchmaker.selection.panels.models import Expert
from matchmaker.selection.panels.permissions import MANAGE_PANEL
from matchmaker.selection.panels.rules import (
    CONFLICT_LABELS,
    MemberRole,
)
from matchmaker.selection.rounds import queries as rounds
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.permissions import INSPECT_ROUND
from matchmaker.web.base import begin_write, current_actor, gate, reads_only
from matchmaker.web.bureau.selection.forms import ExpertForm, make_expert_form
from matchmaker.web.bureau.selection.panel_page import show_panel, stage_of
from matchmaker.web.forms import show_in_place, show_invalid, show_refusal
from matchmaker.web.shared import selection as shared

bp = Blueprint("bureau_panels", __name__, url_prefix="/bureau/selection")
gate(bp, "bureau")
CODE = "<string(maxlength=60):code>"


@bp.get("/experts")
def experts() -> ResponseReturnValue:
    require(current_actor(), INSPECT_ROUND)
    return render_template(
        "bureau/selection/experts.html",
        rows=queries.list_experts(),
        can_manage=can(current_actor(), MANAGE_PANEL),
        shared=shared,
        demo_data=True,
    )


@bp.get("/experts/new")
def new_expert() -> ResponseReturnValue:
    require(current_actor(), MANAGE_PANEL)
    return _expert_page(make_expert_form(None, ""), None)


@bp.post("/experts/new")
def add_expert() -> ResponseReturnValue:
    form = ExpertForm()
    if not form.validate():
        return show_invalid(lambda: _expert_page(form, None))
    try:
        operations.add_expert(current_actor(), form.read(*_find_account(form)))
    except DomainError as error:
        return show_refusal(form, error, lambda: _expert_page(form, None))
    flash("专家已入库。", "success")
    return redirect(url_for("bureau_panels.experts"))


@bp.get("/experts/<int(max=2147483647):expert_id>")
def edit_expert(expert_id: int) -> ResponseReturnValue:
    require(current_actor(), MANAGE_PANEL)
    expert = queries.get_expert(expert_id)
    user = accounts.find_user(expert.user_id) if expert.user_id else None
    return _expert_page(make_expert_form(expert, user.email if user else ""), expert)


@bp.post("/experts/<int(max=2147483647):expert_id>")
def save_expert(expert_id: int) -> ResponseReturnValue:
    expert = queries.get_expert(expert_id)
    form = ExpertForm()
    if not form.validate():
        return show_invalid(lambda: _expert_page(form, expert))
    try:
        operations.edit_expert(current_actor(), expert, form.read(*_find_account(form)))
    except DomainError as error:
        return show_refusal(form, error, lambda: _expert_page(form, queries.get_expert(expert_id)))
    flash("专家信息已保存。", "success")
    return redirect(url_for("bureau_panels.experts"))


def _find_account(form: ExpertForm) -> tuple[int | None, int | None]:
    """(user id, organisation id) of the account with the typed address."""
    email = (form.email.data or "").strip()
    if not email:
        return None, None
    user = accounts.find_user_by_email(email)
    if user is None:
        raise InvalidInput("account_missing", "平台上没有这个邮箱的账号。", field="email")
    return user.id, user.organisation_id


def _expert_page(form: ExpertForm, expert: Expert | None) -> str:
    return render_template("bureau/selection/expert.html", form=form, expert=expert)


@bp.get(f"/{CODE}/panel")
def show(code: str) -> ResponseReturnValue:
    return show_panel(code)


def _refuse(error: InvalidInput, code: str, where: str) -> ResponseReturnValue:
    return show_in_place(error, where, lambda refused: show_panel(code, refused))


@bp.post(f"/{CODE}/panel/members")
def add_member(code: str) -> ResponseReturnValue:
    row = _round(code)
    expert = queries.get_expert(request.form.get("expert_id", 0, type=int))
    try:
        operations.add_member(
            current_actor(), row, expert, _read_role(), reason=request.form.get("reason", "")
        )
    except InvalidInput as error:
        return _refuse(error, code, "join")
    flash("评委已加入，系统已比对利害关系。", "success")
    return _back(code)


@bp.post(f"/{CODE}/panel/members/<int(max=2147483647):member_id>")
def change_member(code: str, member_id: int) -> ResponseReturnValue:
    row = _round(code)
    member = queries.get_member(row.id, member_id)
    if request.form.get("act") == "remove":
        operations.remove_member(current_actor(), row, member)
    else:
        operations.set_member_role(current_actor(), row, member, _read_role())
    flash("评审组已更新。", "success")
    return _back(code)


def _read_role() -> MemberRole:
    text = request.form.get("role", MemberRole.MEMBER.value)
    if text not in set(MemberRole):
        raise InvalidInput("role_unknown", "请选择评委身份。", field="role")
    return MemberRole(text)


@bp.post(f"/{CODE}/panel/conflicts")
def raise_conflict(code: str) -> ResponseReturnValue:
    actor, row = current_actor(), _round(code)
    application = applications.get_application(
        actor, request.form.get("application_id", 0, type=int)
    )
    member = queries.get_member(row.id, request.form.get("member_id", 0, type=int))
    try:
        found = operations.raise_applicant_conflict(
            actor, application, member, request.form.get("reason", "")
        )
    except InvalidInput as error:
        return _refuse(error, code, "conflict")
    flash(f"回避事项已登记：{CONFLICT_LABELS[found.state]}。请另一位工作人员核定。", "success")
    return _back(code)


@bp.post(f"/{CODE}/panel/conflicts/<int(max=2147483647):conflict_id>")
def decide_conflict(code: str, conflict_id: int) -> ResponseReturnValue:
    row = _round(code)
    answer = request.form.get("answer", "")
    try:
        if answer not in {"yes", "no"}:
            raise InvalidInput("conflict_choice", "请选择核定结论。", field="answer")
        operations.decide_conflict(
            current_actor(),
            queries.get_conflict(row.id, conflict_id),
            confirmed=answer == "yes",
            reason=request.form.get("reason", ""),
        )
    except InvalidInput as error:
        return _refuse(error, code, f"decide-{conflict_id}")
    flash("回避事项已核定。", "success")
    return _back(code)


@bp.post(f"/{CODE}/panel/assign")
@reads_only
def assign(code: str) -> ResponseReturnValue:
    """Solve in a read transaction, store in a write transaction."""
    require(current_actor(), MANAGE_PANEL)
    how = request.form.get("how", "")
    try:
        told = _assign_by_solver(code) if how == "solve" else _assign_by_hand(code, how)
    except InvalidInput as error:
        if error.field != "reason":
            raise
        return _refuse(error, code, how)
    flash(told, "success")
    return _back(code)


def _assign_by_solver(code: str) -> str:
    row = _round(code)
    stage = stage_of(row)
    pairs = affinity.solve_stage(
        assigning.read_plan(row, stage),
        assigning.list_started(row, stage),
        per_scene=row.judges_per_scene,
        seed=row.id,
    )
    begin_write()
    reason = request.form.get("reason", "")
    added, released = assigning.apply_assignment(
        current_actor(), _round(code), stage, pairs, reason=reason
    )
    return f"已按专业方向指派：新增 {added} 项，收回 {released} 项，已开始的未变。"


def _assign_by_hand(code: str, how: str) -> str:
    begin_write()
    actor, row = current_actor(), _round(code)
    stage, reason = stage_of(row), request.form.get("reason", "")
    acts = {
        "whole": lambda: assigning.assign_whole_panel(actor, row, stage),
        "reserves": lambda: assigning.call_reserves(actor, row, stage, reason=reason),
        "calibration": lambda: calibrating.assign_calibration(actor, row),
        "pair": lambda: assigning.assign_pairs(actor, row, stage, [_read_pair()]),
        "release": lambda: assigning.release_pairs(
            actor, row, stage, [_read_pair()], reason=reason
        ),
    }
    if how not in acts:
        raise InvalidInput("assign_how", "请选择指派方式。")
    return f"已更新 {acts[how]()} 项评审任务。"


def _read_pair() -> tuple[int, int]:
    return (
        request.form.get("application_id", 0, type=int),
        request.form.get("member_id", 0, type=int),
    )


@bp.post(f"/{CODE}/panel/calibration")
def set_calibration(code: str) -> ResponseReturnValue:
    row = _round(code)
    chosen = request.form.get("application_id", 0, type=int)
    earlier = next((a for a in applications.list_earlier_designated(row) if a.id == chosen), None)
    if earlier is None:
        raise NotFound("application_missing", "没有找到这个以往入选场景。")
    calibrating.set_calibration(current_actor(), row, earlier)
    flash("试评场景已设置，可以下发试评。", "success")
    return _back(code)


def _round(code: str) -> SelectionRound:
    return rounds.get_round(current_actor(), code)


def _back(code: str) -> ResponseReturnValue:
    return redirect(url_for("bureau_panels.show", code=code))
