"""Log-in, log-out, one's own account, display preferences."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.accounts import operations, queries
from matchmaker.accounts.demo import DEMO_PASSWORD
from matchmaker.accounts.rules import ROLE_LABELS, check_password_differs, list_audiences
from matchmaker.accounts.security import must_change_password
from matchmaker.actor import Actor
from matchmaker.errors import DomainError, PermissionDenied
from matchmaker.extensions import limiter
from matchmaker.web.account.forms import LoginForm, PasswordForm
from matchmaker.web.base import begin_write, current_actor, is_local_address, reads_only
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.navigation import AREAS

bp = Blueprint("account", __name__)
YEAR_SECONDS = 365 * 24 * 3600
DISPLAY_CHOICES = {"contrast": ("normal", "high"), "font": ("normal", "large")}


@bp.get("/login")
def login() -> ResponseReturnValue:
    if current_actor().is_signed_in:
        return redirect(_home(current_actor()))
    return _login_page(LoginForm(next=request.args.get("next", "")))


@bp.post("/login")
@limiter.limit("30/minute")
@limiter.limit("10/minute", key_func=lambda: f"login:{request.form.get('email', '')[:254].lower()}")
@reads_only
def sign_in() -> ResponseReturnValue:
    form = LoginForm()
    if not form.validate():
        return show_invalid(lambda: _login_page(form))
    try:
        user_id = operations.check_credentials(form.email.data or "", form.password.data or "")
    except DomainError as error:
        return show_refusal(form, error, lambda: _login_page(form))
    begin_write()
    user = operations.sign_in(user_id, remember=bool(form.remember.data))
    target = form.next.data or ""
    return redirect(target if is_local_address(target) else _home(queries.as_actor(user)))


@bp.post("/logout")
def sign_out() -> ResponseReturnValue:
    operations.sign_out(current_actor())
    flash("已退出登录。", "success")
    return redirect(url_for("account.login"))


@bp.get("/account")
def profile() -> ResponseReturnValue:
    _require_sign_in()
    return _profile_page(PasswordForm(formdata=None))


@bp.post("/account/password")
@limiter.limit("10/minute")
@reads_only
def change_password() -> ResponseReturnValue:
    actor = _require_sign_in()
    form = PasswordForm()
    if not form.validate():
        return show_invalid(lambda: _profile_page(form))
    try:
        operations.verify_own_password(actor, form.current_password.data or "")
        check_password_differs(form.current_password.data or "", form.password.data or "")
        new_hash = operations.prepare_password(form.password.data or "")
    except DomainError as error:
        return show_refusal(form, error, lambda: _profile_page(form))
    begin_write()
    was_initial = must_change_password()
    operations.change_password(actor, new_hash=new_hash)
    flash("密码已修改，其他设备上的登录已全部退出。", "success")
    return redirect(_home(actor) if was_initial else url_for("account.profile"))


@bp.post("/account/sessions/end")
def end_sessions() -> ResponseReturnValue:
    operations.end_all_sessions(_require_sign_in())
    flash("已在所有设备上退出登录。", "success")
    return redirect(url_for("account.login"))


@bp.get("/preferences")
def display_preferences() -> ResponseReturnValue:
    """Large type and high contrast: a cookie of the browser, nothing stored here."""
    target = request.args.get("next", "") or _read_referrer()
    target = target if is_local_address(target) else url_for("home.index")
    response = make_response(redirect(target))
    for name, choices in DISPLAY_CHOICES.items():
        if request.args.get(name) in choices:
            response.set_cookie(
                name, request.args[name], max_age=YEAR_SECONDS, samesite="Lax", httponly=False
            )
    return response


def _read_referrer() -> str:
    """The page of this site that the browser says it comes from; empty for any other."""
    parts = urlsplit(request.headers.get("Referer", ""))
    if parts.netloc != request.host:
        return ""
    return urlunsplit(("", "", parts.path, parts.query, ""))


def _login_page(form: LoginForm) -> str:
    return render_template(
        "account/login.html",
        form=form,
        demo_users=_demo_users(),
        demo_password=DEMO_PASSWORD,
        no_accounts=not queries.has_accounts(),
    )


def _demo_users() -> list[tuple[str, str]]:
    return [(user.email, user.name) for user in queries.list_demo_users()]


def _profile_page(form: PasswordForm) -> str:
    actor = current_actor()
    organisation = queries.get_organisation(actor.organisation_id or 0)
    facts = [
        ("姓名", actor.name),
        ("身份", "、".join(ROLE_LABELS[role] for role in sorted(actor.roles))),
        ("单位", organisation.name if organisation else "—"),
    ]
    return render_template(
        "account/profile.html", form=form, facts=facts, must_change=must_change_password()
    )


def _require_sign_in() -> Actor:
    actor = current_actor()
    if not actor.is_signed_in:
        raise PermissionDenied("sign_in_first", "请先登录。")
    return actor


def _home(actor: Actor) -> str:
    audiences = [area for area in list_audiences(actor) if area in AREAS]
    return url_for(AREAS[audiences[0]].home) if audiences else url_for("account.profile")
