"""An application takes over what the platform knows of the deployed scene."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask

from matchmaker import clock
from matchmaker.db import read_tx, write_tx
from matchmaker.demands import queries as demands
from matchmaker.engagement.answers.queries import get_answer
from matchmaker.engagement.deployments import operations as deploying
from matchmaker.matching.runs.models import MatchList, MatchRun
from matchmaker.selection.applications import operations
from matchmaker.selection.applications.sources import list_own_scenes, read_scene
from tests.engagement.test_deployments import Pair
from tests.engagement.world import Place, make_place
from tests.people import People
from tests.selection.rooms.factories import make_open_round


@pytest.fixture
def place(app: Flask, people: People) -> Place:
    return make_place(app, people)


@contextmanager
def deployed(place: Place, *, hours: int | None = 1200) -> Iterator[str]:
    """A contract of two machines at work, on its day; the public id of the firm."""
    id_ = place.answer(place.people.firm)
    with place.opening():
        place.give_outcomes(place.people.owner, {id_}, {id_: "方案完整，价格合理。"})
        pair = Pair(place, id_)
        pair.pair_up()
        pair.act(deploying.sign_contract, pair.owner, pair.terms())
        day = pair.today
        pair.act(
            deploying.record_deployment, pair.owner, site="城站变电所", units=2, started_on=day
        )
        if hours is not None:
            pair.act(deploying.add_hours, pair.owner, as_of=day, hours=hours)
        with place.app.app_context(), read_tx():
            code = get_answer(place.people.firm, id_).supplier.code
        yield code


def add_match(place: Place, products: list[str]) -> None:
    """A finished run whose list for the listing has these products."""
    with place.app.app_context(), write_tx() as session:
        listing = demands.get_listing(place.people.owner, place.code)
        run = MatchRun(
            scorer="1",
            parameters={},
            corpus="0" * 64,
            on_day=clock.today(),
            covers_seq=0,
            finished_at=clock.now(),
        )
        session.add(run)
        session.flush()
        entries = [{"product": code, "supplier": "x", "score": "50.0"} for code in products]
        session.add(
            MatchList(
                run_id=run.id,
                listing_id=listing.id,
                digest="0" * 64,
                entries=entries,
                suitable=True,
            )
        )


def test_deployment_fills_the_application(place: Place) -> None:
    with deployed(place) as firm:
        add_match(place, [place.other_product, place.product])
        owner = place.people.owner
        with place.app.app_context(), write_tx():
            source = read_scene(owner, demands.get_listing(owner, place.code), [firm])
            day = place.deadline + timedelta(days=1)
            printed = f"{day.year}年{day.month}月{day.day}日"
            content = source.content
            assert [(m.supplier_id, m.product_ids) for m in source.partners] == [
                (firm, (place.product,))
            ]
            assert source.partners[0].organisation_id == place.people.firm.organisation_id
            assert content.fit.split("\n") == [
                f"自{printed}起在城站变电所投入使用，在用2台（套）。",
                f"截至{printed}累计运行1200小时（平台登记）。",
                "投用产品在平台对该需求最近一次匹配中列第2位。",
            ]
            assert content.operation == f"合作方式为采购，合同编号HT-1，{printed}签订。"
            assert content.investment_fen == 198_000_000
            assert content.investment_note.startswith("合同HT-1，2台（套），1980000.00元")
            assert content.in_use_since == printed
            row = operations.start_application(owner, make_open_round(place.people), source)
            assert row.members[1].product_ids == [place.product]


def test_without_a_deployment_only_the_demand_is_taken(place: Place) -> None:
    owner = place.people.owner
    with place.app.app_context(), read_tx():
        (listing,) = list_own_scenes(owner)
        source = read_scene(owner, listing, [])
        assert (source.partners, source.content.fit, source.content.investment_fen) == (
            (),
            "",
            None,
        )


def test_hours_that_nobody_recorded_are_not_claimed(place: Place) -> None:
    owner = place.people.owner
    with deployed(place, hours=None), place.app.app_context(), read_tx():
        source = read_scene(owner, demands.get_listing(owner, place.code), [])
        assert "小时" not in source.content.fit
        assert "匹配" not in source.content.fit
