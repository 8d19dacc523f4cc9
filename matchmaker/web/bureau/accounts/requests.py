"""The administrator's queue of requests for an account."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.accounts import operations as accounts
from matchmaker.accounts.operations import MANAGE_ACCOUNTS
from matchmaker.accounts.people.queries import find_unit
from matchmaker.accounts.people.rules import KIND_LABELS, make_initial_password
from matchmaker.accounts.permissions import can, require
from matchmaker.accounts.queries import find_user_by_email
from matchmaker.accounts.requests import operations, queries
from matchmaker.accounts.requests.models import AccountRequest
from matchmaker.accounts.requests.rules import STATE_LABELS, RequestState
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.web.base import begin_write, current_actor, gate, reads_only
from matchmaker.web.bureau.accounts.views import PER_PAGE, show_password
from matchmaker.web.paging import Page, read_page_number
from matchmaker.web.shared.account_requests import TONES

bp = Blueprint("bureau_account_requests", __name__, url_prefix="/bureau/account-requests")
gate(bp, "bureau")


@bp.get("")
def index() -> ResponseReturnValue:
    actor, number = current_actor(), read_page_number(request.args.get("page"))
    counts = queries.count_by_state(actor)
    text = request.args.get("state", RequestState.SUBMITTED.value)
    state = RequestState(text) if text in set(RequestState) else None
    rows, total = queries.list_requests(actor, state, page=number, per_page=PER_PAGE)
    return render_template(
        "bureau/account_requests/index.html",
        rows=[_make_row(row) for row in rows],
        page=Page(rows, number, PER_PAGE, total),
        tabs=[
            *(_make_tab(each, each is state, counts[each]) for each in RequestState),
            ("全部", url_for(".index", state="all"), state is None, counts.total()),
        ],
        demo_data=any(row.is_demo for row in rows),
    )


def _make_tab(state: RequestState, is_active: bool, count: int) -> tuple[str, str, bool, int]:
    return STATE_LABELS[state], url_for(".index", state=state.value), is_active, count


def _make_row(row: AccountRequest) -> dict[str, object]:
    return {
        "id": row.id,
        "number": row.number,
        "unit": row.unit,
        "kind": KIND_LABELS[row.kind.value],
        "name": row.name,
        "created_at": row.created_at,
        "state": STATE_LABELS[row.state],
        "tone": TONES[row.state],
    }


@bp.get("/<int:request_id>")
def show(request_id: int) -> ResponseReturnValue:
    actor = current_actor()
    row = queries.get_request(actor, request_id)
    return render_template(
        "bureau/account_requests/show.html",
        row=row,
        card=_make_row(row),
        facts=_list_facts(row),
        unit=find_unit(row.unit, row.credit_code),
        taken=row.state is RequestState.SUBMITTED and find_user_by_email(row.email) is not None,
        alike=queries.list_alike(row),
        may_decide=row.state is RequestState.SUBMITTED and can(actor, MANAGE_ACCOUNTS),
        demo_data=row.is_demo,
    )


def _list_facts(row: AccountRequest) -> list[tuple[str, str | None]]:
    district = load_vocabulary().district(row.district).zh if row.district else None
    return [
        ("受理编号", row.number),
        ("单位名称", row.unit),
        ("统一社会信用代码", row.credit_code),
        ("单位类型", KIND_LABELS[row.kind.value]),
        ("单位所在区县", district),
        ("联系人", row.name),
        ("邮箱", row.email),
        ("电话", row.phone),
        ("申请说明", row.note),
    ]


@bp.post("/<int:request_id>/accept")
@reads_only
def accept(request_id: int) -> ResponseReturnValue:
    actor = current_actor()
    require(actor, MANAGE_ACCOUNTS)
    password = make_initial_password()
    hashed = accounts.prepare_password(password)
    begin_write()
    row = queries.get_request(actor, request_id)
    user = operations.accept_request(
        actor, row, unit=request.form.get("unit", ""), password_hash=hashed
    )
    return show_password(user, password, "账号已开通")


@bp.post("/<int:request_id>/decline")
def decline(request_id: int) -> ResponseReturnValue:
    actor = current_actor()
    row = queries.get_request(actor, request_id)
    operations.decline_request(actor, row, reason=request.form.get("note", ""))
    flash("已答复不予开通，申请人凭受理编号可以看到理由。", "success")
    return redirect(url_for(".show", request_id=request_id))
