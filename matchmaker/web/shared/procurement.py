"""What pages of the procurement catalogue show, and what waits there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import request, url_for
from flask_wtf import FlaskForm
from wtforms import MultipleFileField, TextAreaField
from wtforms.validators import DataRequired, Length

from matchmaker.accounts.permissions import can
from matchmaker.actor import Actor, RoleName
from matchmaker.files.queries import list_files
from matchmaker.suppliers.first_orders import queries as orders
from matchmaker.suppliers.first_orders.models import FirstOrder
from matchmaker.suppliers.first_orders.rules import KIND_LABELS, OrderState
from matchmaker.suppliers.first_orders.rules import STATE_LABELS as ORDER_LABELS
from matchmaker.suppliers.procurement import queries
from matchmaker.suppliers.procurement.models import ProcurementCriteria, Recommendation
from matchmaker.suppliers.procurement.operations import Case
from matchmaker.suppliers.procurement.permissions import ADVISE
from matchmaker.suppliers.procurement.rules import (
    OPINION_LABELS,
    ORIGIN_LABELS,
    STATE_LABELS,
    STATEMENT_MAX,
    TEXT_MAX,
    RecommendationState,
)
from matchmaker.suppliers.queries import find_own_supplier
from matchmaker.web.shared.files import keep_uploads, read_uploads
from matchmaker.web.waiting import WaitingItem

CODE = "<string(maxlength=20):code>"
ORDER = "<int(max=2147483647):order_id>"
TONES = {
    RecommendationState.SUBMITTED: "info",
    RecommendationState.WITHDRAWN: "plain",
    RecommendationState.DECLINED: "bad",
    RecommendationState.RECOMMENDED: "good",
    RecommendationState.HANDED_OVER: "good",
    RecommendationState.LISTED: "gold",
    RecommendationState.NOT_LISTED: "plain",
}
ORDER_TONES = {
    OrderState.REPORTED: "info",
    OrderState.CONFIRMED: "good",
    OrderState.REFUSED: "bad",
    OrderState.REVOKED: "plain",
}
LABELS = {
    "states": STATE_LABELS,
    "tones": TONES,
    "origins": ORIGIN_LABELS,
    "opinions": OPINION_LABELS,
    "kinds": KIND_LABELS,
    "order_states": ORDER_LABELS,
    "order_tones": ORDER_TONES,
}


class CaseForm(FlaskForm):
    """Why a product is put forward; the answers to the criteria are fields beside it."""

    statement = TextAreaField(
        "推荐理由", [DataRequired("请填写推荐理由。"), Length(max=STATEMENT_MAX)]
    )
    answers = TextAreaField("符合标准的情况")
    files = MultipleFileField("证明材料")


def read_case(form: CaseForm, criteria: ProcurementCriteria | None) -> Case:
    """The case that was sent. Checks files, so it belongs before ``begin_write``."""
    uploads = read_uploads()
    keep_uploads(uploads)
    return Case(
        statement=form.statement.data or "", answers=list_answers(criteria), uploads=uploads
    )


def list_answers(criteria: ProcurementCriteria | None) -> list[str]:
    """What was typed beside each criterion, for the page and for the operation."""
    count = len(criteria.items) if criteria else 0
    return [request.form.get(f"answer-{i}", "")[: TEXT_MAX + 1] for i in range(1, count + 1)]


def present_case(row: Recommendation) -> dict[str, Any]:
    """One recommendation as its page shows it to who takes part in it."""
    answers = zip(row.criteria.items, row.answers, strict=True)
    return {
        "row": row,
        "answers": [(name, asked, answer) for (name, asked), answer in answers],
        "files": list_files(queries.SUBJECT, row.id),
        "demo_data": row.is_demo,
        **LABELS,
    }


def present_orders(rows: Sequence[FirstOrder]) -> list[dict[str, Any]]:
    """Orders with their evidence."""
    return [{"row": row, "files": list_files(orders.SUBJECT, row.id)} for row in rows]


def list_waiting(actor: Actor) -> Iterator[WaitingItem]:
    """Lines for the home pages of the bureau, of departments, of experts and of firms."""
    if actor.has_role(RoleName.JUDGE, RoleName.SECTOR_REVIEWER):
        yield from _opinions_waiting(actor)
    if actor.has_role(RoleName.APPROVER):
        ready = [row for row in queries.list_open(actor) if row.opinions]
        if ready:
            yield _line("bureau", "待审定的采购目录推荐", "bureau_procurement.index", len(ready))
    if actor.has_role(RoleName.OFFICER):
        reported = orders.list_reported(actor)
        if reported:
            count = len(reported)
            yield _line("bureau", "待核对的首购订购", "bureau_procurement.index", count)
        decided = [
            row
            for row in queries.list_recommendations(actor)
            if row.state is RecommendationState.RECOMMENDED
        ]
        if decided:
            yield _line("bureau", "待上报的采购目录推荐", "bureau_procurement.index", len(decided))
    if actor.has_role(RoleName.SUPPLIER):
        yield from _refused_waiting(actor)


def _opinions_waiting(actor: Actor) -> Iterator[WaitingItem]:
    rows = [
        row
        for row in queries.list_open(actor)
        if can(actor, ADVISE, row) and all(each.given_by != actor.user_id for each in row.opinions)
    ]
    if rows:
        is_judge = actor.has_role(RoleName.JUDGE)
        area = "judge" if is_judge else "bureau"
        yield _line(area, "待提意见的采购目录推荐", f"{area}_procurement.index", len(rows))


def _refused_waiting(actor: Actor) -> Iterator[WaitingItem]:
    supplier = find_own_supplier(actor)
    found = orders.list_own(actor, supplier) if supplier else []
    refused = [row for row in found if row.state is OrderState.REFUSED]
    if refused:
        yield _line("supplier", "未通过的首购订购登记", "supplier_procurement.index", len(refused))


def _line(audience: str, title: str, endpoint: str, count: int) -> WaitingItem:
    return WaitingItem(
        audience=audience, title=title, url=url_for(endpoint), act="去办理", count=count, rank=22
    )
