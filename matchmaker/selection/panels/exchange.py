"""The pool of experts as a table, in and out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from matchmaker.accounts import queries as accounts
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.catalogue.cells import entry_of, labels_of
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.documents.cells import (
    choice_of,
    list_of,
    paragraphs_of,
    parse_credit_code,
    refuse,
    text_of,
)
from matchmaker.documents.excel import Cell, Column, Sheet, write_workbook
from matchmaker.documents.table import (
    Checked,
    Details,
    FaultList,
    Record,
    Stored,
    TableColumn,
    TableImport,
    find_repeats,
)
from matchmaker.selection.panels.importing import import_experts, index_experts, key_of
from matchmaker.selection.panels.models import Expert
from matchmaker.selection.panels.permissions import MANAGE_PANEL

ROWS_MAX = 2_000
UNITS_MAX, FIELDS_MAX = 20, 2000
STATES = {"在库": True, "已停用": False}


@lru_cache(maxsize=1)
def list_columns() -> tuple[TableColumn, ...]:
    """Every column of an expert; name and unit together tell who it is."""
    sectors = load_vocabulary().sectors
    return (
        TableColumn(
            name="name", label="姓名", parse=text_of(60), required=True, example="（专家姓名）"
        ),
        TableColumn(
            name="employer",
            label="工作单位",
            parse=text_of(120),
            required=True,
            help="单位全称，用于比对利害关系。同名同单位的，按本行修改。",
            example="（工作单位全称）",
            width=28,
        ),
        TableColumn(name="title", label="职称", parse=text_of(60), example="教授"),
        TableColumn(
            name="employer_credit_code", label="单位统一社会信用代码", parse=parse_credit_code
        ),
        TableColumn(
            name="account",
            label="平台账号（邮箱）",
            parse=_parse_account,
            help="已开通的账号，填写后该账号即可登录评审。",
            width=26,
        ),
        TableColumn(
            name="other_units",
            label="兼职、持股等其他单位",
            parse=list_of(text_of(120), most=UNITS_MAX),
            help="多个单位用顿号分开。",
            width=30,
        ),
        TableColumn(
            name="other_credit_codes",
            label="其他单位的统一社会信用代码",
            parse=list_of(parse_credit_code, most=UNITS_MAX),
            width=30,
        ),
        TableColumn(
            name="sectors",
            label="熟悉的行业领域",
            parse=list_of(entry_of(sectors), most=len(sectors)),
            example="市政巡检、医疗康养",
            choices=labels_of(sectors),
            is_multiple=True,
        ),
        TableColumn(
            name="fields",
            label="专业方向",
            parse=paragraphs_of(FIELDS_MAX),
            help="熟悉的技术和场景，指派评审任务时按此匹配。",
            example="移动机器人导航、变电设备状态监测",
            width=40,
        ),
        TableColumn(
            name="is_active",
            label="状态",
            parse=choice_of(STATES),
            help="不填的，新专家为在库。",
            choices=tuple(STATES),
        ),
    )


def _parse_account(text: str) -> tuple[int, int | None]:
    """(user id, organisation id) of the account with this address."""
    user = accounts.find_user_by_email(text)
    if user is None:
        raise refuse(f"平台上没有邮箱为“{text[:60]}”的账号。")
    return user.id, user.organisation_id


def _check(_actor: Actor, records: Sequence[Record], _: Details) -> Checked:
    faults = FaultList(list_columns())
    known = index_experts()
    repeats = find_repeats(records, key_of)
    accounts_twice = find_repeats(records, lambda row: row.get("account"))
    holders = {expert.user_id: expert for expert in known.values() if expert.user_id}
    changed = 0
    for row in records:
        expert = known.get(key_of(row) or ("", ""))
        changed += expert is not None
        if row.row in repeats:
            faults.add(row, "name", f"与第 {repeats[row.row]} 行是同一人，请删去一行。")
        if row.row in accounts_twice:
            faults.add(row, "account", f"第 {accounts_twice[row.row]} 行已填这个账号。")
        holder = holders.get(row.get("account", (None, None))[0])
        if holder is not None and holder is not expert:
            faults.add(row, "account", f"该账号已对应专家库中的{holder.name}。")
    return Checked(
        faults.faults, f"将新增 {len(records) - changed} 位专家、更新 {changed} 位专家。"
    )


def _store(actor: Actor, records: Sequence[Record], _: Details) -> list[Stored]:
    return import_experts(actor, records)


EXPERTS = TableImport(
    kind="selection.experts",
    title="专家",
    unit="位",
    rows_max=ROWS_MAX,
    columns=list_columns,
    permit=lambda actor: require(actor, MANAGE_PANEL),
    check=_check,
    store=_store,
    notes=(
        "空白的单元格不改动已有内容。",
        "专家信息属于个人信息，只用于评审；表格用后请妥善保管或删除。",
    ),
)


def export_experts(actor: Actor, rows: Iterable[Expert]) -> bytes:
    """The pool as a workbook in the columns of the import; it names people, so it is recorded."""
    listed = list(rows)
    record(actor, "selection.export_experts", "expert_list", "pool", rows=len(listed))
    columns = [Column(column.label, column.width) for column in list_columns()]
    note = "含演示数据，专家均为虚构。" if any(row.is_demo for row in listed) else ""
    sheet = Sheet("专家库", columns, [_cells(row) for row in listed], note=note)
    return write_workbook([sheet], title="专家库")


def _cells(row: Expert) -> list[Cell]:
    user = accounts.find_user(row.user_id) if row.user_id else None
    sectors = load_vocabulary().sectors
    return [
        row.name,
        row.employer,
        row.title,
        row.employer_credit_code,
        user.email if user else None,
        "、".join(row.other_units),
        "、".join(row.other_credit_codes),
        "、".join(sectors.get(sector).zh for sector in row.sectors),
        row.fields,
        "在库" if row.is_active else "已停用",
    ]
