"""Deals without an answer: refused while answers wait, complete, and undone by reopening."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from matchmaker import clock
from matchmaker.actor import Actor
from matchmaker.db import db, read_tx, write_tx
from matchmaker.demands import queries as demands
from matchmaker.demands.rules import ListingStatus
from matchmaker.engagement.answers.rules import AnswerState
from matchmaker.engagement.deals import operations
from matchmaker.engagement.deals.models import DirectDeal
from matchmaker.engagement.deals.queries import find_standing_deal
from matchmaker.engagement.deals.rules import DealSite, DealTerms
from matchmaker.errors import (
    Conflict,
    DomainError,
    IllegalTransition,
    InvalidFields,
    NotFound,
    PermissionDenied,
)
from tests.conftest import SignIn
from tests.engagement.world import Place

TERMS = DealTerms(
    partner="丙方机器人有限公司", product="巡检一号", reason="经现场比选后直接采购，未走平台应答。"
)
FORM = {"partner": TERMS.partner, "product": TERMS.product, "reason": TERMS.reason}


def act(place: Place, actor: Actor, step: Callable[..., object]) -> None:
    with place.app.app_context(), write_tx():
        step(actor, demands.get_listing(actor, place.code))


def close(place: Place, actor: Actor, terms: DealTerms = TERMS) -> None:
    act(place, actor, lambda who, row: operations.close_with_deal(who, row, terms))


def reopen(place: Place, actor: Actor) -> None:
    act(place, actor, lambda who, row: operations.reopen_listing(who, row, note="合同终止"))


def deploy(place: Place, actor: Actor, **changes: object) -> None:
    facts = {"site": "城站变电所", "units": 2, "started_on": clock.today()}
    where = DealSite(**(facts | changes))  # type: ignore[arg-type]
    act(place, actor, lambda who, row: operations.deploy_deal(who, row, where))


def deals(place: Place) -> list[tuple[str, int | None, bool]]:
    with place.app.app_context(), read_tx():
        rows = db.session.query(DirectDeal).order_by(DirectDeal.id)
        return [(row.partner, row.units, row.ended_at is None) for row in rows]


def test_a_deal_waits_for_sealed_and_for_opened_answers(place: Place) -> None:
    owner, id_ = place.people.owner, place.answer(place.people.firm)
    with place.last_second(), pytest.raises(Conflict, match="answers_sealed"):
        close(place, owner)
    with place.opening():
        with pytest.raises(Conflict, match="answers_undecided"):
            close(place, owner)
        assert place.states() == {id_: AnswerState.SUBMITTED}
        assert (place.status(), deals(place)) == (ListingStatus.ANSWERED, [])


def test_a_withdrawn_answer_holds_no_deal_up(place: Place) -> None:
    place.withdraw(place.people.firm, place.answer(place.people.firm))
    close(place, place.people.owner)
    assert place.status() is ListingStatus.AGREED
    assert deals(place) == [("丙方机器人有限公司", None, True)]


def test_a_deal_names_everything_that_is_missing_at_once(place: Place) -> None:
    with pytest.raises(InvalidFields) as refused:
        close(place, place.people.owner, DealTerms(partner="甲", product=" ", reason="直接采购"))
    assert [error.field for error in refused.value.errors] == ["partner", "product", "reason"]
    assert (place.status(), deals(place)) == (ListingStatus.PUBLISHED, [])


def test_a_partner_off_the_platform_keeps_its_name(place: Place) -> None:
    terms = DealTerms(partner="外地机器人公司", product="轮式一号", reason=TERMS.reason)
    close(place, place.people.owner, terms)
    with place.app.app_context(), read_tx():
        deal = db.session.query(DirectDeal).one()
        assert (deal.partner, deal.supplier_id) == ("外地机器人公司", None)
        listing = demands.get_listing(place.people.owner, place.code)
        assert find_standing_deal(place.people.officer, listing) is not None
        assert find_standing_deal(place.people.firm, listing) is None


def test_the_named_firm_reads_the_deal_and_another_does_not(place: Place) -> None:
    close(
        place,
        place.people.owner,
        DealTerms(partner="丙方机器人", product="一号", reason="比选" * 5),
    )
    with place.app.app_context(), read_tx():
        listing = demands.get_listing(place.people.owner, place.code)
        assert find_standing_deal(place.people.firm, listing) is not None
        for other in (place.people.other_firm, place.people.stranger, place.people.judge):
            assert find_standing_deal(other, listing) is None


@pytest.mark.parametrize("part", ["stranger", "firm", "officer", "judge"])
def test_others_neither_close_nor_deploy(place: Place, part: str) -> None:
    other = getattr(place.people, part)
    with pytest.raises((PermissionDenied, NotFound)):
        close(place, other)
    assert (place.status(), deals(place)) == (ListingStatus.PUBLISHED, [])
    close(place, place.people.owner)
    with pytest.raises((PermissionDenied, NotFound)):
        deploy(place, other)
    assert place.status() is ListingStatus.AGREED


def test_a_deployment_says_where_how_many_and_since_when(place: Place) -> None:
    owner = place.people.owner
    with pytest.raises(Conflict, match="no_deal"):
        deploy(place, owner)
    close(place, owner)
    tomorrow = clock.today() + timedelta(days=1)
    with pytest.raises(InvalidFields) as refused:
        deploy(place, owner, site="", units=0, started_on=tomorrow)
    assert [error.field for error in refused.value.errors] == ["site", "units", "started_on"]
    assert place.status() is ListingStatus.AGREED
    deploy(place, owner)
    assert (place.status(), deals(place)[0][1]) == (ListingStatus.DEPLOYED, 2)
    with pytest.raises(IllegalTransition):
        reopen(place, owner)


def test_a_chosen_answer_is_deployed_by_its_pairing_only(place: Place) -> None:
    id_ = place.answer(place.people.firm)
    with place.opening():
        place.give_outcomes(place.people.owner, {id_}, {id_: "方案完整，价格合理。"})
        with pytest.raises(Conflict, match="has_pairing"):
            deploy(place, place.people.owner)
        assert place.status() is ListingStatus.AGREED
        reopen(place, place.people.owner)
        assert place.status() is ListingStatus.ANSWERED


def test_reopening_without_answers_leads_back_to_collecting(place: Place) -> None:
    owner = place.people.owner
    close(place, owner)
    with pytest.raises(DomainError):
        reopen(place, place.people.stranger)
    reopen(place, owner)
    assert place.status() is ListingStatus.PUBLISHED
    assert deals(place) == [("丙方机器人有限公司", None, False)]
    close(place, owner)
    assert [stands for *_, stands in deals(place)] == [False, True]


def test_the_pages_of_a_deal(app: Flask, place: Place, sign_in: SignIn) -> None:
    owner = sign_in(app, "owner@test.example")
    base = f"/owner/demands/{place.code}"
    assert f"{base}/deal" in owner.get(base).text
    assert "没有企业在平台上应答" in owner.get(f"{base}/deal").text
    bare = owner.post(f"{base}/deal", data={})
    assert bare.status_code == 422
    for label in ("成交企业应为", "成交产品应为", "成交说明应为"):
        assert label in bare.text
    assert owner.post(f"{base}/deal", data=FORM).status_code == 302
    assert "丙方机器人有限公司" in owner.get(base).text
    assert "丙方机器人有限公司" not in app.test_client().get(f"/demands/{place.code}").text
    day = clock.today().isoformat()
    assert owner.post(f"{base}/deployment", data={"site": "城站"}).status_code == 422
    sent = {"site": "城站变电所", "units": "2", "started_on": day}
    stranger = sign_in(app, "stranger@test.example")
    assert stranger.post(f"{base}/deployment", data=sent).status_code == 404
    assert owner.post(f"{base}/deployment", data=sent).status_code == 302
    assert place.status() is ListingStatus.DEPLOYED


def test_the_page_of_a_deal_says_what_waits(app: Flask, place: Place, sign_in: SignIn) -> None:
    place.answer(place.people.firm)
    base = f"/owner/demands/{place.code}"
    owner = sign_in(app, "owner@test.example")
    assert "密封至" in owner.get(f"{base}/deal").text
    assert owner.post(f"{base}/deal", data=FORM).status_code == 409
    with place.opening():
        owner = sign_in(app, "owner@test.example")
        page = owner.get(f"{base}/deal").text
        assert "还有 1 份应答没有结果" in page
        assert f"/owner/engagement/{place.code}/outcome" in page
        assert place.status() is ListingStatus.ANSWERED
