"""The law for everybody: every clause and instrument is shown; the calculator keeps nothing."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from matchmaker.audit.models import AuditEntry
from matchmaker.db import read_tx
from matchmaker.policy.loader import load_law


def _page(app: Flask, address: str) -> tuple[int, str]:
    answer = app.test_client().get(address)
    return answer.status_code, answer.get_data(as_text=True)


def test_list_shows_every_document_and_instrument(app: Flask) -> None:
    status, page = _page(app, "/policies")

    assert status == 200
    law = load_law()
    for document in law.documents:
        assert document.title in page
    for instrument_id in law.instrument_ids:
        assert f">{instrument_id}<" in page
    order = sorted(law.instrument_ids, key=lambda id_: page.index(f">{id_}<"))
    assert order == sorted(order, key=lambda id_: not id_.startswith("M66")), "what binds first"


@pytest.mark.parametrize("document_id", load_law().document_ids)
def test_document_shows_every_clause_verbatim(app: Flask, document_id: str) -> None:
    status, page = _page(app, f"/policies/{document_id}")

    assert status == 200
    for document in load_law().documents:
        if document.id != document_id:
            continue
        for clause in document.clauses:
            for paragraph in clause.display_text.split("\n"):
                assert paragraph.replace("&", "&amp;") in page
        for parameter in document.parameters:
            if parameter.question:
                assert parameter.question.asks in page


def test_draft_says_that_it_does_not_bind(app: Flask) -> None:
    assert "不作为兑付依据" in _page(app, "/policies/A25")[1]
    assert "不作为兑付依据" not in _page(app, "/policies/M66")[1]


def test_unknown_document_is_not_found(app: Flask) -> None:
    assert _page(app, "/policies/X1")[0] == 404


def test_calculator_starts_empty(app: Flask) -> None:
    status, page = _page(app, "/policies/calculator")

    assert status == 200
    assert "测算结果" not in page


def test_calculator_sums_after_overlap(app: Flask) -> None:
    status, page = _page(
        app,
        "/policies/calculator?scene_investment_yuan=2400000"
        "&scene_is_demonstration=true&scene_is_typical=true",
    )

    assert status == 200
    assert "1,200,000.00元" in page
    assert "1,000,000.00元" in page, "the draft's own amount is shown apart"


def test_roles_narrow_the_questions(app: Flask) -> None:
    page = _page(app, "/policies/calculator?role=event_host")[1]

    assert "主办赛事、展会" in page
    assert "采购数据产品及服务" not in page


@pytest.mark.parametrize("value", ["-1", "1e6", "abc", "1.234", "NaN"])
def test_malformed_amount_is_named_beside_its_field(app: Flask, value: str) -> None:
    status, page = _page(app, f"/policies/calculator?scene_investment_yuan={value}")

    assert status == 422
    assert 'id="scene_investment_yuan-error"' in page
    assert "测算结果" not in page


def test_calculator_stores_nothing(app: Flask) -> None:
    _page(app, "/policies/calculator?scene_investment_yuan=100&scene_is_demonstration=true")

    with app.app_context(), read_tx() as session:
        assert session.scalars(select(AuditEntry.seq)).all() == []


def test_text_in_the_address_is_escaped(app: Flask) -> None:
    page = _page(app, "/policies/calculator?scene_investment_yuan=%3Cscript%3Ealert(1)")[1]

    assert "<script>alert" not in page
