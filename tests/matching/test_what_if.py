from __future__ import annotations

from dataclasses import replace

from matchmaker.matching.constraints import Capability, Evidence, Operator, Requirement
from matchmaker.matching.ranking import Survey
from matchmaker.matching.what_if import advise, compare_demands, propose_relaxations
from tests.matching.seed_market import seeded_demands, seeded_ranker
from tests.matching.test_ranking import CARRY, TODAY, carrier, ranker

MARKET = ranker(
    carrier("a", "F1", 20.0),
    carrier("b", "F2", 10.0),
    carrier("c", "F3", 8.0),
    carrier("d", "F3", 8.0),
    carrier("e", "F4", 1.0, form="手术机器人", tasks=("手术",), sectors=("医疗康养",)),
)


def test_each_step_names_whom_it_lets_in() -> None:
    found = propose_relaxations(MARKET, CARRY, today=TODAY)

    assert [(r.value, r.gained_products, r.gained_firms) for r in found] == [
        (8.0, ("b", "c", "d"), 2),
        (10.0, ("b",), 1),
    ]
    assert found[0].text == "载荷由不低于12公斤放宽为不低于8公斤，可多2家企业的3个产品"


def test_firms_that_decline_are_not_counted() -> None:
    found = propose_relaxations(MARKET, CARRY, today=TODAY, unwelcome={"F3"})

    assert [(r.value, r.gained_products) for r in found] == [(10.0, ("b",))]


def test_yes_or_no_can_only_be_dropped() -> None:
    stairs = Requirement("stairs", Operator.EQUAL, True, True)
    flat = carrier("f", "F5", 30.0)
    flat = replace(
        flat,
        capabilities=(*flat.capabilities, Capability("stairs", False, Evidence.CLAIMED)),
    )
    found = propose_relaxations(
        ranker(flat), replace(CARRY, requirements=(*CARRY.requirements, stairs)), today=TODAY
    )

    assert [r.text for r in found] == ["上下楼梯由是不再作硬性要求，可多1家企业的1个产品"]


def test_nothing_is_proposed_where_two_requirements_stand_in_the_way() -> None:
    grip = Requirement("stairs", Operator.EQUAL, True, True)
    weak = carrier("w", "F6", 5.0)
    weak = replace(
        weak, capabilities=(*weak.capabilities, Capability("stairs", False, Evidence.CLAIMED))
    )
    demand = replace(CARRY, requirements=(*CARRY.requirements, grip))

    assert propose_relaxations(ranker(weak), demand, today=TODAY) == ()


def test_comparison_shows_who_comes_and_goes_and_changes_nothing() -> None:
    relaxed = replace(CARRY, requirements=(replace(CARRY.requirements[0], value=10.0),))
    result = compare_demands(MARKET, CARRY, relaxed, today=TODAY)

    assert (result.gained, result.lost) == (("b",), ())
    assert [r.product_id for r in result.before.results] == ["a"]
    assert [r.product_id for r in result.after.results] == ["a", "b"]
    back = compare_demands(MARKET, relaxed, CARRY, today=TODAY)
    assert (back.gained, back.lost) == ((), ("b",))


def test_advice_names_what_is_missing_and_the_step_to_an_open_challenge() -> None:
    market, demand = seeded_ranker(), seeded_demands()["D088"]
    survey: Survey = market.survey(demand, today=TODAY)

    text = advise(market, demand, survey, today=TODAY)
    assert text == market.rank(demand, today=TODAY).advice
    assert "载荷" in text
    assert text.endswith("可将需求转为揭榜挂帅，公开征集解决方案。")
