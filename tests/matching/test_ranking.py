from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import pytest

from matchmaker.errors import InvalidInput
from matchmaker.matching.constraints import (
    AttributeDefinition,
    Capability,
    Evidence,
    Kind,
    Operator,
    Outcome,
    Requirement,
)
from matchmaker.matching.facts import DemandFacts, FirmWishes, ProductFacts
from matchmaker.matching.ranking import EMPTY_REASON, WISH_REASON, Exclusion, ProductRanker
from matchmaker.matching.taxonomy import load_taxonomy
from matchmaker.matching.weights import DEFAULT_WEIGHTS
from tests.matching.seed_market import open_grades, seeded_demands, seeded_ranker

TODAY = date(2026, 7, 1)
LOAD = AttributeDefinition("payload_kg", "载荷", "payload", Kind.MINIMUM, "公斤")
ARM = AttributeDefinition("payload_arm_kg", "手臂载荷", "arm payload", Kind.MINIMUM, "公斤")
GRIP = AttributeDefinition("manipulation_required", "手臂作业", "manipulation", Kind.YES_NO)
STAIRS = AttributeDefinition("stairs", "上下楼梯", "stairs", Kind.YES_NO)
DEFINITIONS = {d.key: d for d in (LOAD, ARM, GRIP, STAIRS)}
CARRY = DemandFacts(
    "N1",
    "料箱搬运",
    "把周转箱从料车搬到货架",
    sector="工业制造",
    tasks=("搬运", "料箱转运"),
    requirements=(Requirement("payload_kg", Operator.AT_LEAST, 12.0, True),),
    modes=("采购",),
    quantity=2,
    budget_fen=(0, 100_000_000),
    district="萧山区",
)


def carrier(key: str, firm: str = "F1", load: float = 20.0, **more: object) -> ProductFacts:
    facts = ProductFacts(
        product_id=key,
        supplier_id=firm,
        model=key.upper(),
        form="轮式人形",
        description="轮式双臂机器人，在工厂搬运周转箱",
        tasks=("搬运", "料箱转运"),
        sectors=("工业制造",),
        modes=("采购",),
        capabilities=(Capability("payload_kg", load, Evidence.CLAIMED),),
    )
    return replace(facts, **more)  # type: ignore[arg-type]


def ranker(*products: ProductFacts) -> ProductRanker:
    return ProductRanker(products, taxonomy=load_taxonomy(), definitions=DEFINITIONS)


def points(result: object) -> dict[str, float]:
    return {part.name: part.points for part in result.parts}  # type: ignore[attr-defined]


def test_parts_and_terms_add_up_for_seeded_demands() -> None:
    market = seeded_ranker()
    for demand in list(seeded_demands().values())[::4]:
        ranking = market.rank(demand, today=TODAY, top=10)
        scores = [item.score for item in ranking.results]
        assert scores == sorted(scores, reverse=True)
        for item in ranking.results:
            assert math.fsum(part.points for part in item.parts) == pytest.approx(
                item.score, abs=1e-6
            )
            text = points(item)["text"]
            assert sum(term.points for term in item.terms) == pytest.approx(text, abs=1e-6)
            assert 0.0 <= item.score <= 100.0
            assert not any(v.hard and v.verdict is Outcome.UNMET for v in item.constraints)
        shown = {item.product_id for item in ranking.results}
        assert shown.isdisjoint(item.product_id for item in ranking.excluded)
        assert all(item.reason for item in ranking.excluded)


def test_quality_on_the_open_grades() -> None:
    """nDCG@10 ≥ .90 and a grade-3 product among the first five in ≥ 95 % of demands."""
    market, demands = seeded_ranker(), seeded_demands()
    ndcg, among_five = [], []
    for code, grades in open_grades().items():
        ranking = market.rank(demands[code], today=TODAY, top=10)
        got = [grades.get(item.product_id, 0.0) for item in ranking.results]
        ideal = sorted(grades.values(), reverse=True)
        ndcg.append(_dcg(got) / _dcg(ideal))
        if ideal[0] >= 3.0:
            among_five.append(max(got[:5]) >= 3.0)

    assert sum(ndcg) / len(ndcg) >= 0.90
    assert sum(among_five) / len(among_five) >= 0.95


def _dcg(grades: list[float]) -> float:
    return sum((2.0**grade - 1.0) / math.log2(i + 2) for i, grade in enumerate(grades[:10]))


def test_where_no_product_deserves_an_invitation_it_says_so() -> None:
    market, demands = seeded_ranker(), seeded_demands()
    for code in ("D014", "D067", "D088"):
        ranking = market.rank(demands[code], today=TODAY)
        assert not ranking.suitable, code
        assert ranking.advice.startswith("暂无合适供给。现有产品在")
        assert "揭榜挂帅" in ranking.advice
        assert ranking.n_suitable == 0
    fitting = market.rank(demands["D001"], today=TODAY)
    assert fitting.suitable
    assert fitting.advice == ""
    assert fitting.n_suitable >= 5
    assert fitting.n_suitable_firms <= fitting.n_suitable


def test_equal_products_are_ordered_by_id() -> None:
    ranking = ranker(carrier("b"), carrier("a"), carrier("c")).rank(CARRY, today=TODAY)

    assert [item.product_id for item in ranking.results] == ["a", "b", "c"]
    assert [item.rank for item in ranking.results] == [1, 2, 3]


def test_order_of_input_changes_nothing() -> None:
    products = [carrier(key, load=load) for key, load in (("a", 12.0), ("b", 30.0), ("c", 14.0))]

    one = ranker(*products).rank(CARRY, today=TODAY)
    two = ranker(*reversed(products)).rank(CARRY, today=TODAY)
    assert one == two


def test_unmet_hard_requirement_excludes_with_its_reason() -> None:
    ranking = ranker(carrier("a"), carrier("weak", load=5.0)).rank(CARRY, today=TODAY)

    assert [item.product_id for item in ranking.results] == ["a"]
    assert [(item.product_id, item.reason) for item in ranking.excluded] == [
        ("weak", "载荷：要求不低于12公斤，实际为5公斤")
    ]


def test_unmet_wish_costs_points_and_does_not_exclude() -> None:
    wish = replace(CARRY, requirements=(replace(CARRY.requirements[0], hard=False),))
    ranking = ranker(carrier("a"), carrier("weak", load=5.0)).rank(wish, today=TODAY)

    assert [item.product_id for item in ranking.results] == ["a", "weak"]
    strong, weak = ranking.results
    assert points(weak)["requirements"] < points(strong)["requirements"]
    assert points(weak)["doubt"] == 0.0


def test_unknown_stays_in_the_list_with_fewer_points() -> None:
    silent = carrier("silent", capabilities=())
    compiled = carrier(
        "compiled", capabilities=(Capability("payload_kg", 20.0, Evidence.UNVERIFIED),)
    )
    ranking = ranker(carrier("a"), silent, compiled).rank(CARRY, today=TODAY)

    assert [item.product_id for item in ranking.results] == ["a", "compiled", "silent"]
    assert points(ranking.results[2])["doubt"] < points(ranking.results[1])["doubt"] < 0.0


def test_gripped_load_is_compared_with_the_arm() -> None:
    gripped = replace(
        CARRY,
        requirements=(
            *CARRY.requirements,
            Requirement("manipulation_required", Operator.EQUAL, True, True),
        ),
    )
    two_loads = carrier(
        "a",
        capabilities=(
            Capability("payload_kg", 50.0, Evidence.CLAIMED),
            Capability("payload_arm_kg", 3.0, Evidence.CLAIMED),
        ),
    )

    assert ranker(two_loads).rank(CARRY, today=TODAY).results
    (excluded,) = ranker(two_loads).rank(gripped, today=TODAY).excluded
    assert excluded.reason == "手臂载荷：要求不低于12公斤，实际为3公斤"
    whole_body = ranker(carrier("b")).rank(gripped, today=TODAY)
    assert whole_body.results[0].constraints[0].attribute == "payload_kg"


def test_firm_shows_at_most_so_many_products() -> None:
    products = [carrier(f"p{i}", "F1") for i in range(4)] + [carrier("q", "F2")]
    ranking = ranker(*products).rank(CARRY, today=TODAY, per_firm=2)

    assert {item.product_id for item in ranking.results} == {"p0", "p1", "q"}
    assert ranking.folded == {"F1": 2}
    assert len(ranker(*products).rank(CARRY, today=TODAY).results) == 5


@pytest.mark.parametrize(
    "wishes",
    [
        FirmWishes(sectors=("文旅服务",)),
        FirmWishes(regions=("淳安县",)),
        FirmWishes(modes=("短期租赁",)),
        FirmWishes(minimum_quantity=3),
        FirmWishes(minimum_order_fen=100_000_001),
    ],
)
def test_private_wishes_show_only_as_one_phrase(wishes: FirmWishes) -> None:
    ranking = ranker(carrier("a", wishes=wishes)).rank(CARRY, today=TODAY)

    assert ranking.excluded == (Exclusion("a", "F1", WISH_REASON),)
    assert WISH_REASON == "供方条件不符"


def test_wishes_that_agree_or_do_not_apply_exclude_nothing() -> None:
    fitting = FirmWishes(("工业制造",), ("萧山区",), ("采购",), 2, 100_000_000)
    unsaid = DemandFacts(None, "料箱搬运", tasks=("搬运",))

    assert ranker(carrier("a", wishes=fitting)).rank(CARRY, today=TODAY).results
    assert ranker(carrier("a", wishes=fitting)).rank(unsaid, today=TODAY).results


def test_firms_that_decline_are_left_out_without_their_reasons() -> None:
    ranking = ranker(carrier("a", "F1"), carrier("b", "F2")).rank(
        CARRY, today=TODAY, unwelcome={"F1"}
    )
    assert [item.product_id for item in ranking.results] == ["b"]
    assert ranking.excluded == (Exclusion("a", "F1", WISH_REASON),)


def test_empty_profile_gets_no_score() -> None:
    empty = ProductFacts("e", "F9", "E", "四足")
    ranking = ranker(empty).rank(CARRY, today=TODAY)

    assert ranking.results == ()
    assert ranking.excluded == (Exclusion("e", "F9", EMPTY_REASON),)
    assert not ranking.suitable


def test_part_wanted_brings_parts_and_robot_wanted_brings_robots() -> None:
    hand = carrier("hand", form="灵巧手", tasks=("抓取",), description="五指灵巧手，带触觉")
    robot = carrier("robot")
    parts = DemandFacts(None, "五指手选型", "采购灵巧手", tasks=("抓取", "末端选型"))
    market = ranker(hand, robot)

    assert market.rank(parts, today=TODAY).results[0].product_id == "hand"
    assert market.rank(CARRY, today=TODAY).results[0].product_id == "robot"


def test_words_of_the_explanation_name_the_synonym_they_come_from() -> None:
    product = carrier("a", description="", tasks=("点检",), form="四足")
    (result,) = (
        ranker(product).rank(DemandFacts(None, "设备巡检", tasks=("巡检",)), today=TODAY).results
    )

    assert any(term.expands == "点检" for term in result.terms)


def test_missing_words_are_words_of_the_field_that_the_product_lacks() -> None:
    demand = DemandFacts(None, "变电站巡检", "希望测温和局部放电检测", tasks=("巡检",))
    (result,) = (
        ranker(carrier("a", description="变电站巡检车", tasks=("巡检",)))
        .rank(demand, today=TODAY)
        .results
    )

    assert "局部放电检测" in result.missing_terms
    assert "希望" not in result.missing_terms
    assert "巡检" not in result.missing_terms


def test_free_text_alone_is_ranked_by_the_tasks_it_names() -> None:
    ranking = seeded_ranker().rank(
        DemandFacts(None, "", "老人卧床，需要移位和翻身的设备"), today=TODAY
    )
    assert ranking.results[0].product_id == "siasun-nursing"
    assert ranking.suitable


def test_text_without_a_task_or_form_is_never_called_suitable() -> None:
    ranking = seeded_ranker().rank(DemandFacts(None, "", "便宜一点的"), today=TODAY)

    assert not ranking.suitable
    assert ranking.advice.startswith("未能从文字中认出要做的工作")
    with pytest.raises(InvalidInput):
        seeded_ranker().rank(DemandFacts(None, "，。"), today=TODAY)


def test_form_named_alone_brings_that_form() -> None:
    ranking = seeded_ranker().rank(DemandFacts(None, "机器狗", "要一只机器狗"), today=TODAY, top=5)
    forms = {p.product_id: p.form for p in seeded_ranker().products}

    assert {forms[item.product_id] for item in ranking.results} == {"四足"}


def test_limits_in_a_description_are_no_offers() -> None:
    yes = carrier("yes", form="服务机器人", tasks=("导诊",), description="带路，也送东西")
    no = carrier("no", form="服务机器人", tasks=("导诊",), description="带路，不送东西")
    market = ranker(yes, no)
    coverage = market.coverage(market.query_of(DemandFacts(None, "送东西", tasks=("送物",))))

    assert coverage[market.rows["yes"]] > coverage[market.rows["no"]]


def test_one_product_is_scored_as_in_the_list() -> None:
    market, demand = seeded_ranker(), seeded_demands()["D001"]
    listed = market.rank(demand, today=TODAY).results[2]
    alone = market.score_product(demand, listed.product_id, today=TODAY)

    assert not isinstance(alone, Exclusion)
    assert alone == replace(listed, rank=0)
    with pytest.raises(KeyError):
        market.score_product(demand, "missing", today=TODAY)


def test_two_products_with_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="same id"):
        ranker(carrier("a"), carrier("a"))


def test_published_points_make_a_hundred() -> None:
    w = DEFAULT_WEIGHTS
    assert w.trade + w.text + w.sector + w.requirements + w.terms + w.supply == 100.0
