"""Steps, reasons and notes of a reward; the figures are in the law cases and the oracle."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction

import pytest

from matchmaker.errors import InvalidInput
from matchmaker.policy.loader import load_law
from matchmaker.policy.reward import Reward, compute_reward

DAY = date(2026, 5, 1)


def compute(id_: str, on: date = DAY, /, **facts: str) -> Reward:
    return compute_reward(load_law(), id_, facts, on)


def lines(reward: Reward) -> list[tuple[str, str, dict[str, str], str]]:
    return [(s.clause, s.text, dict(s.inputs), s.output) for s in reward.steps]


PERIOD = (
    "M66 附则",
    "适用日期须在有效期 2025-01-22 至 2027-12-31 之内，首尾两日都计入。",
    {"on": "2026-05-01", "from": "2025-01-22", "to": "2027-12-31"},
    "满足",
)


def ceiling(
    clause: str, words: str, quoted: str, output: str
) -> tuple[str, str, dict[str, str], str]:
    text = f"原文用语为{quoted}，以上结果是上限，实际数额由主管部门在此限内核定。"
    return (clause, text, {"words": words}, output)


def test_steps_of_a_share_within_a_remaining_cap() -> None:
    reward = compute(
        "M66-4b",
        loan_yuan="1000.01",
        investment_yuan="8000000",
        excluded_yuan="3000000",
        years="1.55",
        paid_before_yuan="1499990",
    )
    clause = "M66 四"
    assert lines(reward) == [
        PERIOD,
        (
            clause,
            "计入的实际投资总额 ＝ 实际投资总额 8,000,000.00 元 "
            "－ 土地、厂房、旧设备等 3,000,000.00 元 ＝ 5,000,000.00 元（小于零的按零计）。",
            {"investment_yuan": "8000000.00", "excluded_yuan": "3000000.00"},
            "5000000.00",
        ),
        (
            clause,
            "贷款额与年数之积 ＝ 实际贷款额 1,000.01 元 × 贴息年数 1.55 ＝ 1,550.0155 元。",
            {"loan_yuan": "1000.01", "years": "1.55"},
            "1550.0155",
        ),
        (
            clause,
            "实际投资总额（不含土地、厂房、旧设备等）须达到 5,000,000.00 元。",
            {"net_investment_yuan": "5000000.00", "M66-4b.threshold": "5000000.00"},
            "满足",
        ),
        (clause, "须已获得贷款。", {"loan_yuan": "1000.01"}, "满足"),
        (
            clause,
            "贷款额与年数之积 1,550.0155 元 × 1% ＝ 15.500155 元。",
            {"loan_times_years_yuan": "1550.0155", "M66-4b.rate": "1%"},
            "15.500155",
        ),
        (
            clause,
            "上限 1,500,000.00 元 － 以前已获贴息 1,499,990.00 元 "
            "＝ 剩余额度 10.00 元（小于零的按零计）。",
            {"M66-4b.cap": "1500000.00", "paid_before_yuan": "1499990.00"},
            "10.00",
        ),
        (
            clause,
            "以上两者取低，不足一分的舍去：10.00 元。",
            {"wanted": "15.500155", "remaining": "10.00"},
            "10.00",
        ),
        ceiling(clause, "不高于、最高", "“不高于”“最高”", "10.00"),
    ]
    assert reward.award_fen == 1000


def test_steps_of_the_dearest_robots_under_a_draft() -> None:
    reward = compute("A25-2.3b", robot_prices_yuan=",".join(["1"] * 9 + ["3", "2", "0.5"]))
    clause = "A25 三(二)3"
    assert lines(reward)[1:] == [
        (
            clause,
            "共 12 台，最多计入 10 台，取购置成本最高的 10 台，计入的整机购置成本合计 13.00 元。",
            {
                "robot_prices_yuan": ",".join(["1.00"] * 9 + ["3.00", "2.00", "0.50"]),
                "A25-2.3b.robots": "10",
            },
            "13.00",
        ),
        (
            clause,
            "计入的整机购置成本 13.00 元 × 20% ＝ 2.60 元。",
            {"counted_robots_yuan": "13.00", "A25-2.3b.rate": "20%"},
            "2.60",
        ),
        (
            clause,
            "上限 300,000.00 元 － 以前已获补贴 0.00 元 "
            "＝ 剩余额度 300,000.00 元（小于零的按零计）。",
            {"A25-2.3b.cap": "300000.00", "paid_before_yuan": "0.00"},
            "300000.00",
        ),
        (
            clause,
            "以上两者取低，不足一分的舍去：2.60 元。",
            {"wanted": "2.60", "remaining": "300000.00"},
            "2.60",
        ),
        ceiling(clause, "不超过、最高", "“不超过”“最高”", "2.60"),
        (
            "A25 一",
            "《杭州市具身智能机器人“强链补链”三年行动方案（2025-2027年）》为征求意见稿，尚未正式印发；"
            "本结果只作测算，不作为兑现依据。",
            {"status": "draft"},
            "测算",
        ),
    ]


def test_steps_of_fewer_robots_than_the_limit() -> None:
    reward = compute("A25-2.3b", robot_prices_yuan="1,2")
    assert reward.steps[1].text.startswith("共 2 台，最多计入 10 台，取购置成本最高的 2 台，")


def test_steps_of_a_fixed_amount_without_ceiling() -> None:
    reward = compute(
        "M66-5a",
        sales_year1_yuan="10000000.01",
        sales_year2_yuan="10000000.02",
        in_catalogue="true",
        affiliated="false",
    )
    clause = "M66 五"
    assert lines(reward) == [
        PERIOD,
        (
            clause,
            "产品须进入世界500强或中国500强企业的采购目录。",
            {"in_catalogue": "true"},
            "满足",
        ),
        (clause, "企业与采购企业须没有关联关系。", {"affiliated": "false"}, "满足"),
        (
            clause,
            "第一年销售额须超过 10,000,000.00 元。",
            {"sales_year1_yuan": "10000000.01", "M66-5a.sales_threshold": "10000000.00"},
            "满足",
        ),
        (
            clause,
            "第二年销售额须超过 10,000,000.00 元。",
            {"sales_year2_yuan": "10000000.02", "M66-5a.sales_threshold": "10000000.00"},
            "满足",
        ),
        (
            clause,
            "这项奖励只发一次，以前须没有领过。",
            {"received_before": "false"},
            "满足",
        ),
        (
            clause,
            "符合条件的给予 1,000,000.00 元。",
            {"M66-5a.amount": "1000000.00"},
            "1000000.00",
        ),
    ]


def test_steps_of_a_fixed_amount_by_word() -> None:
    reward = compute("A25-3.3b", level="provincial")
    assert lines(reward)[1] == (
        "A25 三(三)3",
        "符合条件的给予 200,000.00 元。",
        {"level": "provincial", "A25-3.3b.provincial": "200000.00"},
        "200000.00",
    )


def test_steps_of_an_assessed_amount_have_no_rate() -> None:
    reward = compute("A25-3.2", assessed_yuan="1000000.01")
    texts = [step.text for step in reward.steps[1:4]]
    assert texts == [
        "服务绩效评价核定的补贴 1,000,000.01 元。",
        "上限为 1,000,000.00 元。",
        "以上两者取低，不足一分的舍去：1,000,000.00 元。",
    ]
    assert reward.steps[1].inputs == {"assessed_yuan": "1000000.01"}
    assert reward.steps[1].output == "1000000.01"


def test_steps_in_kind() -> None:
    reward = compute("M66-3", area_m2="1000.5", years="2.5")
    clause = "M66 三"
    assert lines(reward)[1:] == [
        (
            clause,
            "需要的面积（平方米） 1000.5，上限 1000，取低：1000。",
            {"area_m2": "1000.5", "M66-3.area": "1000"},
            "1000",
        ),
        (
            clause,
            "需要的年数 2.5，上限 3，取低：2.5。",
            {"years": "2.5", "M66-3.years": "3"},
            "2.5",
        ),
        ceiling(clause, "不超过", "“不超过”", "1000、2.5"),
    ]
    assert (reward.award_fen, reward.in_kind) == (0, {"area_m2": "1000", "years": "2.5"})


def test_in_kind_outside_the_period_gives_nothing() -> None:
    reward = compute("M66-3", date(2028, 1, 1), area_m2="1", years="1")
    assert (reward.award_fen, reward.in_kind, reward.eligible) == (0, None, False)


def test_reward_as_json_has_the_public_shape() -> None:
    reward = compute("A25-3.1", date(2028, 1, 1), investment_yuan="1", designated="true")
    assert reward.as_json() == {
        "instrument": "A25-3.1",
        "award_yuan": "0.00",
        "in_kind": None,
        "eligible": False,
        "binding": False,
        "reasons": ["2028-01-01 不在有效期 2025-01-01 至 2027-12-31 之内。"],
        "steps": [step.as_json() for step in reward.steps],
    }
    assert reward.steps[0].as_json() == {
        "clause": "A25 一",
        "text": "适用日期须在有效期 2025-01-01 至 2027-12-31 之内，首尾两日都计入。",
        "inputs": {"on": "2028-01-01", "from": "2025-01-01", "to": "2027-12-31"},
        "output": "不满足",
    }


def test_reasons_name_every_condition_that_fails() -> None:
    reward = compute(
        "M66-5a",
        sales_year1_yuan="10000000",
        sales_year2_yuan="1",
        in_catalogue="false",
        affiliated="true",
        received_before="true",
    )
    assert [(reason.code, reason.text) for reason in reward.reasons] == [
        ("not_in_catalogue", "产品没有进入世界500强或中国500强企业的采购目录。"),
        ("affiliated", "企业与采购企业有关联关系。"),
        ("sales_year1_too_low", "第一年销售额为 10,000,000.00 元，没有超过 10,000,000.00 元。"),
        ("sales_year2_too_low", "第二年销售额为 1.00 元，没有超过 10,000,000.00 元。"),
        ("received_before", "这项奖励只发一次，企业以前已经领过。"),
    ]
    assert [step.output for step in reward.steps] == ["满足", *["不满足"] * 5]
    assert (reward.award_fen, reward.eligible, reward.binding) == (0, False, True)


def test_reasons_count_in_units() -> None:
    reward = compute("A25-2.3a", units="1000", benefit_yuan="4999999.99")
    assert [reason.text for reason in reward.reasons] == [
        "年度应用量为 1000 台（套），没有超过 1000 台（套）。",
        "产生的效益为 4,999,999.99 元，未达到 5,000,000.00 元。",
    ]
    assert reward.steps[1].inputs == {"units": "1000", "A25-2.3a.units": "1000"}
    assert reward.steps[1].text == "年度应用量须超过 1000 台（套）。"


def test_outside_the_period_nothing_else_is_looked_at() -> None:
    reward = compute("M66-6", date(2025, 1, 21), investment_yuan="1", designated="false")
    assert [(r.code, r.text) for r in reward.reasons] == [
        ("outside_period", "2025-01-21 不在有效期 2025-01-22 至 2027-12-31 之内。")
    ]
    assert lines(reward) == [(*PERIOD[:2], {**PERIOD[2], "on": "2025-01-21"}, "不满足")]


def test_a_draft_is_noted_also_when_nothing_is_awarded() -> None:
    reward = compute("A25-3.1", investment_yuan="1", designated="false")
    assert reward.steps[-1].output == "测算"
    assert reward.binding is False


def test_bad_facts_are_refused_whatever_the_day() -> None:
    with pytest.raises(InvalidInput, match="malformed_fact"):
        compute("M66-6", date(1, 1, 1), investment_yuan="-1", designated="true")


def test_every_step_names_a_clause_of_its_document() -> None:
    law = load_law()
    reward = compute("M66-6", investment_yuan="1", designated="true")
    clauses = law.document_on("M66", DAY).clauses_by_id
    for step in reward.steps:
        document, clause = step.clause.split(" ", 1)
        assert document == "M66"
        assert clause in clauses


def test_every_instrument_with_words_of_a_ceiling_says_so() -> None:
    law = load_law()
    words = {id_: law.instrument_on(id_, DAY)[1].ceiling_words for id_ in law.instrument_ids}
    without = [id_ for id_, found in words.items() if not found]
    assert without == ["A25-1.3a", "A25-2.2b", "A25-3.3b", "M66-5a"]


def test_same_case_gives_the_same_bytes() -> None:
    first, again = (
        json.dumps(compute("M66-6", investment_yuan=text, designated="true").as_json())
        for text in ("1.5", "1.50")
    )
    assert first == again


def test_json_holds_strings_and_no_floats() -> None:
    def check(value: object) -> None:
        assert not isinstance(value, (float, Fraction))
        if isinstance(value, dict):
            assert all(isinstance(key, str) for key in value)
            for entry in value.values():
                check(entry)
        if isinstance(value, list):
            for entry in value:
                check(entry)

    result = compute("A25-2.3b", robot_prices_yuan="0.01,0.02").as_json()
    check(result)
    assert result["award_yuan"] == "0.00"
