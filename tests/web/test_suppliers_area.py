"""The firm's area and the bureau's desks, walked through as people do."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from matchmaker import clock
from matchmaker.accounts.queries import get_organisation
from matchmaker.actor import VISITOR
from matchmaker.db import read_tx
from matchmaker.files.models import StoredFile
from matchmaker.suppliers import queries
from matchmaker.suppliers.claims.models import ClaimState, ProfileClaim
from matchmaker.suppliers.models import Product
from matchmaker.suppliers.rules import Evidence, ProfileState
from matchmaker.suppliers.verification.models import Verification
from matchmaker.suppliers.verification.rules import VerificationState
from tests.conftest import SignIn
from tests.files.samples import EXECUTABLE, PDF
from tests.people import People
from tests.suppliers.market import make_compiled_supplier, make_product, world

PRODUCT = {
    "model": "巡检二号",
    "form": "quadruped",
    "description": "四足巡检机器人，适合变电所夜间巡检。",
    "sectors": ["municipal-inspection"],
    "tasks": ["inspection-round"],
    "modes": ["purchase"],
    "task_words": "夜巡、抄表",
}


def pdf(name: str = "检测报告.pdf", content: bytes = PDF) -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def test_a_firm_makes_its_profile_and_publishes_a_product(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    client = sign_in(app, "firm@test.example")
    assert "贵单位还没有企业资料" in client.get("/supplier/").get_data(as_text=True)
    profile = {
        "legal_name": "丙方机器人有限公司",
        "short_name": "丙方机器人",
        "kind": "whole_robot",
        "modes": ["purchase"],
    }
    assert client.post("/supplier/profile", data=profile).status_code == 302
    assert client.post("/supplier/profile/publish").status_code == 302
    answer = client.post("/supplier/products/new", data=PRODUCT)
    assert answer.headers["Location"] == "/supplier/products/s001-1/figures"
    figures = {"payload_kg": "12.5", "ip_rating": "ip54", "stairs": "是"}
    assert client.post("/supplier/products/s001-1/figures", data=figures).status_code == 302
    prices = {"amount_raas": "8800", "note_raas": "含运维"}
    assert client.post("/supplier/products/s001-1/prices", data=prices).status_code == 302
    assert app.test_client().get("/products/s001-1").status_code == 404
    assert client.post("/supplier/products/s001-1/publish").status_code == 302
    with app.app_context(), read_tx():
        product = queries.get_product(VISITOR, "s001-1")
        assert product.task_words == ["夜巡", "抄表"]
        assert {row.attribute: str(row.value) for row in product.capabilities} == {
            "payload_kg": "12.5",
            "ip_rating": "IP54",
            "stairs": "True",
        }
        assert [(row.mode, row.amount_fen) for row in product.prices] == [("raas", 880_000)]
        assert [row.mode for row in product.modes] == ["purchase", "raas"]


def test_faulty_figures_are_all_named_and_nothing_is_stored(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    with world(app):
        make_product(people.firm)
    client = sign_in(app, "firm@test.example")
    sent = {"payload_kg": "很大", "ip_rating": "99", "speed_mps": "2"}
    answer = client.post("/supplier/products/s001-1/figures", data=sent)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "“载荷”的取值“很大”不正确" in page
    assert "“防护等级”的取值“99”不正确" in page
    assert 'value="很大"' in page
    with app.app_context(), read_tx():
        assert queries.get_product(VISITOR, "s001-1").capabilities == []


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({**PRODUCT, "model": ""}, "请填写产品型号"),
        ({**PRODUCT, "form": ""}, "请选择产品形态"),
        ({**PRODUCT, "model": "巡检一号"}, "已有型号为“巡检一号”的产品"),
    ],
)
def test_faulty_products_come_back_with_what_was_typed(
    app: Flask, people: People, sign_in: SignIn, data: dict[str, object], text: str
) -> None:
    with world(app):
        make_product(people.firm)
    client = sign_in(app, "firm@test.example")
    answer = client.post("/supplier/products/new", data=data)
    assert answer.status_code in {409, 422}
    assert text in answer.get_data(as_text=True)
    assert "适合变电所夜间巡检" in answer.get_data(as_text=True)
    with app.app_context(), read_tx() as session:
        assert session.scalars(select(Product.code)).all() == ["s001-1"]


def strangers_acts(client: FlaskClient) -> list[int]:
    urls = (
        "/supplier/products/s001-1/edit",
        "/supplier/products/s001-1/figures",
        "/supplier/products/s001-1/prices",
        "/supplier/products/s001-1/publish",
        "/supplier/products/s001-1/withdraw",
        "/supplier/proofs/verify/capability/1",
        "/supplier/profile/publish",
    )
    return [client.post(url, data={**PRODUCT, "reason": "捣乱"}).status_code for url in urls]


def test_strangers_change_nothing(app: Flask, people: People, sign_in: SignIn) -> None:
    with world(app):
        make_product(people.firm)
    assert set(strangers_acts(sign_in(app, "other_firm@test.example"))) == {404}
    assert set(strangers_acts(sign_in(app, "owner@test.example"))) == {403}
    assert set(strangers_acts(sign_in(app, "officer@test.example"))) == {403}
    assert set(strangers_acts(app.test_client())) == {302}
    with app.app_context(), read_tx():
        product = queries.get_product(VISITOR, "s001-1")
        assert (product.model, product.state) == ("巡检一号", ProfileState.PUBLISHED)


def claim(client: FlaskClient, **files: object) -> int:
    data = {"position": "总经理", "statement": "本单位即该企业。", **files}
    return client.post(
        "/supplier/claims/new?supplier=S900", data=data, content_type="multipart/form-data"
    ).status_code


def test_a_profile_is_claimed_with_a_file_and_approved(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    with world(app):
        make_compiled_supplier()
    firm, officer = sign_in(app, "firm@test.example"), sign_in(app, "officer@test.example")
    assert "申请认领" in firm.get("/suppliers/S900").get_data(as_text=True)
    assert claim(firm, files=pdf("营业执照.pdf")) == 302
    assert "待审核的企业认领" in officer.get("/bureau/").get_data(as_text=True)
    page = officer.get("/bureau/suppliers/claims/1").get_data(as_text=True)
    found = re.search(r"/bureau/suppliers/claims/1/files/[\w-]+", page)
    assert found is not None
    download = officer.get(found.group())
    assert download.data == PDF
    assert download.headers["X-Content-Type-Options"] == "nosniff"
    assert download.headers["Content-Disposition"].startswith("attachment")
    token = found.group().rpartition("/")[2]
    assert firm.get(f"/supplier/claims/1/files/{token}").status_code == 200
    stranger = sign_in(app, "other_firm@test.example")
    assert stranger.get(f"/supplier/claims/1/files/{token}").status_code == 404
    assert stranger.post("/bureau/suppliers/claims/1/approve").status_code == 403
    assert officer.post("/bureau/suppliers/claims/1/approve").status_code == 302
    with app.app_context(), read_tx():
        assert queries.get_own_supplier(people.firm).code == "S900"
    assert "企业资料" in firm.get("/supplier/profile").get_data(as_text=True)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (None, "请上传营业执照或授权书"),
        (("执照.exe", EXECUTABLE), "不能上传"),
        (("执照.pdf", EXECUTABLE), "内容与扩展名不符"),
    ],
)
def test_a_claim_without_a_proper_file_is_refused(
    app: Flask, people: People, sign_in: SignIn, file: tuple[str, bytes] | None, text: str
) -> None:
    with world(app):
        make_compiled_supplier()
    client = sign_in(app, "firm@test.example")
    data: dict[str, object] = {"position": "总经理", "statement": "本单位即该企业。"}
    if file is not None:
        data["files"] = pdf(*file)
    answer = client.post(
        "/supplier/claims/new?supplier=S900", data=data, content_type="multipart/form-data"
    )
    assert answer.status_code == 422
    assert text in answer.get_data(as_text=True)
    with app.app_context(), read_tx() as session:
        assert session.scalars(select(ProfileClaim.id)).all() == []
        assert session.scalars(select(StoredFile.id)).all() == []


def test_a_rejected_claim_shows_its_reason(app: Flask, people: People, sign_in: SignIn) -> None:
    with world(app):
        make_compiled_supplier()
    firm, officer = sign_in(app, "firm@test.example"), sign_in(app, "officer@test.example")
    assert claim(firm, files=pdf()) == 302
    assert officer.post("/bureau/suppliers/claims/1/reject").status_code == 422
    sent = {"reason": "执照与企业名称不符"}
    assert officer.post("/bureau/suppliers/claims/1/reject", data=sent).status_code == 302
    assert "执照与企业名称不符" in firm.get("/supplier/claims").get_data(as_text=True)
    with app.app_context(), read_tx() as session:
        assert session.scalars(select(ProfileClaim.state)).all() == [ClaimState.REJECTED]


def test_a_figure_is_verified_by_a_test_centre(app: Flask, people: People, sign_in: SignIn) -> None:
    with world(app):
        make_product(people.firm)
    firm, officer = sign_in(app, "firm@test.example"), sign_in(app, "officer@test.example")
    judge = sign_in(app, "judge@test.example")
    firm.post("/supplier/products/s001-1/figures", data={"payload_kg": "20"})
    sent = firm.post(
        "/supplier/proofs/verify/capability/1",
        data={"statement": "见报告", "files": pdf()},
        content_type="multipart/form-data",
    )
    assert sent.headers["Location"] == "/supplier/proofs/verifications/1"
    assert judge.get("/judge/verifications/1").status_code == 404
    with app.app_context(), read_tx():
        centre = get_organisation(people.judge.organisation_id or 0)
        assert centre is not None
        centre_id = centre.id
    due = (clock.today() + timedelta(days=3)).isoformat()
    assigned = officer.post(
        "/bureau/suppliers/verifications/1/assign", data={"centre": centre_id, "due_on": due}
    )
    assert assigned.status_code == 302
    assert "巡检一号 · 载荷：20 kg" in judge.get("/judge/verifications").get_data(as_text=True)
    until = (clock.today() + timedelta(days=365)).isoformat()
    decision = {"outcome": "verified", "proven_until": until, "opinion": "实测 20 公斤"}
    url = "/bureau/suppliers/verifications/1/decide"
    assert officer.post(url, data=decision).status_code == 403
    assert judge.post("/judge/verifications/1/decide", data=decision).status_code == 302
    assert "已核验" in app.test_client().get("/products/s001-1").get_data(as_text=True)
    with app.app_context(), read_tx() as session:
        row = session.get_one(Verification, 1)
        assert row.state is VerificationState.VERIFIED
        assert row.capability is not None
        assert row.capability.evidence is Evidence.VERIFIED


@pytest.mark.parametrize(
    ("decision", "text"),
    [
        ({"outcome": "verified"}, "请填写核验结论的有效期至"),
        ({"outcome": "rejected"}, "请写明理由"),
        ({"outcome": "x"}, "请选择核验结论"),
        ({"outcome": "verified", "proven_until": "2020-01-01"}, "有效期应晚于今天"),
    ],
)
def test_an_incomplete_decision_comes_back(
    app: Flask, people: People, sign_in: SignIn, decision: dict[str, str], text: str
) -> None:
    with world(app):
        make_product(people.firm)
    firm, officer = sign_in(app, "firm@test.example"), sign_in(app, "officer@test.example")
    firm.post("/supplier/products/s001-1/figures", data={"payload_kg": "20"})
    firm.post(
        "/supplier/proofs/verify/capability/1",
        data={"files": pdf()},
        content_type="multipart/form-data",
    )
    answer = officer.post("/bureau/suppliers/verifications/1/decide", data=decision)
    assert answer.status_code == 422
    assert text in answer.get_data(as_text=True)
    with app.app_context(), read_tx() as session:
        assert session.get_one(Verification, 1).state is VerificationState.SUBMITTED


def test_wishes_are_stored_and_shown_to_the_firm_only(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    with world(app):
        make_product(people.firm)
    client = sign_in(app, "firm@test.example")
    sent = {"min_budget_fen": "30", "not_sectors": ["logistics"]}
    assert client.post("/supplier/wishes", data=sent).status_code == 302
    page = client.get("/supplier/wishes").get_data(as_text=True)
    assert 'value="30"' in page
    assert sign_in(app, "officer@test.example").get("/supplier/wishes").status_code == 403


@pytest.mark.parametrize("part", ["proofs", "showcase", "wishes", "procurement"])
def test_a_firm_without_a_profile_is_told_how_to_get_one(
    app: Flask, people: People, sign_in: SignIn, part: str
) -> None:
    answer = sign_in(app, "firm@test.example").get(f"/supplier/{part}")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "贵单位还没有企业资料" in page
    assert 'href="/supplier/claims"' in page
    assert 'href="/supplier/profile"' in page


def test_the_firm_shows_a_case_and_a_solution(app: Flask, people: People, sign_in: SignIn) -> None:
    with world(app):
        make_product(people.firm)
    client = sign_in(app, "firm@test.example")
    case = {
        "title": "某变电所夜间巡检",
        "sector": "municipal-inspection",
        "product": "s001-1",
        "place": "杭州市",
        "year": "2025",
        "summary": "两台机器人每夜巡检一次。",
    }
    solution = {
        "title": "变电所无人巡检方案",
        "sector": "municipal-inspection",
        "summary": "四足机器人定时巡检并抄读仪表。",
        "content": "部署两台机器人和一处充电点，按班次自动巡检。",
        "products": ["s001-1"],
    }
    assert client.post("/supplier/showcase/cases/new", data=case).status_code == 302
    assert client.post("/supplier/showcase/solutions/new", data=solution).status_code == 302
    firm_page = "/suppliers/S001"
    assert "某变电所" not in app.test_client().get(firm_page).get_data(as_text=True)
    for url in ("/supplier/showcase/cases/1/publish", "/supplier/showcase/solutions/1/publish"):
        assert sign_in(app, "other_firm@test.example").post(url).status_code == 404
        assert client.post(url).status_code == 302
    page = app.test_client().get(firm_page).get_data(as_text=True)
    assert "某变电所夜间巡检" in page
    assert "变电所无人巡检方案" in page


def test_the_bureau_keeps_its_libraries(app: Flask, people: People, sign_in: SignIn) -> None:
    with world(app):
        make_compiled_supplier()
    officer, auditor = sign_in(app, "officer@test.example"), sign_in(app, "auditor@test.example")
    entry = {
        "supplier": "s900",
        "stage": "little_giant",
        "standing": "fostered",
        "entered_on": clock.today().isoformat(),
        "basis": "市级推荐名单",
    }
    assert auditor.post("/bureau/library/firms", data=entry).status_code == 403
    assert officer.post("/bureau/library/firms", data=entry).status_code == 302
    assert officer.post("/bureau/library/firms", data=entry).status_code == 409
    page = auditor.get("/bureau/library/firms").get_data(as_text=True)
    assert "某机器人公司" in page
    assert "企业入库" not in page
    project = {
        "name": "人形机器人整机产线",
        "firm_name": "某机器人公司",
        "investment": "50000",
        "starts_on": "2026-01-01",
        "ends_on": "2027-12-31",
        "content": "建设年产一万台的整机装配线。",
    }
    assert officer.post("/bureau/library/projects/new", data=project).status_code == 302
    moved = officer.post("/bureau/library/projects/1/move", data={"phase": "building"})
    assert moved.status_code == 302
    assert "在建" in auditor.get("/bureau/library/projects").get_data(as_text=True)
    assert sign_in(app, "firm@test.example").get("/bureau/library/firms").status_code == 403
