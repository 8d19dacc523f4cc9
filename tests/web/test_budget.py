"""Pages of the budget, the register and the adoption of a draft."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from sqlalchemy import func, select

from matchmaker import clock
from matchmaker.db import db, read_tx, write_tx
from matchmaker.funding.models import AwardRecord
from matchmaker.policy.models import PolicyAdoption
from matchmaker.rewards.models import Budget
from tests.conftest import SignIn
from tests.funding.test_register import GOOD, rows
from tests.imports.test_demands import confirm
from tests.people import People
from tests.rewards.world import approve, give_budget, make_claim


def count(app: Flask, table: type) -> int:
    with app.app_context(), read_tx():
        return db.session.scalar(select(func.count()).select_from(table)) or 0


def csv_of(lines: list[list[str]]) -> io.BytesIO:
    return io.BytesIO("\n".join(",".join(f'"{c}"' for c in line) for line in lines).encode())


def test_a_budget_is_noted_by_the_approver(app: Flask, people: People, sign_in: SignIn) -> None:
    year = clock.today().year
    data = {
        "instrument": "M66-6",
        "year": str(year),
        "amount": "10,000,000",
        "document_number": "杭财企〔2026〕1号",
    }
    assert sign_in(app, "officer@test.example").post("/bureau/budget", data=data).status_code == 403
    approver = sign_in(app, "approver@test.example")
    for change in ({"amount": "-1"}, {"amount": ""}, {"year": "1999"}, {"document_number": ""}):
        assert approver.post("/bureau/budget", data=data | change).status_code == 422
    assert count(app, Budget) == 0
    assert approver.post("/bureau/budget", data=data).status_code == 302
    page = approver.get(f"/bureau/budget?year={year}").get_data(as_text=True)
    assert "10,000,000.00元" in page
    assert 'data-chart="budget-option"' in page


def test_figures_of_the_page_are_those_of_the_decisions(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    with app.app_context(), write_tx():
        give_budget(people, 1_000_00)
        approve(people, make_claim(people, 246_90))
    page = sign_in(app, "auditor@test.example").get("/bureau/budget").get_data(as_text=True)
    for amount in ("1,000.00元", "123.45元", "876.55元"):
        assert amount in page


IMPORT = "/bureau/awards/import"


def upload(cells: list[list[str]]) -> dict[str, object]:
    return {"source": "市科技局", "file": (csv_of(cells), "a.csv")}


def test_a_list_is_checked_and_imported(app: Flask, people: People, sign_in: SignIn) -> None:
    officer = sign_in(app, "officer@test.example")
    bad = rows({}, {0: "K2", 7: "x"}, {0: "K3", 4: "12", 9: "明天"})
    answer = officer.post(IMPORT, data=upload(bad))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "3 处错误" in page
    for column in ("核定金额（元）", "统一社会信用代码", "核定日期"):
        assert column in page
    good = rows({}, {0: "K2"})
    page = officer.post(IMPORT, data=upload(good)).get_data(as_text=True)
    assert "共 2 条，没有错误" in page
    assert "合计 6,001.00 元" in page
    assert count(app, AwardRecord) == 0
    assert confirm(officer, IMPORT, page).status_code == 302
    assert count(app, AwardRecord) == 2
    answer = officer.post(IMPORT, data=upload(good))
    assert answer.status_code == 422
    assert answer.get_data(as_text=True).count("此前已从同一来源导入") == 2
    assert count(app, AwardRecord) == 2
    assert GOOD[5] in officer.get("/bureau/awards").get_data(as_text=True)
    assert officer.post(IMPORT, data=upload(good) | {"source": "own"}).status_code == 422


@pytest.mark.parametrize("part", ["approver", "auditor", "sector_reviewer", "sysadmin"])
def test_others_do_not_import(app: Flask, people: People, sign_in: SignIn, part: str) -> None:
    client = sign_in(app, f"{part}@test.example")
    assert client.post(IMPORT, data=upload(rows({}))).status_code == 403
    assert client.get(IMPORT).status_code == 403
    assert count(app, AwardRecord) == 0


@pytest.mark.parametrize("name", ["a.exe", "a.xlsx", "a.csv"])
def test_unreadable_files_are_refused(
    app: Flask, people: People, sign_in: SignIn, name: str
) -> None:
    officer = sign_in(app, "officer@test.example")
    data = {"source": "市科技局", "file": (io.BytesIO(b"\xff\xfe\x00bad"), name)}
    assert officer.post(IMPORT, data=data).status_code == 422
    assert count(app, AwardRecord) == 0


def test_template_and_register_are_workbooks(app: Flask, people: People, sign_in: SignIn) -> None:
    officer = sign_in(app, "officer@test.example")
    for path in ("import/template", "register"):
        assert officer.get(f"/bureau/awards/{path}.xlsx").data.startswith(b"PK")


def test_the_adoption_is_recorded_once_by_the_approver(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    data = {
        "document_id": "A25",
        "number": "杭政办函〔2026〕9号",
        "adopted_on": "2026-03-01",
        "source": "市政府网站",
    }
    officer = sign_in(app, "officer@test.example")
    assert officer.get("/bureau/policies").status_code == 200
    assert officer.post("/bureau/policies", data=data).status_code == 403
    approver = sign_in(app, "approver@test.example")
    for change in ({"number": ""}, {"adopted_on": "2026-02-30"}, {"document_id": "M66"}):
        assert approver.post("/bureau/policies", data=data | change).status_code == 422
    assert count(app, PolicyAdoption) == 0
    assert approver.post("/bureau/policies", data=data).status_code == 302
    assert "杭政办函〔2026〕9号" in approver.get("/bureau/policies").get_data(as_text=True)
    assert approver.post("/bureau/policies", data=data).status_code == 422
    assert count(app, PolicyAdoption) == 1
