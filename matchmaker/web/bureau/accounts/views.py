"""The administrator's desk: the list of people, opening an account, acts on one."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.accounts import operations as accounts
from matchmaker.accounts.models import User
from matchmaker.accounts.operations import MANAGE_ACCOUNTS
from matchmaker.accounts.people import operations, queries
from matchmaker.accounts.people.queries import PeopleFilter
from matchmaker.accounts.people.rules import make_initial_password
from matchmaker.accounts.permissions import can, require
from matchmaker.accounts.rules import ROLE_LABELS
from matchmaker.actor import Actor
from matchmaker.audit.queries import list_history
from matchmaker.errors import DomainError
from matchmaker.web.base import begin_write, current_actor, gate, reads_only
from matchmaker.web.bureau.accounts import presenters as present
from matchmaker.web.bureau.accounts.forms import (
    ROLES,
    PersonForm,
    RolesForm,
    make_person_form,
    make_roles_form,
)
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.paging import Page, read_page_number

bp = Blueprint("bureau_accounts", __name__, url_prefix="/bureau/accounts")
gate(bp, "bureau")
PER_PAGE = 20
STATES = {"active": "使用中", "inactive": "已停用"}


@bp.get("")
def index() -> ResponseReturnValue:
    actor, number = current_actor(), read_page_number(request.args.get("page"))
    role, state = request.args.get("role", ""), request.args.get("state", "")
    wanted = PeopleFilter(
        words=request.args.get("q", "").strip()[:100],
        role=role if role in ROLE_LABELS else "",
        state=state if state in STATES else "",
    )
    rows, total = queries.list_people(actor, wanted, page=number, per_page=PER_PAGE)
    return render_template(
        "bureau/accounts/index.html",
        rows=[present.make_row(row) for row in rows],
        page=Page(rows, number, PER_PAGE, total),
        wanted=wanted,
        roles=ROLES,
        states=list(STATES.items()),
        may_manage=can(actor, MANAGE_ACCOUNTS),
    )


@bp.get("/new")
def new() -> ResponseReturnValue:
    require(current_actor(), MANAGE_ACCOUNTS)
    return _new_page(make_person_form())


@bp.post("/new")
@reads_only
def create() -> ResponseReturnValue:
    """Hashing is slow: it comes before the write transaction."""
    actor, form = current_actor(), make_person_form()
    require(actor, MANAGE_ACCOUNTS)
    if not form.validate():
        return show_invalid(lambda: _new_page(form))
    password = make_initial_password()
    hashed = accounts.prepare_password(password)
    begin_write()
    try:
        user = operations.open_account(
            actor, form.read_person(), form.read_unit(), password_hash=hashed
        )
    except DomainError as error:
        return show_refusal(form, error, lambda: _new_page(form))
    return show_password(user, password, "账号已开通")


@bp.get("/<int:user_id>")
def show(user_id: int) -> ResponseReturnValue:
    user = queries.get_person(current_actor(), user_id)
    return _page(user, make_roles_form(user, formdata=None))


@bp.post("/<int:user_id>/roles")
def change_roles(user_id: int) -> ResponseReturnValue:
    actor = current_actor()
    user = queries.get_person(actor, user_id)
    form = make_roles_form(user, data=None)
    if not form.validate():
        return show_invalid(lambda: _page(user, form))
    try:
        operations.change_roles(actor, user, form.read_roles())
    except DomainError as error:
        return show_refusal(form, error, lambda: _page(queries.get_person(actor, user_id), form))
    flash("身份已变更，此人须重新登录。", "success")
    return redirect(url_for(".show", user_id=user_id))


@bp.post("/<int:user_id>/deactivate")
def deactivate(user_id: int) -> ResponseReturnValue:
    def act(actor: Actor, user: User) -> None:
        operations.deactivate_user(actor, user, reason=request.form.get("note", ""))

    return _act(user_id, act, "账号已停用，此人的登录已全部退出。")


@bp.post("/<int:user_id>/reactivate")
def reactivate(user_id: int) -> ResponseReturnValue:
    def act(actor: Actor, user: User) -> None:
        operations.reactivate_user(actor, user, reason=request.form.get("note", ""))

    return _act(user_id, act, "账号已恢复使用，密码不变。")


@bp.post("/<int:user_id>/reset-password")
@reads_only
def reset_password(user_id: int) -> ResponseReturnValue:
    actor = current_actor()
    require(actor, MANAGE_ACCOUNTS)
    password = make_initial_password()
    hashed = accounts.prepare_password(password)
    begin_write()
    user = queries.get_person(actor, user_id)
    operations.reset_password(actor, user, password_hash=hashed)
    return show_password(user, password, "密码已重置")


def show_password(user: User, password: str, title: str) -> str:
    """The only page that shows an initial password; it is stored nowhere."""
    return render_template(
        "bureau/accounts/password.html",
        title=title,
        user=user,
        password=password,
        unit=user.organisation.name if user.organisation else None,
    )


def _act(user_id: int, act: Callable[[Actor, User], None], message: str) -> ResponseReturnValue:
    actor = current_actor()
    act(actor, queries.get_person(actor, user_id))
    flash(message, "success")
    return redirect(url_for(".show", user_id=user_id))


def _new_page(form: PersonForm) -> str:
    return render_template("bureau/accounts/new.html", form=form)


def _page(user: User, form: RolesForm) -> str:
    actor = current_actor()
    state, tone = present.describe_state(user)
    return render_template(
        "bureau/accounts/show.html",
        user=user,
        form=form,
        state=state,
        tone=tone,
        facts=present.list_facts(user),
        acts=present.list_acts(list_history("user", user.id)),
        is_self=actor.user_id == user.id,
        may_manage=can(actor, MANAGE_ACCOUNTS),
    )
