"""Needs from a table: dry run, confirmation, who may, templates, hostile files."""

from __future__ import annotations

import io
import re
import time
import zipfile

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from matchmaker.db import db
from matchmaker.demands.models import DemandListing
from matchmaker.demands.rules import ListingKind, ListingStatus
from matchmaker.documents.spreadsheet import COLUMNS_MAX, read_rows
from matchmaker.documents.table import EXAMPLE_MARK, TableImport, read_table
from matchmaker.documents.table_template import write_template
from matchmaker.funding.exchange import AWARDS
from tests.conftest import SignIn
from tests.imports.planted import Cells, as_csv, as_xlsx, make_good
from tests.imports.samples import COMPILED, DEMANDS, EXPERTS_SAMPLE, PRODUCTS, UNIT_DEMANDS
from tests.people import People

TABLES = [
    DEMANDS.table,
    UNIT_DEMANDS.table,
    PRODUCTS.table,
    COMPILED.table,
    EXPERTS_SAMPLE.table,
    AWARDS,
]
OWN, FOR_UNITS = "/owner/demands/import", "/bureau/demands/import"


def send(client: FlaskClient, address: str, content: bytes, name: str = "需求.csv") -> TestResponse:
    return client.post(address, data={"file": (io.BytesIO(content), name)})


def read_field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found, page
    return found[1]


def confirm(client: FlaskClient, address: str, page: str) -> TestResponse:
    names = ("reference", "_once")
    return client.post(f"{address}/confirm", data={each: read_field(page, each) for each in names})


def list_rows(app: Flask) -> list[tuple[str, str, int, str]]:
    with app.app_context():
        rows = db.session.scalars(select(DemandListing).order_by(DemandListing.id)).all()
        return [(row.title, row.status.value, row.organisation_id, row.kind.value) for row in rows]


@pytest.mark.parametrize("is_workbook", [False, True])
def test_good_table_is_previewed_then_stored_once(
    app: Flask, people: People, sign_in: SignIn, *, is_workbook: bool
) -> None:
    cells = make_good(DEMANDS, 3)
    content = as_xlsx(cells) if is_workbook else as_csv(cells)
    client = sign_in(app, "owner@test.example")
    answer = send(client, OWN, content, "需求.xlsx" if is_workbook else "需求.csv")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "共 3 条，没有错误" in page
    assert list_rows(app) == []

    first, second = confirm(client, OWN, page), confirm(client, OWN, page)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.location == second.location
    unit = people.owner.organisation_id
    assert list_rows(app) == [
        (f"第{n}号变电所夜间巡检", ListingStatus.DRAFT, unit, ListingKind.SCENE) for n in range(3)
    ]


def test_stored_draft_says_what_the_row_said(app: Flask, people: People, sign_in: SignIn) -> None:
    client = sign_in(app, "owner@test.example")
    confirm(client, OWN, send(client, OWN, as_csv(make_good(DEMANDS, 1))).get_data(as_text=True))
    with app.app_context():
        row = db.session.scalars(select(DemandListing)).one()
        assert (row.sector, row.district, row.owner_kind) == (
            "municipal-inspection",
            "shangcheng",
            "metro-operator",
        )
        assert (row.quantity, row.budget_low_fen, row.budget_high_fen) == (
            1200,
            180_500_000,
            400_000_000,
        )
        assert [each.mode for each in row.modes] == ["purchase", "raas"]
        assert row.facts == {"floor": "平整硬化地面"}
        wanted = {each.attribute: (str(each.value), each.hard) for each in row.requirements}
        assert wanted == {
            "payload_kg": ("12.5", False),
            "ip_rating": ("IP54", True),
            "stairs": ("True", True),
            "autonomy_level": ("L3", False),
        }


def test_table_sent_again_names_each_title(app: Flask, people: People, sign_in: SignIn) -> None:
    client = sign_in(app, "owner@test.example")
    content = as_csv(make_good(DEMANDS, 2))
    page, other = (send(client, OWN, content).get_data(as_text=True) for _ in range(2))
    assert confirm(client, OWN, page).status_code == 302
    result = confirm(client, OWN, other)
    assert result.status_code == 302
    for again in (client.get(result.location), send(client, OWN, content)):
        assert again.get_data(as_text=True).count("本单位已有同名需求") == 2
    assert len(list_rows(app)) == 2


def test_column_of_another_kind_and_reversed_budget_are_named(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    cells = make_good(DEMANDS, 2)
    header = [column.name for column in DEMANDS.table.columns()]
    cells[1][header.index("shift")] = "白班8小时"
    cells[2][header.index("budget_high_fen")] = "180.4"
    page = send(sign_in(app, "owner@test.example"), OWN, as_csv(cells)).get_data(as_text=True)
    assert "场景需求不填这一项" in page
    assert "预算上限低于预算下限" in page
    assert "有 2 处错误" in page


@pytest.mark.parametrize("part", ["firm", "judge", "officer", "auditor"])
def test_other_people_do_not_import_needs_of_their_own(
    app: Flask, people: People, sign_in: SignIn, part: str
) -> None:
    client = sign_in(app, f"{part}@test.example")
    assert send(client, OWN, as_csv(make_good(DEMANDS, 1))).status_code == 403
    assert client.get(OWN).status_code == 403
    assert client.get(f"{OWN}/template.xlsx").status_code == 403
    assert list_rows(app) == []


def test_visitor_is_sent_to_log_in(app: Flask) -> None:
    answer = send(app.test_client(), OWN, as_csv(make_good(DEMANDS, 1)))
    assert answer.status_code == 302
    assert "/login" in answer.location


def test_reference_of_somebody_else_is_refused(app: Flask, people: People, sign_in: SignIn) -> None:
    owner = sign_in(app, "owner@test.example")
    page = send(owner, OWN, as_csv(make_good(DEMANDS, 1))).get_data(as_text=True)
    for part in ("stranger", "colleague"):
        answer = confirm(sign_in(app, f"{part}@test.example"), OWN, page)
        assert answer.status_code == 422
        assert "核对结果已失效" in answer.get_data(as_text=True)
    assert owner.post(f"{OWN}/confirm", data={"reference": "x.y.z"}).status_code == 422
    assert list_rows(app) == []


def test_bureau_imports_for_units(app: Flask, people: People, sign_in: SignIn) -> None:
    officer = sign_in(app, "officer@test.example")
    cells = make_good(UNIT_DEMANDS, 2)
    cells[1] = ["乙方医院" if cell == "甲方地铁公司" else cell for cell in cells[1]]
    page = send(officer, FOR_UNITS, as_csv(cells)).get_data(as_text=True)
    assert confirm(officer, FOR_UNITS, page).status_code == 302
    units = [row[2] for row in list_rows(app)]
    assert units == [people.stranger.organisation_id, people.owner.organisation_id]
    own = sign_in(app, "owner@test.example").get("/owner/demands").get_data(as_text=True)
    assert "第1号变电所夜间巡检" in own
    assert "第0号变电所夜间巡检" not in own


@pytest.mark.parametrize("part", ["approver", "auditor", "sector_reviewer", "sysadmin", "owner"])
def test_only_the_officer_imports_for_units(
    app: Flask, people: People, sign_in: SignIn, part: str
) -> None:
    client = sign_in(app, f"{part}@test.example")
    assert send(client, FOR_UNITS, as_csv(make_good(UNIT_DEMANDS, 1))).status_code == 403
    assert list_rows(app) == []


@pytest.mark.parametrize("table", TABLES)
def test_template_has_header_example_and_lists(app: Flask, table: TableImport) -> None:
    content = write_template(table)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == [table.title, "填写说明", "可选值"]
    page = book.worksheets[0]
    columns = table.columns()
    assert [cell.value for cell in page[1]] == [
        column.label + ("*" if column.required else "") for column in columns
    ]
    assert str(page["A2"].value).startswith(EXAMPLE_MARK)
    lists = [rule for rule in page.data_validations.dataValidation if rule.type == "list"]
    assert len(lists) == sum(bool(each.choices) and not each.is_multiple for each in columns)
    assert len(columns) <= COLUMNS_MAX
    with app.app_context():
        reading = read_table(read_rows(content, "a.xlsx"), columns, rows_max=table.rows_max)
    assert reading.records == ()
    assert reading.examples == 1
    assert [fault.column for fault in reading.faults] == ["内容"]


@pytest.mark.parametrize("table", [DEMANDS.table, PRODUCTS.table, EXPERTS_SAMPLE.table, AWARDS])
def test_example_of_a_template_is_right(app: Flask, table: TableImport) -> None:
    columns = table.columns()
    cells = [[each.label for each in columns], [each.example for each in columns]]
    with app.app_context():
        assert read_table(cells, columns, rows_max=1).faults == ()


def test_missing_columns_and_too_many_rows_are_named(app: Flask) -> None:
    table = DEMANDS.table
    cells: Cells = [["名称"], *[[f"第{n}号变电所夜间巡检"] for n in range(table.rows_max + 1)]]
    reading = read_table(cells, table.columns(), rows_max=table.rows_max)
    missing = {column.label for column in table.columns() if column.required} - {"名称"}
    assert {fault.column for fault in reading.faults if fault.row == 1} == missing
    assert [(f.row, f.column) for f in reading.faults if f.row > 1] == [
        (table.rows_max + 2, "整行")
    ]
    assert read_table([], table.columns(), rows_max=5).faults != ()


def test_bomb_is_refused_within_a_second(app: Flask, people: People, sign_in: SignIn) -> None:
    """A spreadsheet of less than 100 KB that unzips to 23 MB."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"<c/>" * (23 * 1024 * 1024 // 4))
    assert len(buffer.getvalue()) < 100_000
    client = sign_in(app, "owner@test.example")
    began = time.perf_counter()
    answer = send(client, OWN, buffer.getvalue(), "炸弹.xlsx")
    assert time.perf_counter() - began < 1
    assert answer.status_code == 429
    assert "解压后过大" in answer.get_data(as_text=True)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(DemandListing)) == 0
