"""A demonstration of the procurement catalogue, acted out by its people on the days it shows."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import timedelta

from sqlalchemy import func, select

from matchmaker import clock
from matchmaker.accounts.demo import ORGANISATIONS
from matchmaker.accounts.queries import as_actor, find_user_by_email
from matchmaker.actor import Actor
from matchmaker.config import Settings
from matchmaker.db import db, read_tx, write_tx
from matchmaker.errors import InvalidInput
from matchmaker.files.demonstration import keep_document
from matchmaker.files.rules import CheckedUpload
from matchmaker.suppliers.first_orders.models import FirstOrder
from matchmaker.suppliers.first_orders.operations import confirm_order, report_order
from matchmaker.suppliers.first_orders.rules import OrderFacts, OrderKind
from matchmaker.suppliers.models import Product, Supplier
from matchmaker.suppliers.procurement import operations
from matchmaker.suppliers.procurement.models import ProcurementCriteria, Recommendation
from matchmaker.suppliers.procurement.operations import Case
from matchmaker.suppliers.rules import ProfileState

MARK = "演示数据，不代表有关单位意见。"
CRITERIA = (
    ("产品成熟度", "已定型并可批量供货，主要性能有检测报告或用户报告证明。"),
    ("应用成效", "在公共部门或国有企业有实际应用，用户评价良好。"),
    ("安全和合规", "符合相应的安全标准，取得法规要求的认证或许可。"),
    ("服务能力", "在本市有服务人员和备件，能按约定响应。"),
)
FIRMS = ("firm", "firm2")
#: Buyer (a demonstration owner), kind, units, amount in fen, days since the contract was signed.
ORDERS = (
    ("metro", OrderKind.FIRST_PURCHASE, 2, 96_000_000, 408),
    ("hospital", OrderKind.FIRST_ORDER, 5, 210_000_000, 200),
)


def seed_procurement(settings: Settings) -> dict[str, int]:
    """Criteria, two recommendations and two orders of the demonstration firms' products."""
    with read_tx() as session:
        is_there = session.scalar(select(ProcurementCriteria.id).limit(1)) is not None
    if not is_there and not settings.production:
        evidence, contract = keep_document("采购目录推荐证明材料"), keep_document("首购订购合同")
        with write_tx():
            _act_out(evidence, contract)
    with read_tx() as session:
        return {
            "采购目录推荐": session.scalar(select(func.count(Recommendation.id))) or 0,
            "首购订购": session.scalar(select(func.count(FirstOrder.id))) or 0,
        }


def _act_out(evidence: CheckedUpload, contract: CheckedUpload) -> None:
    with _days_ago(330):
        _set_criteria()
    firms = [_person(part) for part in FIRMS]
    products = [_first_product(firm) for firm in firms]
    rows = []
    for firm, product in zip(firms, products, strict=True):
        with _days_ago(270):
            rows.append(_apply(firm, product, evidence))
    _recommend(rows[0])
    _order(firms[0], products[0], contract)


def _days_ago(days: int) -> AbstractContextManager[None]:
    return clock.demonstrate(clock.now() - timedelta(days=days))


def _person(part: str) -> Actor:
    user = find_user_by_email(f"{part}@demo.example")
    if user is None:
        raise InvalidInput("demo_missing", "没有演示账号 {part}，请先装入演示账号。", part=part)
    return as_actor(user)


def _set_criteria() -> None:
    criteria = operations.set_criteria(
        _person("approver"),
        text="\n".join(f"{name}：{asked}" for name, asked in CRITERIA),
        effective_from=clock.today() + timedelta(days=15),
        reason=f"首次制定。{MARK}",
    )
    criteria.is_demo = True


def _first_product(firm: Actor) -> Product:
    query = (
        select(Product)
        .join(Product.supplier)
        .where(
            Supplier.organisation_id == firm.organisation_id,
            Product.state == ProfileState.PUBLISHED,
        )
        .order_by(Product.code)
    )
    return db.session.scalars(query.limit(1)).one()


def _apply(firm: Actor, product: Product, evidence: CheckedUpload) -> Recommendation:
    case = Case(
        statement=f"产品已在多处场景应用，适合公共部门采购。{MARK}",
        answers=[MARK for _ in CRITERIA],
        uploads=[evidence],
    )
    return operations.apply_for_recommendation(firm, product, case)


def _recommend(row: Recommendation) -> None:
    with _days_ago(255):
        text = f"产品成熟，建议推荐。{MARK}"
        operations.give_opinion(_person("judge1"), row, supports=True, text=text)
    with _days_ago(234):
        reason = f"符合推荐标准，同意推荐。{MARK}"
        operations.decide(_person("approver"), row, recommends=True, reason=reason)
    with _days_ago(222):
        operations.hand_over(
            _person("officer"),
            row,
            handed_to="（上级主管部门）",
            number="（演示文号）",
            handed_on=clock.today(),
        )


def _order(firm: Actor, product: Product, contract: CheckedUpload) -> None:
    names = {each.key: each.name for each in ORGANISATIONS}
    for buyer, kind, units, amount_fen, days in ORDERS:
        facts = OrderFacts(
            kind=kind,
            buyer=names[buyer],
            units=units,
            amount_fen=amount_fen,
            ordered_on=clock.today() - timedelta(days=days),
            note=MARK,
        )
        with _days_ago(180):
            row = report_order(firm, product, facts, [contract])
        with _days_ago(172):
            confirm_order(_person("officer"), row)
