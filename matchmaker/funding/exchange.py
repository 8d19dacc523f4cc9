"""The register of awards as tables: lists from outside in, the register out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from matchmaker import clock
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.documents.cells import (
    list_of,
    parse_credit_code,
    parse_day,
    parse_yuan,
    refuse,
    text_of,
)
from matchmaker.documents.excel import Cell, Column, ColumnKind, Sheet, write_workbook
from matchmaker.documents.table import (
    Act,
    Checked,
    Detail,
    Details,
    FaultList,
    Record,
    Stored,
    TableColumn,
    TableImport,
    find_repeats,
)
from matchmaker.errors import InvalidInput
from matchmaker.funding.models import AwardRecord
from matchmaker.funding.permissions import KEEP_REGISTER
from matchmaker.funding.register import (
    OWN,
    SOURCE_MAX,
    AwardRow,
    find_references,
    import_awards,
)
from matchmaker.funding.rules import normalise_invoice_number

OWN_LABEL = "本平台核定"
ROWS_MAX, INVOICES_MAX = 5_000, 100
TEXT = ColumnKind.TEXT
#: How amounts and days of the register are shown; everything else is text.
KINDS = {
    "amount_fen": ColumnKind.YUAN,
    "paid_fen": ColumnKind.YUAN,
    "awarded_on": ColumnKind.DATE,
}


@lru_cache(maxsize=1)
def list_columns() -> tuple[TableColumn, ...]:
    """The list that other departments send."""
    return (
        TableColumn(
            name="reference",
            label="编号",
            parse=text_of(120),
            required=True,
            help="原名单的编号；同一来源的编号不能重复。",
            example="001",
        ),
        TableColumn(
            name="scheme",
            label="政策名称",
            parse=text_of(120),
            required=True,
            example="企业技术改造补助",
            width=24,
        ),
        TableColumn(
            name="payer",
            label="发放单位",
            parse=text_of(120),
            required=True,
            example="（发放单位）",
        ),
        TableColumn(
            name="recipient",
            label="受奖单位",
            parse=text_of(200),
            required=True,
            example="（受奖单位全称）",
            width=26,
        ),
        TableColumn(
            name="credit_code", label="统一社会信用代码", parse=parse_credit_code, width=22
        ),
        TableColumn(
            name="project",
            label="项目名称",
            parse=text_of(200),
            required=True,
            example="（项目名称）",
            width=28,
        ),
        TableColumn(
            name="invoices",
            label="发票号码（多个用分号隔开）",
            parse=list_of(_parse_invoice, most=INVOICES_MAX),
            example="25332000000000000001；25332000000000000002",
            width=30,
        ),
        TableColumn(
            name="amount_fen",
            label="核定金额（元）",
            parse=parse_yuan,
            required=True,
            example="300000.00",
        ),
        TableColumn(
            name="paid_fen",
            label="已付金额（元）",
            parse=parse_yuan,
            help="不填为 0；不超过核定金额。",
            example="0.00",
        ),
        TableColumn(
            name="awarded_on",
            label="核定日期",
            parse=_parse_past_day,
            required=True,
            help="不晚于今天，如 2026-11-20。",
            example="2026-11-20",
        ),
    )


def _parse_invoice(text: str) -> str:
    key = normalise_invoice_number(text)
    if not 6 <= len(key) <= 40:
        raise refuse("发票号码应为 6 至 40 位字母或数字。")
    return key


def _parse_past_day(text: str) -> date:
    day = parse_day(text)
    if day > clock.today():
        raise refuse("应为不晚于今天的日期，如 2026-11-20。")
    return day


def _check(_actor: Actor, records: Sequence[Record], details: Details) -> Checked:
    """Numbers that the source has brought in already, and amounts that cannot be."""
    faults = FaultList(list_columns())
    source = details["source"]
    if source == OWN:
        raise InvalidInput("source", "请填写名单来源的部门和年度。", field="source")
    known = find_references(source, {row.get("reference", "") for row in records})
    repeats = find_repeats(records, lambda row: row.get("reference"))
    for row in records:
        if row.row in repeats:
            faults.add(row, "reference", f"与第 {repeats[row.row]} 行编号相同。")
        elif row.get("reference") in known:
            faults.add(row, "reference", "这个编号此前已从同一来源导入。")
        if "amount_fen" in row.values and row.get("paid_fen", 0) > row.get("amount_fen"):
            faults.add(row, "paid_fen", "已付金额不能超过核定金额。")
    total = sum(row.get("amount_fen", 0) for row in records)
    return Checked(faults.faults, f"将写入台账，核定金额合计 {Decimal(total) / 100:,.2f} 元。")


def read_award(row: Record) -> AwardRow:
    """The award that a row without a fault means."""
    return AwardRow(
        reference=row.get("reference"),
        scheme=row.get("scheme"),
        payer=row.get("payer"),
        recipient=row.get("recipient"),
        credit_code=row.get("credit_code", ""),
        project=row.get("project"),
        invoices=row.get("invoices", ()),
        amount_fen=row.get("amount_fen"),
        paid_fen=row.get("paid_fen", 0),
        awarded_on=row.get("awarded_on"),
    )


def _store(actor: Actor, records: Sequence[Record], details: Details) -> list[Stored]:
    awards = [read_award(row) for row in records]
    import_awards(actor, source=details["source"], awards=awards)
    return [Stored(Act.MADE, f"{award.project}（{award.reference}）") for award in awards]


AWARDS = TableImport(
    kind="funding.awards",
    title="奖补名单",
    unit="条",
    rows_max=ROWS_MAX,
    columns=list_columns,
    permit=lambda actor: require(actor, KEEP_REGISTER),
    check=_check,
    store=_store,
    notes=("导入后在申领页面逐件认定是否与本平台奖补为同一事项。",),
    details=(
        Detail(
            name="source",
            label="名单来源",
            help="写明部门和年度，例如：市科技局2025年度补助名单。同一来源的编号不能重复。",
            limit=SOURCE_MAX,
        ),
    ),
)


def write_register(rows: Iterable[AwardRecord]) -> bytes:
    """The whole register."""
    columns = [
        Column("来源", 24),
        *(Column(column.label, 20, KINDS.get(column.name, TEXT)) for column in list_columns()),
        Column("是否已生效", 12),
        Column("事项编码", 24),
    ]
    listed = list(rows)
    note = "含演示数据，不代表有关单位意见。" if any(row.is_demo for row in listed) else ""
    sheet = Sheet("奖补台账", columns, [_as_cells(row) for row in listed], note=note)
    return write_workbook([sheet], title="奖补台账")


def _as_cells(row: AwardRecord) -> list[Cell]:
    return [
        describe_source(row),
        row.reference,
        row.scheme,
        row.payer,
        row.recipient,
        row.credit_code,
        row.project,
        "；".join(row.invoices),
        Decimal(row.amount_fen) / 100,
        Decimal(row.paid_fen) / 100,
        row.awarded_on,
        row.is_binding,
        row.work_key or "",
    ]


def describe_source(row: AwardRecord) -> str:
    """Where an award of the register comes from."""
    return OWN_LABEL if row.source == OWN else row.source


def describe(row: AwardRecord) -> dict[str, Any]:
    """One line of the register as a page shows it."""
    return {
        "project": row.project,
        "source": describe_source(row),
        "reference": row.reference,
        "scheme": row.scheme,
        "recipient": row.recipient,
        "amount": row.amount_fen,
        "paid": row.paid_fen,
        "awarded_on": row.awarded_on,
        "is_binding": row.is_binding,
        "is_linked": row.work_key is not None,
    }
