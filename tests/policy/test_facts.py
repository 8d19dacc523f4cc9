"""Facts as typed: what is read, what is refused, and what the refusal says."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from matchmaker.errors import InvalidInput
from matchmaker.policy.amounts import (
    format_exact,
    format_yuan,
    format_yuan_exact,
    group_yuan,
    is_plain_decimal,
    parse_hundredths,
)
from matchmaker.policy.facts import check_fact, parse_facts, parse_yuan, split_facts
from matchmaker.policy.instrument import FactKind, FactSpec, Instrument
from matchmaker.policy.loader import load_law
from matchmaker.policy.quoting import shown


def instrument(id_: str) -> Instrument:
    return load_law().instrument_on(id_, date(2026, 5, 1))[1]


YUAN = FactSpec("money_yuan", FactKind.YUAN, "金额")
LIST = FactSpec("prices_yuan", FactKind.YUAN_LIST, "价格")
DECIMAL = FactSpec("years", FactKind.DECIMAL, "年数")
WHOLE = FactSpec("units", FactKind.WHOLE, "台数")
FLAG = FactSpec("designated", FactKind.FLAG, "评定")
WORD = FactSpec("level", FactKind.WORD, "级别", words=("national", "provincial"))


@pytest.mark.parametrize(
    ("spec", "text", "value"),
    [
        (YUAN, "0", 0),
        (YUAN, "0.0", 0),
        (YUAN, "0.01", 1),
        (YUAN, "0.1", 10),
        (YUAN, "007", 700),
        (YUAN, "3000000", 300_000_000),
        (YUAN, "3000000.5", 300_000_050),
        (YUAN, "3000000.05", 300_000_005),
        (YUAN, "9" * 37 + ".99", int("9" * 39)),
        (YUAN, "9" * 40, int("9" * 40 + "00")),
        (LIST, "1", (100,)),
        (LIST, "1,2.5,0", (100, 250, 0)),
        (DECIMAL, "0.01", Fraction(1, 100)),
        (DECIMAL, "2.50", Fraction(5, 2)),
        (WHOLE, "0", 0),
        (WHOLE, "0010", 10),
        (WHOLE, "9" * 40, int("9" * 40)),
        (FLAG, "true", "true"),
        (FLAG, "false", "false"),
        (WORD, "provincial", "provincial"),
    ],
)
def test_fact_is_read(spec: FactSpec, text: str, value: object) -> None:
    assert check_fact(spec, text) == value


BAD_NUMBERS = [
    "", " ", "-1", "-0", "-0.00", "+5", " 5", "5 ", " 5 ", "5\n", "\t5", "1e3", "1E3", "NaN",
    "nan", "sNaN", "Infinity", "-inf", "inf", "1,000", "1，000", "1_000", "１２", "５", "٣", "²",
    "½", "0x10", ".5", "5.", ".", "1.234", "1.000", "1..2", "1.2.3", "--1", "1/2", "50%", "¥5",
    "5元", "五", "true", "None", "null", "1;2", "\u200b5", "5\u00a0", "\x00", "9" * 41,
    "9" * 5000, "0." + "0" * 40,
]  # fmt: skip


@pytest.mark.parametrize("text", BAD_NUMBERS)
@pytest.mark.parametrize("spec", [YUAN, LIST, DECIMAL, WHOLE], ids=lambda spec: spec.kind.value)
def test_malformed_number_is_refused(spec: FactSpec, text: str) -> None:
    if (spec, text) == (LIST, "1,000"):
        assert check_fact(spec, text) == (100, 0)
        return
    with pytest.raises(InvalidInput) as refused:
        check_fact(spec, text)
    assert refused.value.code == "malformed_fact"
    assert refused.value.field == spec.name
    assert refused.value.text.startswith(f"“{spec.name}”（{spec.label}）的值“")
    assert len(refused.value.text) < 300


@pytest.mark.parametrize("text", ["1,", ",1", "1,,2", "1, 2", "1;2", "1，2", ",", "1,-2", "1,1e3"])
def test_malformed_list_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="malformed_fact"):
        check_fact(LIST, text)


@pytest.mark.parametrize("text", ["0", "0.0", "0.00", "00"])
def test_decimal_must_be_above_zero(text: str) -> None:
    with pytest.raises(InvalidInput, match="大于零"):
        check_fact(DECIMAL, text)


@pytest.mark.parametrize("text", ["1001.0", "1001.5", "1.", "0.0"])
def test_whole_number_takes_no_decimal_point(text: str) -> None:
    with pytest.raises(InvalidInput, match="整数"):
        check_fact(WHOLE, text)


@pytest.mark.parametrize("text", ["True", "TRUE", "yes", "1", "0", "是", "", " true", "true "])
def test_flag_is_true_or_false_only(text: str) -> None:
    with pytest.raises(InvalidInput, match="true（是）或 false（否）"):
        check_fact(FLAG, text)


@pytest.mark.parametrize("text", ["National", "city", "国家级", "", "national "])
def test_word_must_be_known(text: str) -> None:
    with pytest.raises(InvalidInput, match="只能取 national、provincial 之一"):
        check_fact(WORD, text)


@pytest.mark.parametrize(
    ("spec", "text", "rule"),
    [
        (YUAN, "x", "请写成以元为单位的数"),
        (LIST, "x", "各台价格用半角逗号分开，至少一台；请写成以元为单位的数"),
        (DECIMAL, "x", "请写成大于零的数"),
        (WHOLE, "x", "请写成不带小数点的整数"),
    ],
)
def test_refusal_says_how_to_write_it(spec: FactSpec, text: str, rule: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_fact(spec, text)
    assert refused.value.text.split("写法有误：")[1].startswith(rule)


def test_facts_have_one_canonical_spelling() -> None:
    given = {
        "loan_yuan": "001",
        "investment_yuan": "5000000.5",
        "excluded_yuan": "0",
        "years": "2.50",
        "paid_before_yuan": "0.0",
    }
    facts = parse_facts(instrument("M66-4b"), given)
    assert facts.texts == {
        "loan_yuan": "1.00",
        "investment_yuan": "5000000.50",
        "excluded_yuan": "0.00",
        "years": "2.5",
        "paid_before_yuan": "0.00",
    }
    assert facts.values["years"] == Fraction(5, 2)
    listed = parse_facts(instrument("A25-2.3b"), {"robot_prices_yuan": "1,02.5"})
    assert listed.texts == {"robot_prices_yuan": "1.00,2.50", "paid_before_yuan": "0.00"}
    counted = parse_facts(instrument("A25-2.3a"), {"units": "0012", "benefit_yuan": "1"})
    assert counted.texts == {"units": "12", "benefit_yuan": "1.00", "received_before": "false"}


def test_facts_optional_ones_take_their_default() -> None:
    facts = parse_facts(instrument("M66-2a"), {"received_subsidy_yuan": "1"})
    assert facts.texts["level"] == "national"
    purchases = {"purchases_yuan": "1", "affiliated": "false"}
    assert parse_facts(instrument("M66-5b"), purchases).values["paid_this_year_yuan"] == 0


def test_facts_missing_ones_are_all_named() -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_facts(instrument("M66-4b"), {"years": "1", "loan_yuan": "1"})
    assert refused.value.code == "missing_fact"
    assert refused.value.field == "investment_yuan"
    assert refused.value.text == (
        "M66-4b 缺少必填的事实：investment_yuan（实际投资总额）、"
        "excluded_yuan（土地、厂房、旧设备等）、paid_before_yuan（以前已获贴息）。"
    )


def test_facts_unknown_one_is_refused_before_anything_else() -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_facts(instrument("M66-6"), {"investment": "x"})
    assert refused.value.code == "unknown_fact"
    assert refused.value.field == "investment"
    assert refused.value.text == (
        "M66-6 不使用事实“investment”。可用的事实：investment_yuan、designated。"
    )


def test_facts_of_another_instrument_are_unknown() -> None:
    given = {"investment_yuan": "1", "designated": "true", "paid_before_yuan": "0"}
    with pytest.raises(InvalidInput, match="unknown_fact"):
        parse_facts(instrument("M66-6"), given)


def test_split_facts_keeps_what_follows_the_first_sign() -> None:
    assert split_facts(["a=1", "b==2", "c="]) == {"a": "1", "b": "=2", "c": ""}
    assert split_facts([]) == {}


@pytest.mark.parametrize("pair", ["a", "=1", "", "="])
def test_split_facts_refuses_what_is_no_pair(pair: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        split_facts(["x=1", pair])
    assert refused.value.code == "malformed_fact"
    assert refused.value.text == (
        f"事实“{pair}”写法有误：请写成 名称=取值，例如 investment_yuan=3000000。"
    )


@pytest.mark.parametrize("second", ["a=1", "a=2", "a="])
def test_split_facts_refuses_a_repeated_name(second: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        split_facts(["a=1", second])
    assert (refused.value.code, refused.value.field) == ("repeated_fact", "a")
    assert refused.value.text == "事实“a”给了两次：请只保留一个。"


def test_parse_yuan_names_its_place() -> None:
    assert parse_yuan("1.5", name="paid", label="已付金额") == 150
    with pytest.raises(InvalidInput, match="“paid”（已付金额）的值“-1”"):
        parse_yuan("-1", name="paid", label="已付金额")


def test_shown_is_short_and_printable() -> None:
    assert shown("a" * 60) == "a" * 60
    assert shown("a" * 61) == "a" * 60 + "…"
    assert shown("a\x1b[31m\u202eb\n") == "a�[31m�b�"


def test_message_with_braces_is_shown_as_typed() -> None:
    with pytest.raises(InvalidInput) as refused:
        check_fact(YUAN, "{value.__class__}")
    assert "“{value.__class__}”" in refused.value.text


@pytest.mark.parametrize(
    ("fen", "plain", "grouped"),
    [
        (0, "0.00", "0.00"),
        (1, "0.01", "0.01"),
        (99, "0.99", "0.99"),
        (100, "1.00", "1.00"),
        (99_999, "999.99", "999.99"),
        (100_000, "1000.00", "1,000.00"),
        (123_456_789_010, "1234567890.10", "1,234,567,890.10"),
    ],
)
def test_yuan_as_printed(fen: int, plain: str, grouped: str) -> None:
    assert format_yuan(fen) == plain
    assert format_yuan_exact(fen) == plain
    assert format_yuan_exact(Fraction(fen)) == plain
    assert group_yuan(fen) == grouped
    assert parse_hundredths(plain) == fen


@pytest.mark.parametrize(
    ("fen", "plain", "grouped"),
    [
        (Fraction(1, 2), "0.005", "0.005"),
        (Fraction(1, 4), "0.0025", "0.0025"),
        (Fraction(123_456_789, 100), "12345.6789", "12,345.6789"),
        (Fraction(3, 10), "0.003", "0.003"),
    ],
)
def test_yuan_with_parts_of_a_fen(fen: Fraction, plain: str, grouped: str) -> None:
    assert format_yuan_exact(fen) == plain
    assert group_yuan(fen) == grouped


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (10, "10"), (Fraction(5, 2), "2.5"), (Fraction(1, 8), "0.125"), (Fraction(4), "4")],
)
def test_exact_number_has_no_trailing_zeros(value: int | Fraction, text: str) -> None:
    assert format_exact(value) == text


def test_plain_decimal_length_is_bounded() -> None:
    assert is_plain_decimal("1" * 40)
    assert not is_plain_decimal("1" * 41)
