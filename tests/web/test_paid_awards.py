"""What everybody sees of an award once it is paid, and nothing before."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from matchmaker import clock
from matchmaker.db import db, read_tx, write_tx
from matchmaker.rewards.clawbacks import operations as clawbacks
from matchmaker.rewards.determinations import operations as determinations
from matchmaker.rewards.disclosure import list_paid_awards
from matchmaker.rewards.models import Claim, Determination
from matchmaker.rewards.rules import ClaimStatus
from matchmaker.selection.results.models import Designation
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.programmes import get_programme
from matchmaker.selection.rounds.rules import RoundState
from tests.people import People
from tests.rewards.world import (
    EMBODIED,
    accept,
    approve,
    give_budget,
    make_claim,
    make_designation,
    pay,
    propose,
)

#: Half of the investment, rounded down to the fen.
INVESTED, AWARD = 100_000_03, 50_000_01
SECRET = "内部理由"


def make_scene(people: People, invested: int = INVESTED) -> Claim:
    return make_claim(people, invested, designation=make_designation(people.owner))


def publish_rounds() -> None:
    for row in db.session.query(SelectionRound):
        row.state = RoundState.CONFIRMED


def read_pages(app: Flask) -> tuple[str, str]:
    """The page of the first scene and of its round, as a visitor reads them."""
    with app.app_context(), read_tx() as session:
        scene = session.query(Designation).order_by(Designation.id).first()
        assert scene is not None
        addresses = (f"/scenes/{scene.number}", f"/selection/{scene.application.round.code}")
    client: FlaskClient = app.test_client()
    return tuple(  # type: ignore[return-value]
        html.unescape(re.sub(r"<[^>]+>|\s", "", client.get(address).get_data(as_text=True)))
        for address in addresses
    )


def test_nothing_shows_before_the_award_is_paid_in_full(app: Flask, people: People) -> None:
    """Claimed, proposed, approved, accepted and paid in part: neither page says anything."""

    def look() -> None:
        for page in read_pages(app):
            assert "奖补拨付" not in page
            assert "50,000.01" not in page

    with app.app_context(), write_tx():
        give_budget(people, 1_000_000_00)
        make_scene(people)
        publish_rounds()
    look()
    with app.app_context(), write_tx():
        propose(people, db.session.query(Claim).one())
    look()
    with app.app_context(), write_tx():
        row = db.session.query(Determination).one()
        determinations.approve_determination(people.approver, row)
        accept(people, row)
        pay(people, row, AWARD - 1)
        assert row.claim.status is ClaimStatus.ACCEPTED
    look()
    with app.app_context(), write_tx():
        pay(people, db.session.query(Determination).one(), 1)
    for page in read_pages(app):
        assert "奖补拨付" in page
        assert "50,000.01元" in page


def test_pages_name_scene_unit_clause_sum_and_day_and_nothing_else(
    app: Flask, people: People
) -> None:
    with app.app_context(), write_tx():
        give_budget(people, 1_000_000_00)
        row = approve(people, make_scene(people))
        accept(people, row)
        pay(people, row)
        case = clawbacks.propose_clawback(
            people.officer, row, amount_fen=20_000_01, reason=f"{SECRET}停用"
        )
        publish_rounds()
        voucher = row.payments[0].voucher
        case_id = case.id
    today = clock.today()
    day = f"{today.year}年{today.month}月{today.day}日"
    for page in read_pages(app):
        for fact in ("50,000.01元", "66号（条款：", "甲方地铁公司", day):
            assert fact in page
        for hidden in (SECRET, voucher, "6222", "杭州银行", "20,000.01"):
            assert hidden not in page
    with app.app_context(), write_tx():
        case = db.session.get_one(type(case), case_id)
        clawbacks.approve_clawback(people.approver, case)
        clawbacks.record_return(people.officer, case, amount_fen=20_000_00, returned_on=today)
    for page in read_pages(app):
        for fact in ("50,000.01元", "20,000.00元", "30,000.01元"):
            assert fact in page
        assert SECRET not in page


def test_sums_of_a_round_are_those_of_its_scenes(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        give_budget(people, 1_000_000_00)
        for invested in (INVESTED, 80_000_05, 60_000_00):
            row = approve(people, make_scene(people, invested))
            accept(people, row)
            if invested != 60_000_00:
                pay(people, row)
        publish_rounds()
    with app.app_context(), read_tx() as session:
        ids = [row.id for row in session.query(Designation).order_by(Designation.id)]
        awards = list_paid_awards(ids)
        assert [award.paid_fen for award in awards] == [AWARD, 40_000_02]
        assert list_paid_awards([]) == []
    _, page = read_pages(app)
    assert "共2个，拨付合计90,000.03元。" in page


@pytest.mark.parametrize("path", ["/scenes/没有", "/selection/没有"])
def test_unknown_scene_and_round_are_not_found(app: Flask, path: str) -> None:
    assert app.test_client().get(path).status_code == 404


def test_simulated_award_of_a_draft_policy_never_shows(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        claim = make_claim(
            people,
            INVESTED,
            instrument=get_programme(EMBODIED).instrument,
            designation=make_designation(people.owner, programme=EMBODIED),
        )
        approve(people, claim)
        assert claim.status is ClaimStatus.SIMULATED
        publish_rounds()
    for page in read_pages(app):
        assert "奖补拨付" not in page
