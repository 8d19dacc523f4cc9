"""Lists as workbooks: exactly what the page lists, text never a formula, Chinese names."""

from __future__ import annotations

import io
from dataclasses import replace
from urllib.parse import quote

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from matchmaker.accounts.queries import as_actor, find_user_by_email
from matchmaker.actor import VISITOR, Actor
from matchmaker.db import db, write_tx
from matchmaker.demands.queries import visible_to as demands_visible_to
from matchmaker.documents.spreadsheet import read_rows
from matchmaker.rewards import queries as rewards
from matchmaker.selection.applications.queries import list_of_round
from matchmaker.selection.rounds.queries import list_rounds
from matchmaker.suppliers.queries import suppliers_visible_to
from matchmaker.suppliers.queries import visible_to as products_visible_to
from tests.conftest import SignIn
from tests.demands.factories import make_draft, make_published
from tests.people import People
from tests.rewards.world import approve, give_budget, make_claim
from tests.suppliers.market import DOG, make_firm, make_product

OFFICER = "officer@demo.example"


def read_list(client: FlaskClient, address: str, name: str) -> tuple[str, list[list[str]]]:
    """The note above the list and its rows without the header."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert quote(f"{name}.xlsx") in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    note, _, *rows = read_rows(answer.data, f"{name}.xlsx")
    return note[0], rows


def test_public_lists_hold_what_a_visitor_may_see(seeded_app: Flask) -> None:
    client = seeded_app.test_client()
    with seeded_app.app_context():
        demands = {row.code for row in db.session.scalars(demands_visible_to(VISITOR))}
        products = {row.code for row in db.session.scalars(products_visible_to(VISITOR))}
        firms = {row.code for row in db.session.scalars(suppliers_visible_to(VISITOR))}
    for address, name, codes in (
        ("/demands/export.xlsx", "场景需求", demands),
        ("/products/export.xlsx", "机器人产品", products),
        ("/suppliers/export.xlsx", "机器人企业", firms),
    ):
        note, rows = read_list(client, address, name)
        assert {row[0] for row in rows} == codes
        assert len(rows) == len(codes)
        assert f"共 {len(codes)} " in note
        assert "含演示数据" in note


def test_export_keeps_the_filter_and_the_order_of_the_page(seeded_app: Flask) -> None:
    client = seeded_app.test_client()
    query = "sector=municipal-inspection&sort=deadline"
    page = client.get(f"/demands?{query}").get_data(as_text=True)
    _, rows = read_list(client, f"/demands/export.xlsx?{query}", "场景需求")
    assert 0 < len(rows) < 100
    assert {row[4] for row in rows} == {"市政巡检"}
    places = [page.find(f"/demands/{row[0]}") for row in rows[:20]]
    assert places == sorted(places)
    assert -1 not in places
    assert f"/demands/export.xlsx?{query}".replace("&", "&amp;") in page
    _, none = read_list(client, "/demands/export.xlsx?sector=nothing", "场景需求")
    assert none == []
    _, dogs = read_list(client, "/products/export.xlsx?form=quadruped", "机器人产品")
    assert {row[4] for row in dogs} == {"四足"}


def test_draft_and_stranger_stay_out_of_the_lists(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    with app.app_context(), write_tx():
        public = make_published(people).code
        draft = make_draft(people, title="未公开的绝密巡检需求").code
        make_firm(people.firm)
        shown = make_product(people.firm).code
        hidden = make_product(
            people.firm, published=False, facts=replace(DOG, model="未发布型号")
        ).code
    visitor = app.test_client()
    assert [row[0] for row in read_list(visitor, "/demands/export.xlsx", "场景需求")[1]] == [public]
    assert [r[0] for r in read_list(visitor, "/products/export.xlsx", "机器人产品")[1]] == [shown]
    own = read_list(sign_in(app, "owner@test.example"), "/owner/demands/export.xlsx", "本单位需求")
    assert {row[0] for row in own[1]} == {public, draft}
    other = sign_in(app, "stranger@test.example")
    assert read_list(other, "/owner/demands/export.xlsx", "本单位需求")[1] == []
    firm = read_list(sign_in(app, "firm@test.example"), "/products/export.xlsx", "机器人产品")
    assert hidden not in {row[0] for row in firm[1]}
    for address in ("/owner/demands/export.xlsx", "/bureau/demands/export.xlsx"):
        assert visitor.get(address).status_code == 302
    assert other.get("/bureau/demands/export.xlsx").status_code == 403


@pytest.mark.parametrize("sign", ["=1+1", "+1", "-1", "@SUM(A1)", "=HYPERLINK(1)"])
def test_text_never_becomes_a_formula(app: Flask, people: People, sign: str) -> None:
    with app.app_context(), write_tx():
        make_published(people, title=f"{sign}变电所巡检")
    content = app.test_client().get("/demands/export.xlsx").data
    cell = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]["B3"]
    assert (cell.value, cell.data_type) == (f"{sign}变电所巡检", "s")


def test_bureau_lists_hold_what_their_pages_list(seeded_app: Flask, sign_in: SignIn) -> None:
    officer = sign_in(seeded_app, OFFICER)
    page = officer.get("/bureau/demands?view=all").get_data(as_text=True)
    _, rows = read_list(officer, "/bureau/demands/export.xlsx?view=all", "需求")
    assert f"<strong>{len(rows):,}</strong>" in page
    assert "草稿" not in {row[3] for row in rows}
    with seeded_app.app_context():
        claims = len(rewards.list_claims(get_officer()))
    _, listed = read_list(officer, "/bureau/claims/export.xlsx", "奖补申领")
    assert len(listed) == claims > 0
    _, drafts = read_list(officer, "/bureau/claims/export.xlsx?status=draft", "奖补申领")
    assert {row[5] for row in drafts} <= {"填报中", "草稿"}


def get_officer() -> Actor:
    user = find_user_by_email(OFFICER)
    assert user is not None
    return as_actor(user)


def test_amounts_of_claims_are_those_of_the_decisions(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    with app.app_context(), write_tx():
        give_budget(people, 1_000_00)
        approve(people, make_claim(people, 246_90))
    auditor = sign_in(app, "auditor@test.example")
    note, rows = read_list(auditor, "/bureau/claims/export.xlsx", "奖补申领")
    assert [(row[7], row[8], row[9]) for row in rows] == [("123.45", "否", "123.45")]
    assert "演示" not in note
    for part in ("owner", "firm", "sysadmin", "sector_reviewer"):
        client = sign_in(app, f"{part}@test.example")
        assert client.get("/bureau/claims/export.xlsx").status_code == 403


def test_applications_of_a_round_are_those_of_its_page(seeded_app: Flask, sign_in: SignIn) -> None:
    officer = sign_in(seeded_app, OFFICER)
    with seeded_app.app_context():
        actor = get_officer()
        rounds = {
            row.code: (row.title, [each.code for each in list_of_round(actor, row.id)])
            for row in list_rounds(actor)
        }
    assert any(codes for _, codes in rounds.values())
    for code, (title, codes) in rounds.items():
        _, rows = read_list(officer, f"/bureau/selection/{code}/applications.xlsx", f"{title}申报")
        assert [row[0] for row in rows] == codes
    code = next(iter(rounds))
    owner = sign_in(seeded_app, "owner@demo.example")
    assert owner.get(f"/bureau/selection/{code}/applications.xlsx").status_code == 403
