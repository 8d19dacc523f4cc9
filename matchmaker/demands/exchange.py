"""Needs as tables: what comes in (own needs, needs of other units) and what goes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matchmaker import clock
from matchmaker.accounts import queries as accounts
from matchmaker.accounts.models import OrganisationKind
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.demands.content import list_problems
from matchmaker.demands.importing import operations
from matchmaker.demands.importing.columns import list_columns, read_content
from matchmaker.demands.importing.queries import find_titles
from matchmaker.demands.models import DemandListing
from matchmaker.demands.permissions import CREATE, IMPORT_FOR_UNITS
from matchmaker.demands.questions import QUESTIONS
from matchmaker.demands.rules import KIND_LABELS, ListingKind
from matchmaker.documents.cells import refuse
from matchmaker.documents.table import (
    Act,
    Checked,
    Details,
    FaultList,
    Record,
    Stored,
    TableColumn,
    TableImport,
    find_repeats,
)

ROWS_MAX = 5_000
UNIT = "unit"
_NOTES = (
    "导入的需求为草稿，请逐条核对后提交审核；不公开的信息不要写入表格。",
    "“要求：”开头的列只填有要求的；数字不带单位。",
)


def _unit_column() -> TableColumn:
    return TableColumn(
        name=UNIT,
        label="发布单位",
        parse=_parse_unit,
        required=True,
        help="已在平台开通账号的场景业主单位全称。草稿归该单位，由其核对后提交。",
        example="（单位全称）",
        width=28,
    )


def _parse_unit(text: str) -> int:
    found = accounts.find_organisation_by_name(text)
    if found is None or found.kind is not OrganisationKind.OWNER:
        raise refuse(f"平台上没有名为“{text[:40]}”的场景业主单位，请核对全称或先开通账号。")
    return found.id


def _columns_for_units() -> tuple[TableColumn, ...]:
    first, *others = list_columns()
    return (first, _unit_column(), *others)


def _check_own(actor: Actor, records: Sequence[Record], _: Details) -> Checked:
    unit = actor.organisation_id
    return _check(records, list_columns(), {record.row: unit for record in records})


def _check_for_units(_actor: Actor, records: Sequence[Record], _: Details) -> Checked:
    units = {record.row: record.get(UNIT) for record in records}
    return _check(records, _columns_for_units(), units)


def _check(
    records: Sequence[Record], columns: Sequence[TableColumn], units: Mapping[int, int | None]
) -> Checked:
    """Every row as a submission would be checked, and against what its unit has already."""
    faults = FaultList(columns)
    vocabulary, today = load_vocabulary(), clock.today()
    titles = {record.get("title", "") for record in records}
    known = find_titles({unit for unit in units.values() if unit is not None}, titles)
    repeats = find_repeats(records, lambda row: (units[row.row], row.get("title")))
    for record in records:
        kind = record.get("kind", ListingKind.SCENE)
        for problem in list_problems(read_content(record), vocabulary, today):
            faults.add(record, problem.field, problem.message)
        for question in QUESTIONS:
            if "kind" in record.values and kind not in question.kinds and record.get(question.key):
                faults.add(record, question.key, f"{KIND_LABELS[kind]}不填这一项，请清空。")
        title, unit = record.get("title"), units[record.row]
        if title and record.row in repeats:
            faults.add(record, "title", f"与第 {repeats[record.row]} 行同名，请修改名称。")
        elif title and unit is not None and (unit, title) in known:
            faults.add(record, "title", f"本单位已有同名需求 {known[unit, title]}，请修改名称。")
    return Checked(faults.faults, f"将新建 {len(records)} 条需求草稿。")


def _store_own(actor: Actor, records: Sequence[Record], _: Details) -> list[Stored]:
    return _tell(operations.import_drafts(actor, [read_content(record) for record in records]))


def _store_for_units(actor: Actor, records: Sequence[Record], _: Details) -> list[Stored]:
    rows = [(record.get(UNIT), read_content(record)) for record in records]
    return _tell(operations.import_drafts_for_units(actor, rows))


def _tell(drafts: Sequence[DemandListing]) -> list[Stored]:
    return [Stored(Act.MADE, f"{draft.title}（{draft.code}）", draft.code) for draft in drafts]


OWN_DEMANDS = TableImport(
    kind="demands.own",
    title="需求",
    unit="条",
    rows_max=ROWS_MAX,
    columns=list_columns,
    permit=lambda actor: require(actor, CREATE),
    check=_check_own,
    store=_store_own,
    notes=_NOTES,
)
DEMANDS_FOR_UNITS = TableImport(
    kind="demands.for_units",
    title="需求",
    unit="条",
    rows_max=ROWS_MAX,
    columns=_columns_for_units,
    permit=lambda actor: require(actor, IMPORT_FOR_UNITS),
    check=_check_for_units,
    store=_store_for_units,
    notes=_NOTES,
)
