"""从优、就高、不重复."""

from __future__ import annotations

from datetime import date

import pytest

from matchmaker.errors import InvalidInput
from matchmaker.policy.law import Adoption
from matchmaker.policy.loader import load_law
from matchmaker.policy.overlap import Award, Overlap, parse_award, resolve_overlap

LAW = load_law()
DAY = date(2026, 5, 1)


def resolve(*texts: str, paid_fen: int = 0) -> Overlap:
    return resolve_overlap([parse_award(LAW, text, DAY) for text in texts], paid_fen=paid_fen)


def figures(overlap: Overlap) -> tuple[str | None, int, int, int]:
    return (overlap.chosen, overlap.award_fen, overlap.payable_fen, overlap.provisional_fen)


@pytest.mark.parametrize(
    ("texts", "paid_fen", "expected"),
    [
        (("M66-6=800000", "A25-3.1=1000000"), 0, ("M66-6", 80_000_000, 80_000_000, 100_000_000)),
        (("A25-3.1=1000000", "M66-6=800000"), 0, ("M66-6", 80_000_000, 80_000_000, 100_000_000)),
        (("M66-6=2", "A25-3.1=1"), 0, ("M66-6", 200, 200, 200)),
        (("M66-6=1", "M66-2b=1"), 0, ("M66-2b", 100, 100, 100)),
        (("OTHER:区级=1", "M66-6=1"), 0, ("M66-6", 100, 100, 100)),
        (("OTHER:乙=1", "OTHER:甲=1"), 0, ("OTHER:乙", 100, 100, 100)),
        (("OTHER:区级=1.01", "M66-6=1"), 0, ("OTHER:区级", 101, 101, 101)),
        (("M66-6=1", "M66-6=3", "M66-6=2"), 0, ("M66-6", 300, 300, 300)),
        (("M66-6=0",), 0, ("M66-6", 0, 0, 0)),
        (("A25-3.1=5",), 0, (None, 0, 0, 500)),
        (("A25-3.1=5",), 500, (None, 0, 0, 0)),
        (("A25-3.1=5",), 499, (None, 0, 0, 1)),
        (("M66-6=5",), 499, ("M66-6", 500, 1, 1)),
        (("M66-6=5",), 500, ("M66-6", 500, 0, 0)),
        (("M66-6=5",), 501, ("M66-6", 500, 0, 0)),
        (("M66-6=5", "A25-3.1=8"), 600, ("M66-6", 500, 0, 200)),
        ((), 0, (None, 0, 0, 0)),
        ((), 100, (None, 0, 0, 0)),
    ],
)
def test_overlap_figures(
    texts: tuple[str, ...], paid_fen: int, expected: tuple[str | None, int, int, int]
) -> None:
    assert figures(resolve(*texts, paid_fen=paid_fen)) == expected


def test_overlap_steps_can_be_redone_by_hand() -> None:
    overlap = resolve("M66-6=800000", "A25-3.1=1000000", "OTHER:区级=5000", paid_fen=500_000)
    assert [step.as_json() for step in overlap.steps] == [
        {
            "clause": "M66 附则",
            "text": "同一事项的已生效奖补按“从优、就高、不重复”只取最高一项："
            "M66-6，800,000.00 元（金额相同的取编号在前的一项）。",
            "inputs": {"M66-6": "800000.00", "OTHER:区级": "5000.00"},
            "output": "800000.00",
        },
        {
            "clause": "M66 附则",
            "text": "应付 ＝ 最高一项 800,000.00 元 － 已付 5,000.00 元 "
            "＝ 795,000.00 元（小于零的按零计）。",
            "inputs": {"highest": "800000.00", "paid": "5000.00"},
            "output": "795000.00",
        },
        {
            "clause": "M66 附则",
            "text": "征求意见稿如正式印发，一并比较后应付 995,000.00 元；现只作测算。",
            "inputs": {
                "A25-3.1": "1000000.00",
                "highest_in_force": "800000.00",
                "paid": "5000.00",
            },
            "output": "995000.00",
        },
    ]


def test_overlap_steps_without_binding_award_and_without_draft() -> None:
    only_draft = resolve("A25-3.1=1")
    assert only_draft.steps[0].as_json() == {
        "clause": "M66 附则",
        "text": "没有依据已生效政策的奖补，不产生应付金额。",
        "inputs": {},
        "output": "0.00",
    }
    assert resolve("M66-6=1").steps[2].as_json() == {
        "clause": "M66 附则",
        "text": "没有依据征求意见稿的奖补，测算结果与应付相同：1.00 元。",
        "inputs": {"highest_in_force": "1.00", "paid": "0.00"},
        "output": "1.00",
    }


def test_overlap_of_a_repeated_id_shows_its_highest_amount() -> None:
    assert resolve("M66-6=1", "M66-6=3").steps[0].inputs == {"M66-6": "3.00"}


def test_overlap_json_shape() -> None:
    found = resolve("A25-3.1=5").as_json()
    assert {key: found[key] for key in found if key != "steps"} == {
        "chosen": None,
        "award_yuan": "0.00",
        "payable_yuan": "0.00",
        "provisional_yuan": "5.00",
    }
    assert len(found["steps"]) == 3


def test_overlap_adopted_draft_competes() -> None:
    law = LAW.with_adoptions(Adoption("A25", "杭政办〔2026〕1号", date(2026, 3, 2)))
    awards = [parse_award(law, text, DAY) for text in ("M66-6=800000", "A25-3.1=1000000")]
    overlap = resolve_overlap(awards)
    assert figures(overlap) == ("A25-3.1", 100_000_000, 100_000_000, 100_000_000)


def test_parse_award_reads_instruments_and_others() -> None:
    assert parse_award(LAW, "M66-6=1.5", DAY) == Award("M66-6", 150, is_binding=True)
    assert parse_award(LAW, "A25-3.1=1", DAY) == Award("A25-3.1", 100, is_binding=False)
    assert parse_award(LAW, "OTHER:a=b=1", DAY) == Award("OTHER:a=b", 100, is_binding=True)
    longest = "OTHER:" + "长" * 100
    assert parse_award(LAW, longest + "=1", DAY).id == longest


@pytest.mark.parametrize(
    ("text", "code", "part"),
    [
        ("OTHER:" + "长" * 101 + "=1", "malformed_award", "长…”须写明名称"),
        ("other:a=1", "unknown_instrument", "“other:a”"),
        ("M66-6 =1", "unknown_instrument", "“M66-6 ”"),
        ("M66-6=1.234", "malformed_fact", "“M66-6”（奖补金额）的值“1.234”"),
        ("M66-6=１", "malformed_fact", "奖补金额"),
    ],
)
def test_parse_award_refuses(text: str, code: str, part: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_award(LAW, text, DAY)
    assert refused.value.code == code
    assert part in refused.value.text


@pytest.mark.parametrize("text", ["M66-6", "", "=1"])
def test_parse_award_refuses_what_is_no_pair(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_award(LAW, text, DAY)
    assert (refused.value.code, refused.value.field) == ("malformed_award", "award")
    assert refused.value.text == (
        f"奖补“{text}”写法有误：请写成 编号=金额，例如 M66-6=800000 或 OTHER:区级奖励=50000。"
    )


@pytest.mark.parametrize(("name", "shown"), [("", ""), (" ", " "), ("a\tb", "a�b")])
def test_parse_award_refuses_another_body_without_a_proper_name(name: str, shown: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_award(LAW, f"OTHER:{name}=1", DAY)
    assert (refused.value.code, refused.value.field) == ("malformed_award", "award")
    assert refused.value.text == (
        f"其他部门的奖补“OTHER:{shown}”须写明名称（不超过 100 字），例如 OTHER:区级奖励=50000。"
    )
