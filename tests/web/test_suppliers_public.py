"""What everybody sees of firms and products, and what nobody does."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
from flask import Flask
from openpyxl import load_workbook

from matchmaker.suppliers import operations, queries
from matchmaker.suppliers.capabilities.operations import set_capability, set_price
from matchmaker.suppliers.rules import Wish, WishKind
from matchmaker.suppliers.showcase import operations as showcase
from matchmaker.suppliers.wishes.operations import set_wishes
from tests.conftest import SignIn
from tests.people import People
from tests.suppliers.market import DOG, make_product, world
from tests.suppliers.test_showcase import SOLUTION

PAGES = (
    "/suppliers",
    "/products",
    "/suppliers/S001",
    "/products/s001-1",
    "/suppliers/supply-list",
    "/suppliers/solution-list",
    "/suppliers/S001/solutions/1",
)
CANARY = "隐形暗号"


def prepare(app: Flask, people: People) -> None:
    """A published product and solution, and hidden things that carry a canary."""
    with world(app):
        product = make_product(people.firm)
        set_capability(people.firm, product, attribute="payload_kg", text="12.5")
        set_price(people.firm, product, mode="raas", amount_fen=880_000, note="含运维")
        hidden = replace(DOG, model=f"{CANARY}型", description=f"{CANARY}的说明，尚未发布。")
        make_product(people.firm, hidden, published=False)
        supplier = product.supplier
        solution = showcase.create_solution(people.firm, supplier, SOLUTION, products=[product])
        showcase.publish_entry(people.firm, solution)
        showcase.create_solution(people.firm, supplier, replace(SOLUTION, title=f"{CANARY}的方案"))
        set_wishes(people.firm, supplier, [Wish(kind=WishKind.MIN_BUDGET_FEN, amount=7_654_321_00)])


def read(app: Flask, url: str, status: int = 200) -> str:
    answer = app.test_client().get(url)
    assert answer.status_code == status, url
    return answer.get_data(as_text=True)


def test_pages_say_what_is_published(app: Flask, people: People) -> None:
    prepare(app, people)
    assert "丙方机器人" in read(app, "/suppliers")
    assert "巡检一号" in read(app, "/products")
    product = read(app, "/products/s001-1")
    for text in ("12.5 kg", "自述", "8,800.00 元/台·月", "含运维", "市政巡检"):
        assert text in product
    assert "变电所无人巡检方案" in read(app, "/suppliers/solution-list")
    assert "部署两台机器人" in read(app, "/suppliers/S001/solutions/1")


@pytest.mark.parametrize("part", [None, "other_firm", "owner", "officer", "judge"])
def test_no_page_leaks_a_draft_or_a_wish(
    app: Flask, people: People, sign_in: SignIn, part: str | None
) -> None:
    prepare(app, people)
    client = app.test_client() if part is None else sign_in(app, f"{part}@test.example")
    for url in (*PAGES, "/products?sort=model", f"/products?q={CANARY}", "/suppliers?q=丙方"):
        text = client.get(url).get_data(as_text=True).replace(f'value="{CANARY}"', "")
        assert CANARY not in text, url
        assert "7654321" not in text.replace(",", ""), url
    for url in ("/products/s001-2", "/suppliers/S001/solutions/2", "/suppliers/S999"):
        assert client.get(url).status_code == 404
    total = re.search(r"共 <strong>(\d+)</strong>", client.get("/products").get_data(as_text=True))
    assert total is not None
    assert total.group(1) == "1"


def test_the_firm_previews_its_draft(app: Flask, people: People, sign_in: SignIn) -> None:
    prepare(app, people)
    client = sign_in(app, "firm@test.example")
    page = client.get("/products/s001-2").get_data(as_text=True)
    assert "预览：尚未公开" in page
    assert CANARY in page


def test_an_empty_site_says_what_to_do(app: Flask) -> None:
    assert "没有符合条件的产品" in read(app, "/products")
    assert "没有符合条件的企业" in read(app, "/suppliers")
    assert "清单中还没有产品" in read(app, "/suppliers/supply-list")
    assert "还没有企业发布解决方案" in read(app, "/suppliers/solution-list")


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=99999999999999999999",
        "page=-1",
        "sort=nonsense",
        "kind=x&sector=x&mode=x",
        "q=" + "长" * 500,
        "q=%00%22",
        "q='%20OR%201=1",
    ],
)
def test_strange_addresses_are_answered(app: Flask, people: People, query: str) -> None:
    prepare(app, people)
    for url in ("/products", "/suppliers"):
        assert app.test_client().get(f"{url}?{query}").status_code == 200


def test_a_withdrawn_product_leaves_the_pages(app: Flask, people: People) -> None:
    prepare(app, people)
    with world(app):
        product = queries.get_own_product(people.firm, "s001-1")
        operations.withdraw_product(people.officer, product, reason="停产")
    assert "巡检一号" not in read(app, "/products")
    assert "巡检一号" not in read(app, "/suppliers/S001/solutions/1")
    read(app, "/products/s001-1", 404)


def read_workbook(app: Flask, url: str) -> list[tuple[object, ...]]:
    answer = app.test_client().get(url)
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    sheet = load_workbook(io.BytesIO(answer.data)).active
    return list(sheet.iter_rows(values_only=True))


def test_lists_go_out_as_excel_without_formulas(app: Flask, people: People) -> None:
    prepare(app, people)
    with world(app):
        product = queries.get_own_product(people.firm, "s001-1")
        operations.edit_product(people.firm, product, replace(DOG, model="=HYPERLINK(1)"))
    rows = read_workbook(app, "/suppliers/supply-list.xlsx")
    assert len(rows) == 3
    assert rows[2][:3] == ("s001-1", "=HYPERLINK(1)", "丙方机器人有限公司")
    assert "载荷 12.5 kg" in str(rows[2])
    solutions = read_workbook(app, "/suppliers/solution-list.xlsx")
    assert [row[0] for row in solutions[2:]] == ["变电所无人巡检方案"]
    assert CANARY not in str(rows + solutions)


def test_seeded_pages_say_that_they_are_compiled(seeded_app: Flask) -> None:
    for url in ("/suppliers", "/products", "/suppliers/S001", "/products/unitree-g1"):
        assert "本页含演示数据" in read(seeded_app, url), url
    product = read(seeded_app, "/products/unitree-g1")
    for text in ("来源之间有出入", "未核验", "99,000.00 元/台", "https://kentino.com"):
        assert text in product
    assert "由演示账号维护，不代表该企业" in read(seeded_app, "/suppliers/S006")
    assert "尚未认领" in read(seeded_app, "/suppliers/S001")
