"""The exposure report as a workbook."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from matchmaker.documents.excel import Column, ColumnKind, Sheet, write_workbook
from matchmaker.matching.exposure.queries import ExposureReport

COLUMNS = (
    Column("企业编号", 10),
    Column("企业", 24),
    Column("已发布产品", 12, ColumnKind.NUMBER),
    Column("展示次数", 12, ColumnKind.NUMBER),
    Column("占比（%）", 12, ColumnKind.NUMBER),
    Column("平均名次", 12, ColumnKind.NUMBER),
    Column("评价有用", 12, ColumnKind.NUMBER),
    Column("评价不合适", 12, ColumnKind.NUMBER),
)


def make_exposure_workbook(report: ExposureReport) -> bytes:
    """One sheet: a line for each firm with published products."""
    rows = [
        (
            firm.supplier_id,
            firm.name,
            firm.products,
            firm.shown,
            round_fraction(firm.share * 100, 2),
            None if firm.mean_rank is None else round_fraction(firm.mean_rank, 1),
            firm.useful,
            firm.unsuitable,
        )
        for firm in report.firms
    ]
    note = (
        f"{report.since.isoformat()} 至 {report.until.isoformat()}，展示 {report.shown} 次，"
        f"基尼系数 {round_fraction(report.gini, 3)}，未展示过的企业 {len(report.never_shown)} 家。"
    )
    return write_workbook([Sheet("曝光报告", COLUMNS, rows, note)], title="匹配曝光报告")


def round_fraction(value: Fraction, digits: int) -> Decimal:
    """A fraction as a decimal, rounded half up."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
