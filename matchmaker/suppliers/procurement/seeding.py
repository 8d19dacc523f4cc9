"""A few demonstration rows for the procurement catalogue; what is there is never touched again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import select

from matchmaker.accounts.demo import ORGANISATIONS
from matchmaker.accounts.permissions import require
from matchmaker.actor import COMMAND_LINE, Actor
from matchmaker.audit.operations import record
from matchmaker.config import Settings
from matchmaker.db import db, read_tx, write_tx
from matchmaker.files.demonstration import keep_document
from matchmaker.files.operations import attach_files
from matchmaker.suppliers.first_orders import queries as orders
from matchmaker.suppliers.first_orders.models import FirstOrder
from matchmaker.suppliers.first_orders.rules import OrderKind, OrderState
from matchmaker.suppliers.models import Product, Supplier
from matchmaker.suppliers.procurement import queries as recommendations
from matchmaker.suppliers.procurement.models import (
    ProcurementCriteria,
    Recommendation,
    RecommendationOpinion,
)
from matchmaker.suppliers.procurement.permissions import SEED
from matchmaker.suppliers.procurement.rules import OpinionKind, Origin, RecommendationState
from matchmaker.suppliers.rules import ProfileState
from matchmaker.suppliers.seeding import DEMO_FIRMS

MARK = "演示数据，不代表有关单位意见。"
CRITERIA = (
    ("产品成熟度", "已定型并可批量供货，主要性能有检测报告或用户报告证明。"),
    ("应用成效", "在公共部门或国有企业有实际应用，用户评价良好。"),
    ("安全和合规", "符合相应的安全标准，取得法规要求的认证或许可。"),
    ("服务能力", "在本市有服务人员和备件，能按约定响应。"),
)
SAMPLES = {OrderKind.FIRST_PURCHASE: (2, 96_000_000), OrderKind.FIRST_ORDER: (5, 210_000_000)}


@dataclass(frozen=True)
class _Past:
    """The days of a demonstration case."""

    submitted: datetime = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
    decided: datetime = datetime(2026, 4, 8, 2, 0, tzinfo=UTC)
    handed: date = date(2026, 4, 20)
    ordered: tuple[date, date] = (date(2025, 10, 16), date(2026, 5, 12))


def seed_procurement(settings: Settings) -> dict[str, int]:
    """Criteria, two recommendations and two orders of the demonstration firms' products."""
    with read_tx() as session:
        is_there = session.scalar(select(ProcurementCriteria.id).limit(1)) is not None
    if not is_there and not settings.production:
        with write_tx():
            add_demonstration(COMMAND_LINE)
    with read_tx() as session:
        recommended = len(session.scalars(select(Recommendation.id)).all())
        ordered = len(session.scalars(select(FirstOrder.id)).all())
    return {"采购目录推荐": recommended, "首购订购": ordered}


def add_demonstration(actor: Actor) -> None:
    """Add the rows in the present transaction."""
    require(actor, SEED)
    products = [found for name in DEMO_FIRMS.values() if (found := _first_product(name))]
    criteria = ProcurementCriteria(
        number=1,
        effective_from=date(2026, 1, 1),
        items=[list(each) for each in CRITERIA],
        reason=f"首次制定。{MARK}",
        is_demo=True,
    )
    db.session.add(criteria)
    db.session.flush()
    for number, product in enumerate(products, start=1):
        _add_recommendation(number, product, criteria, is_decided=number == 1)
    if products:
        _add_orders(products[0])
    db.session.flush()
    record(actor, "procurement.seed", "procurement_criteria", criteria.id, rows=len(products))


def _first_product(short_name: str) -> Product | None:
    query = (
        select(Product)
        .join(Product.supplier)
        .where(Supplier.short_name == short_name, Product.state == ProfileState.PUBLISHED)
        .order_by(Product.code)
    )
    return db.session.scalar(query.limit(1))


def _add_recommendation(
    number: int, product: Product, criteria: ProcurementCriteria, *, is_decided: bool
) -> None:
    past = _Past()
    row = Recommendation(
        code=f"CG2026-{number:04d}",
        product_id=product.id,
        criteria_id=criteria.id,
        origin=Origin.APPLICATION,
        statement=f"产品已在多处场景应用，适合公共部门采购。{MARK}",
        answers=[MARK for _ in CRITERIA],
        submitted_at=past.submitted,
        is_demo=True,
    )
    if is_decided:
        row.state = RecommendationState.HANDED_OVER
        row.decided_at, row.handed_on = past.decided, past.handed
        row.decision_reason = f"符合推荐标准，同意推荐。{MARK}"
        row.handed_to, row.handed_number = "（上级主管部门）", "（演示文号）"
        row.opinions = [
            RecommendationOpinion(
                kind=OpinionKind.EXPERT,
                supports=True,
                text=f"产品成熟，建议推荐。{MARK}",
                unit="演示大学机器人学院",
                given_at=past.submitted,
            )
        ]
    db.session.add(row)
    db.session.flush()
    attach_files(
        COMMAND_LINE,
        [keep_document("采购目录推荐证明材料")],
        subject_type=recommendations.SUBJECT,
        subject_id=row.id,
    )


def _add_orders(product: Product) -> None:
    buyers = [each.name for each in ORGANISATIONS if each.key in {"metro", "hospital"}]
    for buyer, kind, day in zip(buyers, SAMPLES, _Past().ordered, strict=True):
        units, amount_fen = SAMPLES[kind]
        row = FirstOrder(
            product_id=product.id,
            kind=kind,
            state=OrderState.CONFIRMED,
            buyer=buyer,
            units=units,
            amount_fen=amount_fen,
            ordered_on=day,
            note=MARK,
            reported_at=_Past().submitted,
            decided_at=_Past().decided,
            is_demo=True,
        )
        db.session.add(row)
        db.session.flush()
        attach_files(
            COMMAND_LINE,
            [keep_document("首购订购合同")],
            subject_type=orders.SUBJECT,
            subject_id=row.id,
        )
