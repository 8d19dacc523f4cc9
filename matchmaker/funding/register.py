"""Acts on the register of awards: our own, imported lists, and what belongs to the same work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db
from matchmaker.errors import Conflict, InvalidInput
from matchmaker.funding.models import AwardRecord
from matchmaker.funding.permissions import KEEP_REGISTER
from matchmaker.funding.rules import normalise_invoice_number
from matchmaker.policy.facts import parse_yuan

#: Header of the list that other departments send, in this order.
COLUMNS = (
    "编号",
    "政策名称",
    "发放单位",
    "受奖单位",
    "统一社会信用代码",
    "项目名称",
    "发票号码（多个用分号隔开）",
    "核定金额（元）",
    "已付金额（元）",
    "核定日期",
)
OWN = "own"
OWN_PAYER = "市经信局"
WIDTHS = {0: 120, 1: 120, 2: 120, 3: 200, 5: 200}


@dataclass(frozen=True)
class RowFault:
    """What is wrong in one row of a list; ``row`` counts as the spreadsheet does."""

    row: int
    column: str
    message: str


@dataclass(frozen=True)
class AwardRow:
    """One award of a list from outside."""

    reference: str
    scheme: str
    payer: str
    recipient: str
    credit_code: str
    project: str
    invoices: tuple[str, ...]
    amount_fen: int
    paid_fen: int
    awarded_on: date


def read_award_rows(
    rows: Sequence[Sequence[str]], today: date
) -> tuple[list[AwardRow], list[RowFault]]:
    """The awards of a list and every fault in it; a list with a fault must not be imported."""
    if not rows or tuple(rows[0][: len(COLUMNS)]) != COLUMNS:
        return [], [RowFault(1, "表头", "表头与模板不一致，请下载模板后按模板填写。")]
    awards: list[AwardRow] = []
    faults: list[RowFault] = []
    seen: set[str] = set()
    for number, row in enumerate(rows[1:], start=2):
        if not any(row):
            continue
        award, wrong = _read_row(number, row, today)
        faults += wrong
        if award is not None and award.reference in seen:
            faults.append(RowFault(number, COLUMNS[0], f"编号“{award.reference}”在表中重复。"))
        elif award is not None:
            seen.add(award.reference)
            awards.append(award)
    if not awards and not faults:
        faults.append(RowFault(2, "内容", "表中没有数据。"))
    return awards, faults


def _read_row(
    number: int, row: Sequence[str], today: date
) -> tuple[AwardRow | None, list[RowFault]]:
    faults = [
        RowFault(number, COLUMNS[index], f"必填，不超过 {limit} 个字。")
        for index, limit in WIDTHS.items()
        if not 0 < len(row[index]) <= limit
    ]
    code = row[4].strip().upper()
    if code and not (len(code) == 18 and code.isalnum() and code.isascii()):
        faults.append(RowFault(number, COLUMNS[4], "应为 18 位字母和数字。"))
    amount = _read_amount(number, 7, row, faults)
    paid = _read_amount(number, 8, row, faults)
    if amount is not None and paid is not None and paid > amount:
        faults.append(RowFault(number, COLUMNS[8], "已付金额不能超过核定金额。"))
    day = _read_day(number, row[9], today, faults)
    if faults or amount is None or paid is None or day is None:
        return None, faults
    invoices = tuple(
        key for part in row[6].replace("；", ";").split(";") if (key := _invoice_key(part))
    )
    return (
        AwardRow(row[0], row[1], row[2], row[3], code, row[5], invoices, amount, paid, day),
        [],
    )


def _invoice_key(text: str) -> str:
    return normalise_invoice_number(text)[:40]


def _read_amount(number: int, index: int, row: Sequence[str], faults: list[RowFault]) -> int | None:
    try:
        return parse_yuan(row[index].replace(",", "") or "0", name="amount", label=COLUMNS[index])
    except InvalidInput:
        faults.append(RowFault(number, COLUMNS[index], "应为不带负号、最多两位小数的金额。"))
        return None


def _read_day(number: int, text: str, today: date, faults: list[RowFault]) -> date | None:
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"):
        try:
            day = datetime.strptime(text, form).date()  # noqa: DTZ007 - a legal day has no zone
        except ValueError:
            continue
        if day > today:
            break
        return day
    faults.append(RowFault(number, COLUMNS[9], "应为不晚于今天的日期，例如 2026-11-20。"))
    return None


def import_awards(actor: Actor, *, source: str, awards: Sequence[AwardRow]) -> int:
    """Store a list from outside as a whole. Raises Conflict for a row that is stored already."""
    require(actor, KEEP_REGISTER)
    source = source.strip()
    if not 0 < len(source) <= 120 or source == OWN:
        raise InvalidInput("source", "请填写名单来源，不超过 120 个字。", field="source")
    known = set(
        db.session.scalars(select(AwardRecord.reference).where(AwardRecord.source == source))
    )
    repeated = sorted(known & {award.reference for award in awards})
    if repeated:
        raise Conflict(
            "already_imported", "编号“{reference}”此前已经导入，整表未导入。", reference=repeated[0]
        )
    for award in awards:
        values = {**vars(award), "invoices": list(award.invoices)}
        db.session.add(AwardRecord(source=source, **values))
    db.session.flush()
    record(actor, "funding.import_awards", "award_source", source, rows=len(awards))
    return len(awards)


@dataclass(frozen=True, kw_only=True)
class OwnAward:
    """An award of this platform as the register keeps it."""

    reference: str
    scheme: str
    is_binding: bool
    recipient: str
    credit_code: str
    project: str
    invoices: tuple[str, ...]
    work_key: str
    amount_fen: int
    awarded_on: date
    is_demo: bool


def keep_own_award(award: OwnAward) -> AwardRecord:
    """Enter an award of ours, or renew a provisional one; its room decides and notes who acted."""
    row = find_own_award(award.reference)
    if row is None:
        row = AwardRecord(source=OWN, reference=award.reference, payer=OWN_PAYER, paid_fen=0)
        db.session.add(row)
    elif row.paid_fen:
        raise Conflict("award_paid", "已经拨付的奖励不能重新核定。")
    for name, value in vars(award).items():
        setattr(row, name, list(value) if isinstance(value, tuple) else value)
    db.session.flush()
    return row


def find_own_award(reference: str) -> AwardRecord | None:
    """Our award by the number of its claim."""
    query = select(AwardRecord).where(AwardRecord.source == OWN, AwardRecord.reference == reference)
    return db.session.scalar(query)


def set_own_paid(reference: str, paid_fen: int) -> None:
    """Keep the register in step with what was paid and returned."""
    row = find_own_award(reference)
    if row is None:
        raise LookupError(f"no award {reference} in the register")
    row.paid_fen = paid_fen
    db.session.flush()


def link_award(actor: Actor, award: AwardRecord, *, work_key: str, note: str) -> None:
    """Decide that an imported award is for the same work, so that the overlap rule counts it."""
    require(actor, KEEP_REGISTER)
    if award.source == OWN:
        raise Conflict("own_award", "本平台核定的奖励已按事项归集，不能手工归并。")
    if not note.strip():
        raise InvalidInput("link_note", "请写明认定为同一事项的依据。", field="note")
    award.work_key = work_key
    record(
        actor, "funding.link_award", "award_record", award.id, work_key=work_key, note=note.strip()
    )


def unlink_award(actor: Actor, award: AwardRecord, *, note: str) -> None:
    """Take a decision of ``link_award`` back."""
    require(actor, KEEP_REGISTER)
    if award.source == OWN or award.work_key is None:
        raise Conflict("not_linked", "这条记录没有归并，无需撤销。")
    if not note.strip():
        raise InvalidInput("link_note", "请写明撤销归并的理由。", field="note")
    before, award.work_key = award.work_key, None
    record(
        actor, "funding.unlink_award", "award_record", award.id, work_key=before, note=note.strip()
    )
