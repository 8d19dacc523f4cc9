"""Products as tables: a firm's own, and those of firms that nobody has claimed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
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
from matchmaker.errors import InvalidInput
from matchmaker.suppliers.facts import check_address
from matchmaker.suppliers.importing import operations
from matchmaker.suppliers.importing.columns import FIGURE, list_columns, read_product
from matchmaker.suppliers.importing.queries import find_firms, find_products, is_locked
from matchmaker.suppliers.models import Product, Supplier
from matchmaker.suppliers.permissions import COMPILE, CREATE_SUPPLIER
from matchmaker.suppliers.queries import get_own_supplier
from matchmaker.suppliers.rules import ProfileState

ROWS_MAX = 5_000
FIRM, SOURCE = "firm", "source"
DESCRIPTION_MIN = 10
_NOTES = (
    "空白的单元格不改动已有内容；要删除已有内容，请在产品管理页面办理。",
    "参数填数字，不带单位；改动已核验的参数，须重新核验。",
)


def _columns_with_firm() -> tuple[TableColumn, ...]:
    model, *others = list_columns()
    firm = TableColumn(
        name=FIRM,
        label="企业",
        parse=_parse_firm,
        required=True,
        help="企业编号、全称或简称；只收尚未被企业认领的资料。",
        example="（企业全称）",
        width=28,
    )
    source = TableColumn(
        name=SOURCE,
        label="资料来源",
        parse=_parse_source,
        required=True,
        help="公开资料的完整网址，随产品公开显示。",
        example="https://www.example.com/products",
        width=30,
    )
    return (model, firm, source, *others)


def _parse_firm(text: str) -> Supplier:
    found = find_firms(text)
    if len(found) != 1:
        many = f"有 {len(found)} 家企业名为“{text[:40]}”，请改填企业编号。"
        raise refuse(many if found else f"没有名为“{text[:40]}”的已公开企业，请核对。")
    if found[0].organisation_id is not None:
        raise refuse(f"“{found[0].short_name}”的资料已由企业认领，请由企业自行导入。")
    return found[0]


def _parse_source(text: str) -> str:
    try:
        check_address(text, SOURCE)
    except InvalidInput as error:
        raise refuse(error.text) from error
    return text


def _check_own(actor: Actor, records: Sequence[Record], _: Details) -> Checked:
    supplier = get_own_supplier(actor)
    firms = dict.fromkeys((record.row for record in records), supplier)
    return _check(records, list_columns(), firms, _missing_in_draft)


def _check_compiled(_actor: Actor, records: Sequence[Record], _: Details) -> Checked:
    firms = {record.row: record.get(FIRM) for record in records}
    return _check(records, _columns_with_firm(), firms, _missing_in_published)


#: (row, the product that it changes) → (column, what it lacks).
_Missing = Callable[[Record, Product | None], list[tuple[str, str]]]


def _check(
    records: Sequence[Record],
    columns: Sequence[TableColumn],
    firms: Mapping[int, Supplier | None],
    list_missing: _Missing,
) -> Checked:
    faults = FaultList(columns)
    ids = {firm.id for firm in firms.values() if firm is not None}
    products = find_products(ids, [record.get("model", "") for record in records])
    repeats = find_repeats(records, lambda record: _key(firms[record.row], record))
    changed = 0
    for record in records:
        product = products.get(_key(firms[record.row], record) or (0, ""))
        changed += product is not None
        if record.row in repeats:
            faults.add(record, "model", f"与第 {repeats[record.row]} 行型号相同，请删去一行。")
        for name, message in list_missing(record, product):
            faults.add(record, name, message)
        for name in _list_locked(record, product):
            faults.add(record, name, "该参数正在核验，请清空，待核验结束后再修改。")
    outcome = f"将新建 {len(records) - changed} 个产品、修改 {changed} 个产品。"
    return Checked(faults.faults, outcome)


def _key(firm: Supplier | None, record: Record) -> tuple[int, str] | None:
    model = record.get("model")
    return (firm.id, model.lower()) if firm is not None and model else None


def _missing_in_draft(record: Record, product: Product | None) -> list[tuple[str, str]]:
    missing = []
    if product is None and "form" not in record.values:
        missing.append(("form", "新产品须填写产品形态。"))
    is_public = product is not None and product.state is ProfileState.PUBLISHED
    if is_public and 0 < len(record.get("description", "").strip()) < DESCRIPTION_MIN:
        missing.append(("description", f"已发布的产品，说明不少于 {DESCRIPTION_MIN} 个字。"))
    return missing


def _missing_in_published(record: Record, product: Product | None) -> list[tuple[str, str]]:
    missing = _missing_in_draft(record, product)
    if product is None and not record.get("tasks"):
        missing.append(("tasks", "导入后即公开，须填写能承担的任务。"))
    if product is None and len(record.get("description", "").strip()) < DESCRIPTION_MIN:
        missing.append(("description", f"导入后即公开，说明不少于 {DESCRIPTION_MIN} 个字。"))
    return missing


def _list_locked(record: Record, product: Product | None) -> list[str]:
    figures = product.capabilities if product is not None else ()
    return [
        FIGURE + figure.attribute
        for figure in figures
        if FIGURE + figure.attribute in record.values
        and record.get(FIGURE + figure.attribute) != figure.value
        and is_locked(figure)
    ]


def _store_own(actor: Actor, records: Sequence[Record], _: Details) -> list[Stored]:
    rows = [read_product(record) for record in records]
    return _tell(operations.import_products(actor, get_own_supplier(actor), rows))


def _store_compiled(actor: Actor, records: Sequence[Record], _: Details) -> list[Stored]:
    rows = [(record.get(FIRM), record.get(SOURCE), read_product(record)) for record in records]
    return _tell(operations.compile_products(actor, rows))


def _tell(written: Sequence[operations.Written]) -> list[Stored]:
    return [
        Stored(Act.MADE if each.is_new else Act.CHANGED, each.product.model, each.product.code)
        for each in written
    ]


def _permit_own(actor: Actor) -> None:
    require(actor, CREATE_SUPPLIER)
    get_own_supplier(actor)


OWN_PRODUCTS = TableImport(
    kind="suppliers.own_products",
    title="产品",
    unit="个",
    rows_max=ROWS_MAX,
    columns=list_columns,
    permit=_permit_own,
    check=_check_own,
    store=_store_own,
    notes=("新产品导入为草稿，请核对后发布；已发布的产品修改后即时公开。", *_NOTES),
)
COMPILED_PRODUCTS = TableImport(
    kind="suppliers.compiled_products",
    title="产品",
    unit="个",
    rows_max=ROWS_MAX,
    columns=_columns_with_firm,
    permit=lambda actor: require(actor, COMPILE),
    check=_check_compiled,
    store=_store_compiled,
    notes=("只收尚未被企业认领的资料；新产品导入后即公开，并标明资料来源。", *_NOTES),
)
