"""Ways of a firm that used to end nowhere: an open claim, no profile, an incomplete product."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select

from matchmaker.actor import Actor
from matchmaker.catalogue.concepts import ProductClass
from matchmaker.db import read_tx, write_tx
from matchmaker.errors import Conflict, PermissionDenied
from matchmaker.suppliers import queries
from matchmaker.suppliers.claims import operations as claiming
from matchmaker.suppliers.claims import queries as claims
from matchmaker.suppliers.drafts import discard_draft, is_empty_draft
from matchmaker.suppliers.models import Supplier, SupplierMode
from matchmaker.suppliers.rules import ProfileState
from tests.conftest import SignIn
from tests.files.samples import kept_upload
from tests.people import People
from tests.suppliers.market import DOG, make_compiled_supplier, make_product, world

PROFILE = {
    "legal_name": "丙方机器人有限公司",
    "short_name": "丙方机器人",
    "kind": "whole_robot",
    "modes": ["purchase"],
}


def _claim(app: Flask, actor: Actor) -> int:
    with world(app):
        make_compiled_supplier()
        return claiming.submit_claim(
            actor,
            queries.get_supplier(actor, "S900"),
            [kept_upload("营业执照.pdf")],
            position="总经理",
            statement="本单位即该企业。",
        ).id


def _has_profile(app: Flask, actor: Actor) -> bool:
    with app.app_context(), read_tx():
        return queries.find_own_supplier(actor) is not None


def test_no_profile_is_made_beside_an_open_claim(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    claim_id = _claim(app, people.firm)
    firm = sign_in(app, "firm@test.example")

    page = firm.get("/supplier/profile").get_data(as_text=True)
    assert "认领申请正在审核" in page
    assert f'href="/supplier/claims/{claim_id}"' in page
    assert 'name="legal_name"' not in page
    answer = firm.post("/supplier/profile", data=PROFILE)
    assert answer.status_code == 409
    assert "请先撤回认领申请" in answer.get_data(as_text=True)
    assert not _has_profile(app, people.firm)
    assert firm.post(f"/supplier/claims/{claim_id}/recall").status_code == 302
    assert firm.post("/supplier/profile", data=PROFILE).status_code == 302
    assert _has_profile(app, people.firm)


def _make_stuck(app: Flask, people: People) -> int:
    """A claim beside a draft, as they were made before creation looked for claims."""
    claim_id = _claim(app, people.firm)
    with app.app_context(), write_tx() as session:
        supplier = Supplier(
            code="S901",
            organisation_id=people.firm.organisation_id,
            legal_name="丙方机器人有限公司",
            short_name="丙方机器人",
            kind=ProductClass.WHOLE_ROBOT,
        )
        supplier.modes = [SupplierMode(mode="purchase")]
        session.add(supplier)
    return claim_id


def test_a_stuck_claim_is_explained_and_freed(app: Flask, people: People, sign_in: SignIn) -> None:
    claim_id = _make_stuck(app, people)
    officer, firm = sign_in(app, "officer@test.example"), sign_in(app, "firm@test.example")
    address = f"/bureau/suppliers/claims/{claim_id}"
    page = officer.get(address).get_data(as_text=True)
    assert "申请单位已有企业资料" in page
    assert f'action="{address}/approve"' not in page
    assert officer.post(f"{address}/approve").status_code == 409
    assert "删除草稿" in firm.get("/supplier/profile").get_data(as_text=True)

    assert firm.post("/supplier/profile/discard").location == "/supplier/profile"

    assert not _has_profile(app, people.firm)
    assert officer.post(f"{address}/approve").status_code == 302
    with app.app_context(), read_tx() as session:
        assert queries.get_own_supplier(people.firm).code == "S900"
        assert claims.get_claim(people.firm, claim_id).state.value == "approved"
        left = select(func.count()).select_from(SupplierMode)
        assert session.scalar(left.join(Supplier).where(Supplier.code == "S901")) == 0


def test_a_profile_in_use_is_not_discarded(app: Flask, people: People) -> None:
    with world(app):
        make_product(people.firm)
    with app.app_context(), read_tx():
        assert not is_empty_draft(queries.get_own_supplier(people.firm))
    with pytest.raises(Conflict, match="draft_in_use"), world(app):
        discard_draft(people.firm, queries.get_own_supplier(people.firm))
    assert _has_profile(app, people.firm)


def test_strangers_discard_nothing(app: Flask, people: People) -> None:
    _make_stuck(app, people)
    for actor in (people.other_firm, people.owner, people.officer):
        with pytest.raises(PermissionDenied), world(app):
            discard_draft(actor, queries.find_own_supplier(people.firm))  # type: ignore[arg-type]
    assert _has_profile(app, people.firm)


def test_products_without_a_profile_lead_to_it(app: Flask, people: People, sign_in: SignIn) -> None:
    firm = sign_in(app, "firm@test.example")
    page = firm.get("/supplier/products").get_data(as_text=True)

    assert "还没有企业资料" in page
    assert "先填写型号和任务" not in page
    assert firm.get("/supplier/products/new").location == "/supplier/profile"
    assert "请先认领或建立企业资料" in firm.get("/supplier/profile").get_data(as_text=True)


def test_an_incomplete_product_leads_to_its_fields(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    with world(app):
        bare = replace(DOG, description="短", tasks=(), task_words=())
        code = make_product(people.firm, bare, published=False).code
    firm = sign_in(app, "firm@test.example")
    edit = f"/supplier/products/{code}/edit"

    answer = firm.post(f"/supplier/products/{code}/publish")
    assert answer.location == f"{edit}?publish=1"
    page = firm.get(answer.location).get_data(as_text=True)
    assert "还不能发布" in page
    assert page.count("请至少选择一项能承担的任务") == 2  # in the summary and beside the field
    assert page.count("产品说明请至少写 10 个字") == 2
    assert "还不能发布" not in firm.get(edit).get_data(as_text=True)
    with app.app_context(), read_tx():
        assert queries.get_own_product(people.firm, code).state is ProfileState.DRAFT


def test_a_product_of_an_unpublished_profile_leads_there(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    with world(app):
        product = make_product(people.firm, published=False)
        product.supplier.state = ProfileState.DRAFT
        code = product.code
    firm = sign_in(app, "firm@test.example")

    assert firm.post(f"/supplier/products/{code}/publish").location == "/supplier/profile"
    assert "请先发布企业资料" in firm.get("/supplier/profile").get_data(as_text=True)
