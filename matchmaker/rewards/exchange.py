"""Lists of claims as workbooks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from matchmaker.clock import CHINA
from matchmaker.documents.excel import Cell, Column, ColumnKind
from matchmaker.documents.listing import write_listing
from matchmaker.rewards.models import Claim
from matchmaker.rewards.queries import sum_paid, sum_returned
from matchmaker.rewards.rules import STATUS_LABELS

COLUMNS = (
    Column("申领编号", 16),
    Column("事项", 34),
    Column("申领单位", 26),
    Column("统一社会信用代码", 22),
    Column("奖补", 34),
    Column("状态", 14),
    Column("提交日期", 14, ColumnKind.DATE),
    Column("核定或测算（元）", 18, ColumnKind.YUAN),
    Column("是否测算", 10),
    Column("应付（元）", 18, ColumnKind.YUAN),
    Column("已付净额（元）", 18, ColumnKind.YUAN),
)


def write_claims(rows: Sequence[Claim], title_of: Callable[[str], str], *, today: date) -> bytes:
    """The claims that the bureau's page lists, in its order; ``title_of`` names an instrument."""
    return write_listing(
        "奖补申领",
        COLUMNS,
        (_cells(row, title_of(row.instrument)) for row in rows),
        unit="件",
        total=len(rows),
        today=today,
        is_demo=any(row.is_demo for row in rows),
    )


def _cells(row: Claim, title: str) -> tuple[Cell, ...]:
    made = row.determination
    moment = row.submitted_at
    return (
        row.number,
        row.project,
        row.organisation.name,
        row.organisation.credit_code,
        title,
        STATUS_LABELS[row.status],
        moment.astimezone(CHINA).date() if moment else None,
        _yuan(made.award_fen) if made else None,
        (not made.is_binding) if made else None,
        _yuan(made.payable_fen) if made else None,
        _yuan(sum_paid(made) - sum_returned(made)) if made else None,
    )


def _yuan(amount_fen: int) -> Decimal:
    return Decimal(amount_fen) / 100
