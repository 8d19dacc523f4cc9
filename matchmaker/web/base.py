"""One request: the kind of its transaction, the one place that commits, gates, and refusals.

The order of DESIGN "One request" is kept here: kind of transaction before the first statement;
commit on 2xx/3xx of an unsafe method; roll back otherwise; on a refusal roll back, then one short
write transaction for the refusal's audit row, then render.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any, TypeVar
from urllib.parse import urlsplit

import structlog
from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    g,
    make_response,
    redirect,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import HTTPException

from matchmaker.accounts.rules import list_audiences
from matchmaker.accounts.security import get_current_actor
from matchmaker.actor import Actor
from matchmaker.audit.operations import REFUSED, record
from matchmaker.db import TransactionKind, db, get_transaction_kind, set_transaction_kind, write_tx
from matchmaker.errors import Conflict, DomainError, PermissionDenied
from matchmaker.outbox import POKE
from matchmaker.web import error_pages
from matchmaker.web.once import remember_sent_form

log = structlog.get_logger(__name__)
View = TypeVar("View", bound=Callable[..., Any])
#: Rule, method, view.
Route = tuple[str, str, Callable[..., ResponseReturnValue]]
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


def reads_only(view: View) -> View:
    """Mark an unsafe endpoint that stores nothing (what-if, dry run): it gets a read transaction.

    Such a view may call ``begin_write`` once its slow part is over (log-in, upload).
    """
    view.reads_only = True  # type: ignore[attr-defined]
    return view


def bind_views(bp: Blueprint, routes: Iterable[Route], *, reading: Collection[str] = ()) -> None:
    """Give bound methods their addresses below ``bp``.

    Marks cannot be set on a bound method, so each view becomes a function of its name; those
    named in ``reading`` are marked as ``reads_only``.
    """
    for rule, method, view in routes:
        answer = _as_function(view)
        if view.__name__ in reading:
            reads_only(answer)
        bp.add_url_rule(rule, view.__name__, answer, methods=[method])


def _as_function(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    def answer(**arguments: Any) -> ResponseReturnValue:
        return view(**arguments)

    answer.__name__ = view.__name__
    return answer


def commits_on_get(view: View) -> View:
    """Mark one of the few endpoints that must write on GET; a test holds their list."""
    view.commits_on_get = True  # type: ignore[attr-defined]
    return view


def begin_write() -> None:
    """End the reading part of a ``reads_only`` request and write from here on."""
    db.session.rollback()
    set_transaction_kind(TransactionKind.WRITE)


def init_unit_of_work(app: Flask) -> None:
    """Install the wrapper. Must come before any other ``after_request`` so that it runs last."""

    @app.before_request
    def fix_transaction_kind() -> None:
        set_transaction_kind(_kind_of_request())

    @app.after_request
    def finish(response: Response) -> Response:
        return _finish(response)

    @app.teardown_request
    def forget_kind(error: BaseException | None) -> None:
        del error
        set_transaction_kind(TransactionKind.READ)

    app.register_error_handler(DomainError, answer_refusal)
    app.register_error_handler(HTTPException, _answer_http_error)
    app.register_error_handler(Exception, _answer_exception)


def _kind_of_request() -> TransactionKind:
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method in SAFE_METHODS:
        writes = getattr(view, "commits_on_get", False)
    else:
        writes = view is not None and not getattr(view, "reads_only", False)
    return TransactionKind.WRITE if writes else TransactionKind.READ


def _finish(response: Response) -> Response:
    if g.get("unit_finished"):
        return response
    g.unit_finished = True
    if get_transaction_kind() is not TransactionKind.WRITE or response.status_code >= 400:
        db.session.rollback()
        return response
    try:
        remember_sent_form(response)
        db.session.commit()
    except IntegrityError as error:
        log.warning("commit refused by a constraint", error=str(error.orig))
        return answer_refusal(_as_conflict())
    except Exception as error:
        log.exception("commit failed")
        return _answer_exception(error)
    set_transaction_kind(TransactionKind.READ)
    if db.session().info.pop(POKE, False):
        current_app.extensions["poke_executor"]()
    return response


def _as_conflict() -> Conflict:
    return Conflict("stored_state", "内容刚刚被他人修改，请返回并刷新页面后再试。")


def roll_back_refused(error: DomainError) -> None:
    """Roll back, then note the refusal of an unsafe request in its own short transaction."""
    actor = get_current_actor()
    db.session.rollback()
    set_transaction_kind(TransactionKind.READ)
    if request.method in SAFE_METHODS or not _is_worth_noting(error):
        return
    with write_tx():
        record(
            actor,
            request.endpoint or "unknown",
            "request",
            request.path[:80],
            outcome=REFUSED,
            code=error.code,
        )


def _is_worth_noting(error: DomainError) -> bool:
    return error.http_status in {403, 404, 409}


def answer_refusal(error: DomainError) -> Response:
    """Turn a refusal into a page (or a fragment for htmx) with its status."""
    roll_back_refused(error)
    g.unit_finished = True
    if isinstance(error, PermissionDenied) and not get_current_actor().is_signed_in:
        return _to_login()
    return error_pages.render(error.http_status, error.text, error.code)


def _answer_http_error(error: HTTPException) -> ResponseReturnValue:
    db.session.rollback()
    g.unit_finished = True
    if error.response is not None:
        return error.response
    return error_pages.render(error.code or 500, None, None)


def _answer_exception(error: Exception) -> Response:
    if isinstance(error, IntegrityError):
        return answer_refusal(_as_conflict())
    log.exception("unhandled exception", path=request.path, exc_info=error)
    db.session.rollback()
    g.unit_finished = True
    if current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    return error_pages.render(500, None, None)


def _to_login() -> Response:
    target = request.full_path if request.method in SAFE_METHODS else ""
    return make_response(redirect(url_for("account.login", next=target or None)))


def current_actor() -> Actor:
    """The actor of this request."""
    return get_current_actor()


def gate(blueprint: Blueprint, audience: str) -> None:
    """Let only people of one audience into a blueprint; visitors are sent to log in."""

    @blueprint.before_request
    def check_audience() -> ResponseReturnValue | None:
        actor = get_current_actor()
        if not actor.is_signed_in:
            return _to_login()
        if audience not in list_audiences(actor):
            raise PermissionDenied("audience", "当前账号不能进入此栏目。请换用相应身份的账号登录。")
        return None


def gate_signed_in(blueprint: Blueprint) -> None:
    """Let everybody who is signed in into a blueprint; visitors are sent to log in."""

    @blueprint.before_request
    def check_sign_in() -> ResponseReturnValue | None:
        return None if get_current_actor().is_signed_in else _to_login()


def is_local_address(target: str) -> bool:
    """True for an address of this site that is safe to redirect to."""
    if not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return False
    parts = urlsplit(target)
    return not parts.netloc and not parts.scheme


def require_found(row: Any) -> Any:
    """The row, or 404 when there is none (or none that the actor may know of)."""
    if row is None:
        abort(404)
    return row
