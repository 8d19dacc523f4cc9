"""Products and experts from a table: new ones, changes, who may, what stays as it is."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from matchmaker.db import db
from matchmaker.documents.spreadsheet import read_rows
from matchmaker.selection.panels.models import Expert
from matchmaker.suppliers.models import Product, Supplier
from matchmaker.suppliers.rules import Evidence, ProfileState
from tests.conftest import SignIn
from tests.imports.planted import as_csv, make_good
from tests.imports.samples import COMPILED, EXPERTS_SAMPLE, PRODUCTS
from tests.imports.test_demands import confirm, send
from tests.people import People
from tests.suppliers.market import count_acts, list_messages, make_compiled_supplier, make_product
from tests.suppliers.market import world as market_world

OWN = "/supplier/products/import"
COMPILE = "/bureau/suppliers/products/import"
POOL = "/bureau/selection/experts/import"


def product_by_model(model: str) -> Product:
    return db.session.scalars(select(Product).where(Product.model == model)).one()


def count_products(app: Flask) -> int:
    with app.app_context():
        return len(db.session.scalars(select(Product.id)).all())


def test_firm_adds_drafts_and_changes_its_products(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    """The one published product is changed on the site at once; empty cells change nothing."""
    with market_world(app):
        code = make_product(people.firm).code
    cells = make_good(PRODUCTS, 2)
    header = [column.name for column in PRODUCTS.table.columns()]
    cells[1] = [""] * len(header)
    for name, text in {
        "model": "巡检一号",
        "price_purchase": "88000",
        "figure_dof_total": "12",
    }.items():
        cells[1][header.index(name)] = text
    client = sign_in(app, "firm@test.example")
    page = send(client, OWN, as_csv(cells)).get_data(as_text=True)
    assert "将新建 1 个产品、修改 1 个产品" in page
    assert count_products(app) == 1
    assert confirm(client, OWN, page).status_code == 302
    with app.app_context():
        old, new = product_by_model("巡检一号"), product_by_model("巡检1号")
        assert (old.code, old.state, old.form) == (code, ProfileState.PUBLISHED, "quadruped")
        assert old.description.startswith("四足巡检机器人")
        assert [(price.mode, price.amount_fen) for price in old.prices] == [("purchase", 8_800_000)]
        assert {row.attribute: row.value for row in old.capabilities} == {"dof_total": 12}
        assert new.state is ProfileState.DRAFT
        assert {row.attribute: (row.value, row.evidence) for row in new.capabilities} == {
            "payload_kg": (Decimal("12.5"), Evidence.CLAIMED),
            "ip_rating": ("IP67", Evidence.CLAIMED),
            "stairs": (True, Evidence.CLAIMED),
            "autonomy_level": ("L3", Evidence.CLAIMED),
            "sensors": (("激光雷达", "深度相机"), Evidence.CLAIMED),
        }
        assert {price.mode: price.amount_fen for price in new.prices} == {
            "purchase": 9_900_000,
            "short-term-rental": 80_050,
        }
        assert count_acts(db.session(), "suppliers.import_products") == 1
        changed = list_messages(db.session(), "suppliers.product_changed")
        assert {message["product_id"] for message in changed} == {code}


def test_new_product_needs_a_form_and_a_published_one_its_text(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    with market_world(app):
        make_product(people.firm)
    cells = [["产品型号", "产品说明"], ["新型号", "说明"], ["巡检一号", "太短"]]
    page = send(sign_in(app, "firm@test.example"), OWN, as_csv(cells)).get_data(as_text=True)
    assert "有 2 处错误" in page
    assert "新产品须填写产品形态" in page
    assert "已发布的产品，说明不少于 10 个字" in page


def test_firm_without_a_profile_and_others_are_refused(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    content = as_csv(make_good(PRODUCTS, 1))
    assert send(sign_in(app, "other_firm@test.example"), OWN, content).status_code == 404
    for part in ("owner", "officer", "judge"):
        assert send(sign_in(app, f"{part}@test.example"), OWN, content).status_code == 403
    assert count_products(app) == 0


def test_firm_changes_its_own_product_of_the_same_name_only(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    with market_world(app):
        make_product(people.firm)
        make_product(people.other_firm, published=False)
    cells = [["产品型号", "产品说明"], ["巡检一号", "只属于另一家企业的说明文字。"]]
    client = sign_in(app, "other_firm@test.example")
    page = send(client, OWN, as_csv(cells)).get_data(as_text=True)
    assert confirm(client, OWN, page).status_code == 302
    with app.app_context():
        texts = {
            product.supplier.organisation_id: product.description
            for product in db.session.scalars(select(Product))
        }
    assert texts[people.other_firm.organisation_id] == "只属于另一家企业的说明文字。"
    assert texts[people.firm.organisation_id].startswith("四足")


def test_bureau_publishes_products_of_a_firm_that_nobody_claimed(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    with market_world(app):
        make_compiled_supplier()
    officer = sign_in(app, "officer@test.example")
    page = send(officer, COMPILE, as_csv(make_good(COMPILED, 2))).get_data(as_text=True)
    assert confirm(officer, COMPILE, page).status_code == 302
    with app.app_context():
        for model in ("巡检0号", "巡检1号"):
            product = product_by_model(model)
            assert product.supplier.code == "S900"
            assert product.state is ProfileState.PUBLISHED
            assert product.sources == ["https://example.org/p"]
            assert {tuple(row.sources) for row in product.capabilities} == {
                ("https://example.org/p",)
            }


@pytest.mark.parametrize("part", ["approver", "auditor", "sysadmin", "district_reviewer"])
def test_only_the_officer_compiles(app: Flask, people: People, sign_in: SignIn, part: str) -> None:
    with market_world(app):
        make_compiled_supplier()
    client = sign_in(app, f"{part}@test.example")
    assert send(client, COMPILE, as_csv(make_good(COMPILED, 1))).status_code == 403
    assert count_products(app) == 0


def test_firm_claimed_since_the_dry_run_is_left_alone(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    with market_world(app):
        supplier_id = make_compiled_supplier().id
    officer = sign_in(app, "officer@test.example")
    page = send(officer, COMPILE, as_csv(make_good(COMPILED, 1))).get_data(as_text=True)
    with market_world(app) as session:
        session.get_one(Supplier, supplier_id).organisation_id = people.firm.organisation_id
    answer = confirm(officer, COMPILE, page)
    assert "已由企业认领" in officer.get(answer.location).get_data(as_text=True)
    assert count_products(app) == 0


def list_pool(app: Flask) -> list[tuple[str, str, bool, int | None]]:
    with app.app_context():
        rows = db.session.scalars(select(Expert).order_by(Expert.name)).all()
        return [(row.name, row.title, row.is_active, row.user_id) for row in rows]


def test_pool_is_filled_then_changed(app: Flask, people: People, sign_in: SignIn) -> None:
    officer = sign_in(app, "officer@test.example")
    page = send(officer, POOL, as_csv(make_good(EXPERTS_SAMPLE, 2))).get_data(as_text=True)
    assert "将新增 2 位专家、更新 0 位专家" in page
    assert confirm(officer, POOL, page).status_code == 302
    assert list_pool(app) == [
        ("专家00", "教授", True, people.judge.user_id),
        ("专家01", "教授", True, None),
    ]
    cells = [["姓名", "工作单位", "状态"], ["专家00", "某大学机器人研究所", "已停用"]]
    page = send(officer, POOL, as_csv(cells)).get_data(as_text=True)
    assert "将新增 0 位专家、更新 1 位专家" in page
    assert confirm(officer, POOL, page).status_code == 302
    assert list_pool(app)[0] == ("专家00", "教授", False, people.judge.user_id)
    with app.app_context():
        expert = db.session.scalars(select(Expert).where(Expert.name == "专家00")).one()
        assert expert.other_units == ["甲公司", "乙公司"]
        assert expert.employer_credit_code == "12330000470095016Q"


def test_account_of_another_expert_is_named(app: Flask, people: People, sign_in: SignIn) -> None:
    officer = sign_in(app, "officer@test.example")
    page = send(officer, POOL, as_csv(make_good(EXPERTS_SAMPLE, 1))).get_data(as_text=True)
    confirm(officer, POOL, page)
    header = ["姓名", "工作单位", "平台账号（邮箱）"]
    cells = [header, ["另一人", "某大学", "judge@test.example"]]
    page = send(officer, POOL, as_csv(cells)).get_data(as_text=True)
    assert "该账号已对应专家库中的专家00" in page
    assert len(list_pool(app)) == 1


def test_exported_pool_comes_back_unchanged(app: Flask, people: People, sign_in: SignIn) -> None:
    """What goes out is what comes in: the export is in the columns of the import."""
    officer = sign_in(app, "officer@test.example")
    page = send(officer, POOL, as_csv(make_good(EXPERTS_SAMPLE, 3))).get_data(as_text=True)
    confirm(officer, POOL, page)
    answer = officer.post(f"{POOL}/export")
    assert answer.status_code == 200
    assert len(read_rows(answer.data, "专家库.xlsx")) == 4
    before = list_pool(app)
    page = officer.post(POOL, data={"file": (io.BytesIO(answer.data), "专家库.xlsx")}).get_data(
        as_text=True
    )
    assert "将新增 0 位专家、更新 3 位专家" in page
    assert confirm(officer, POOL, page).status_code == 302
    assert list_pool(app) == before
    with app.app_context():
        assert count_acts(db.session(), "selection.export_experts") == 1


@pytest.mark.parametrize("part", ["approver", "auditor", "owner", "judge"])
def test_others_neither_import_nor_export_experts(
    app: Flask, people: People, sign_in: SignIn, part: str
) -> None:
    client = sign_in(app, f"{part}@test.example")
    assert send(client, POOL, as_csv(make_good(EXPERTS_SAMPLE, 1))).status_code == 403
    assert client.post(f"{POOL}/export").status_code == 403
    assert list_pool(app) == []
