"""Pages of matching: the owner's list, what-if, comparison, feedback, switch, firm, bureau."""

from __future__ import annotations

import io
from dataclasses import fields, replace
from urllib.parse import quote

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import func, select

from matchmaker.audit.models import AuditEntry
from matchmaker.db import db, read_tx, write_tx
from matchmaker.demands.rules import ListingKind
from matchmaker.matching.exposure.buffer import BUFFER
from matchmaker.matching.exposure.operations import flush_impressions
from matchmaker.matching.feedback.models import MatchFeedback
from matchmaker.matching.feedback.rules import Reason, Usefulness
from matchmaker.matching.runs.models import MatchList
from matchmaker.matching.runs.operations import rematch_all, without_progress
from matchmaker.matching.weights import RankingWeights
from matchmaker.suppliers.capabilities.operations import set_capability
from matchmaker.suppliers.models import Product
from matchmaker.web.public.matching_rules import GROUPS, SHOWN_ELSEWHERE
from matchmaker.web.shared.matching import is_telling
from tests.conftest import SignIn
from tests.demands.factories import make_draft, make_published
from tests.people import People
from tests.suppliers.market import DOG, make_product

PAGE = "/owner/demands/{}/matches"


@pytest.fixture
def market(app: Flask, people: People) -> tuple[str, str]:
    """A published need and a published product: (code of the need, code of the product)."""
    with app.app_context(), write_tx():
        product = make_product(people.firm).code
        return make_published(people).code, product


def test_owner_sees_offers_with_parts_that_add_up(
    app: Flask, people: People, sign_in: SignIn, market: tuple[str, str]
) -> None:
    code, product = market
    page = sign_in(app, "owner@test.example").get(PAGE.format(code))
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert DOG.model in text
    assert f'id="offer-{product}"' in text
    assert "行当契合" in text
    assert "载荷" in text
    assert "1 个待核实，0 个已确认满足必须的要求" in text
    assert "尚无已确认满足要求的产品" in text
    assert f"/owner/demands/{code}/challenge" in text
    assert "以下未达到推荐标准" not in text


def test_what_is_known_to_fit_needs_no_challenge(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    with app.app_context(), write_tx():
        strong = make_product(people.firm)
        set_capability(people.firm, strong, attribute="payload_kg", text="12")
        guide = replace(
            DOG,
            model="导诊一号",
            form="wheeled-humanoid",
            description="在门诊大厅引导病人、回答问路并协助取号。",
            sectors=("healthcare",),
            tasks=("triage-guidance",),
        )
        make_product(people.other_firm, guide)
        code = make_published(people).code
        bare = make_published(people, requirements=()).code
    owner = sign_in(app, "owner@test.example")
    text = owner.get(PAGE.format(code)).text
    assert "：0 个待核实，1 个已确认满足必须的要求" in text
    assert "/challenge" not in text
    assert (
        text.index("巡检一号</a>") < text.index("以下未达到推荐标准") < text.index("导诊一号</a>")
    )
    text = owner.get(PAGE.format(bare)).text
    assert "需求没有写必须满足的要求。" in text
    assert "尚无已确认满足要求的产品" not in text
    assert "这条需求没有写必须满足的要求，没有可放宽的" in text


def test_own_draft_is_matched_and_its_page_links_to_the_matches(
    app: Flask, people: People, sign_in: SignIn, market: tuple[str, str]
) -> None:
    with app.app_context(), write_tx():
        draft = make_draft(people, title="仓库夜间巡检草稿").code
    client = sign_in(app, "colleague@test.example")
    assert PAGE.format(draft) in client.get(f"/owner/demands/{draft}").get_data(as_text=True)
    assert client.get(PAGE.format(draft)).status_code == 200


@pytest.mark.parametrize("word", ["20", "1,000", "0.5", "机器人", "，", "能"])
def test_a_figure_or_a_filler_explains_no_match(word: str) -> None:
    assert not is_telling(word)
    assert is_telling(f"楼梯{word}梯")


def test_stranger_and_firm_get_nothing(
    app: Flask, people: People, sign_in: SignIn, market: tuple[str, str]
) -> None:
    code, _ = market
    assert sign_in(app, "stranger@test.example").get(PAGE.format(code)).status_code == 404
    assert sign_in(app, "firm@test.example").get(PAGE.format(code)).status_code == 403
    visitor = app.test_client().get(PAGE.format(code))
    assert visitor.status_code == 302
    assert "/login" in visitor.headers["Location"]


def test_what_if_shows_another_list_and_stores_nothing(
    app: Flask, people: People, sign_in: SignIn, market: tuple[str, str]
) -> None:
    code, _ = market
    client = sign_in(app, "owner@test.example")
    with app.app_context(), read_tx():
        before = db.session.scalar(select(func.count(AuditEntry.seq)))
    changed = client.get(PAGE.format(code), query_string={"want_payload_kg": "80"})
    text = changed.get_data(as_text=True)
    assert changed.status_code == 200
    assert "试算结果，未作保存" in text
    assert "不低于80千克" in text
    with app.app_context(), read_tx():
        assert db.session.scalar(select(func.count(AuditEntry.seq))) == before
    again = client.get(PAGE.format(code)).get_data(as_text=True)
    assert "不低于5千克" in again


def test_unreadable_what_if_names_its_field(
    app: Flask, people: People, sign_in: SignIn, market: tuple[str, str]
) -> None:
    code, _ = market
    client = sign_in(app, "owner@test.example")
    page = client.get(PAGE.format(code), query_string={"want_payload_kg": "很重"})
    text = page.get_data(as_text=True)
    assert page.status_code == 422
    assert "载荷" in text
    assert "很重" in text
    assert 'aria-invalid="true"' in text


def test_feedback_is_kept_with_the_rank_and_what_made_the_list(
    app: Flask, people: People, sign_in: SignIn, market: tuple[str, str]
) -> None:
    code, product = market
    client = sign_in(app, "owner@test.example")
    address = f"{PAGE.format(code)}/{product}/feedback"
    given = {"usefulness": "unsuitable", "reason": "too_expensive", "rank": "1"}
    assert client.post(address, data=given).status_code == 302
    with app.app_context(), read_tx():
        row = db.session.scalars(select(MatchFeedback)).one()
        assert (row.product, row.usefulness, row.reason) == (
            product,
            Usefulness.UNSUITABLE,
            Reason.TOO_EXPENSIVE,
        )
        assert row.rank_shown == 1
        assert row.user_id == people.owner.user_id
        assert len(row.corpus) == 64
        acts = select(func.count(AuditEntry.seq)).where(AuditEntry.action == "matching.feedback")
        assert db.session.scalar(acts) == 1
    assert "价格超出预算" in client.get(PAGE.format(code)).get_data(as_text=True)


def test_faulty_and_strange_feedback_store_nothing(
    app: Flask, people: People, sign_in: SignIn, market: tuple[str, str]
) -> None:
    code, product = market
    address = f"{PAGE.format(code)}/{product}/feedback"
    owner, stranger = sign_in(app, "owner@test.example"), sign_in(app, "stranger@test.example")
    faulty = owner.post(address, data={"usefulness": "unsuitable", "rank": "1"})
    assert faulty.status_code == 422
    assert "请选择不合适的原因" in faulty.get_data(as_text=True)
    good = {"usefulness": "useful", "rank": "1"}
    assert stranger.post(address, data=good).status_code == 404
    missing = f"{PAGE.format(code)}/no-such/feedback"
    assert owner.post(missing, data=good).status_code == 404
    with app.app_context(), read_tx():
        assert db.session.scalars(select(MatchFeedback)).all() == []


def test_comparison_takes_two_to_four_products(
    app: Flask, people: People, sign_in: SignIn, market: tuple[str, str]
) -> None:
    code, product = market
    with app.app_context(), write_tx():
        other = make_product(people.other_firm).code
    client = sign_in(app, "owner@test.example")
    address = f"{PAGE.format(code)}/compare"
    page = client.get(address, query_string={"p": [product, other]})
    assert page.status_code == 200
    assert page.get_data(as_text=True).count(DOG.model) >= 2
    assert client.get(address, query_string={"p": [product]}).status_code == 422
    assert client.get(address, query_string={"p": [product, "no-such"]}).status_code == 422
    five = {"p": [f"p{number}" for number in range(5)]}
    assert client.get(address, query_string=five).status_code == 422


def test_switched_off_recommendation_gives_a_list_by_date_without_scores(
    app: Flask, people: People, sign_in: SignIn, market: tuple[str, str]
) -> None:
    code, _ = market
    client = sign_in(app, "owner@test.example")
    off = client.post("/about/matching/switch", data={"recommendations": "off"})
    assert off.status_code == 302
    text = client.get(PAGE.format(code)).get_data(as_text=True)
    assert "您已关闭推荐" in text
    assert "匹配度" not in text
    assert DOG.model in text
    client.post("/about/matching/switch", data={"recommendations": "on"})
    assert "匹配度" in client.get(PAGE.format(code)).get_data(as_text=True)
    refused = app.test_client().post("/about/matching/switch", data={"recommendations": "off"})
    assert refused.status_code == 404


def test_firm_sees_needs_and_gaps_for_its_own_product_only(
    app: Flask, people: People, sign_in: SignIn, market: tuple[str, str]
) -> None:
    code, product = market
    client = sign_in(app, "firm@test.example")
    page = client.get("/supplier/matches").get_data(as_text=True)
    assert code in page
    assert "载荷：1 条需求问到" in page
    with app.app_context(), write_tx():
        other = make_product(people.other_firm).code
    address = "/supplier/matches"
    assert client.get(address, query_string={"product": other}).status_code == 404
    assert client.get(address, query_string={"product": product}).status_code == 200


def test_firm_without_products_is_told_what_to_do(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    page = sign_in(app, "other_firm@test.example").get("/supplier/matches")
    assert page.status_code == 200
    assert "尚无企业资料" in page.get_data(as_text=True)


def test_rules_page_tells_every_weight(app: Flask, people: People, market: tuple[str, str]) -> None:
    told = {name for names in GROUPS.values() for name in names} | SHOWN_ELSEWHERE
    assert told == {field.name for field in fields(RankingWeights)}
    text = app.test_client().get("/about/matching").get_data(as_text=True)
    assert "算一个例子" in text
    assert "TF-IDF" in text


def test_rules_page_stands_without_any_product(app: Flask) -> None:
    page = app.test_client().get("/about/matching")
    assert page.status_code == 200
    assert "算一个例子" not in page.get_data(as_text=True)


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        ({"text": "变电所夜间巡检"}, 200, DOG.model),
        ({"text": ""}, 422, "没有可检索的文字"),
        ({"text": "！！！"}, 422, "没有可检索的文字"),
        ({"text": "巡" * 20_001}, 422, "最多 20000 个"),
        ({"text": "巡检", "sector": "space"}, 422, "space"),
        ({}, 200, "说说您的需求"),
    ],
)
def test_try_out_answers_or_names_the_field(
    app: Flask,
    people: People,
    market: tuple[str, str],
    arguments: dict[str, str],
    status: int,
    said: str,
) -> None:
    page = app.test_client().get("/match", query_string=arguments)
    assert page.status_code == status
    assert said in page.get_data(as_text=True)


def test_a_long_question_is_repeated_in_its_field_only(app: Flask) -> None:
    text = "巡" * 20_001
    page = app.test_client().get("/match", query_string={"text": text}).get_data(as_text=True)
    assert page.count(text) == 1
    assert page.count(quote("巡" * 10)) == 0
    assert len(page) < len(text) + 20_000
    assert 'href="/preferences?contrast=high"' in page


def test_bureau_reads_who_was_shown_and_who_never(
    app: Flask, people: People, sign_in: SignIn, market: tuple[str, str]
) -> None:
    code, _ = market
    BUFFER.take()
    with app.app_context(), write_tx():
        make_product(people.other_firm, DOG)
    sign_in(app, "owner@test.example").get(PAGE.format(code))
    sign_in(app, "owner@test.example").get(PAGE.format(code))
    with app.app_context():
        assert flush_impressions() == 2
    officer = sign_in(app, "officer@test.example")
    text = officer.get("/bureau/matching/exposure").get_data(as_text=True)
    assert "基尼系数" in text
    assert "丙方机器人" in text
    book = load_workbook(io.BytesIO(officer.get("/bureau/matching/exposure.xlsx").data))
    cells = [cell for row in book.active.iter_rows(values_only=True) for cell in row]
    assert 2 in cells
    reviewer = sign_in(app, "sector_reviewer@test.example")
    assert reviewer.get("/bureau/matching/exposure").status_code == 403


def test_component_need_is_answered_with_parts(
    app: Flask, people: People, sign_in: SignIn, market: tuple[str, str]
) -> None:
    joint = replace(
        DOG,
        model="关节模组甲",
        form="joint-module",
        description="关节模组，峰值扭矩大，供整机厂选用。",
    )
    with app.app_context(), write_tx():
        part = make_product(people.other_firm, joint).code
        code = make_published(
            people,
            kind=ListingKind.COMPONENT,
            title="四足整机关节模组配套",
            tasks=(),
            facts={},
            requirements=(),
            description="整机厂求购关节模组，用于四足机器人髋关节和膝关节，要求批量供货。",
        ).code
    page = sign_in(app, "owner@test.example").get(PAGE.format(code)).get_data(as_text=True)
    assert 0 < page.index(f'id="offer-{part}"') < page.index(f'id="offer-{market[1]}"')


def test_bureau_makes_a_kept_list_again_beside_the_stored_one(
    app: Flask, people: People, sign_in: SignIn, market: tuple[str, str]
) -> None:
    code, dog = market
    officer = sign_in(app, "officer@test.example")
    assert "还没有匹配记录" in officer.get("/bureau/matching/runs").get_data(as_text=True)
    with app.app_context():
        run_id = rematch_all(without_progress).run_id
        with write_tx() as session:
            product = session.scalars(select(Product).where(Product.code == dog)).one()
            product.description = "泳池清洗"

    runs = officer.get("/bureau/matching/runs").get_data(as_text=True)
    assert f"/bureau/matching/runs/{run_id}" in runs
    assert code in officer.get(f"/bureau/matching/runs/{run_id}").get_data(as_text=True)
    page = officer.get(f"/bureau/matching/runs/{run_id}/{code}").get_data(as_text=True)
    assert "完全一致" in page
    assert dog in page

    with app.app_context(), write_tx() as session:
        stored = session.scalars(select(MatchList).where(MatchList.run_id == run_id)).all()
        for row in stored:
            row.entries, row.digest = [{**row.entries[0], "score": "99.000000"}], "0" * 64
    page = officer.get(f"/bureau/matching/runs/{run_id}/{code}").get_data(as_text=True)
    assert "不一致" in page
    assert "99.000000" in page


def test_kept_lists_are_for_the_bureau_alone(
    app: Flask, people: People, sign_in: SignIn, market: tuple[str, str]
) -> None:
    with app.app_context():
        run_id = rematch_all(without_progress).run_id
    reviewer = sign_in(app, "sector_reviewer@test.example")
    stranger = sign_in(app, "owner@test.example")
    for path in ("", f"/{run_id}", f"/{run_id}/{market[0]}"):
        assert reviewer.get(f"/bureau/matching/runs{path}").status_code == 403
        assert stranger.get(f"/bureau/matching/runs{path}").status_code in {403, 404}
    officer = sign_in(app, "officer@test.example")
    assert officer.get(f"/bureau/matching/runs/{run_id + 99}").status_code == 404
    assert officer.get(f"/bureau/matching/runs/{run_id}/D999").status_code == 404
