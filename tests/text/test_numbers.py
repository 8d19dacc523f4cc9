from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.text.numbers import find_quantities, make_plain, parse_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("零", 0),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("一百一十", 110),
        ("一百零五", 105),
        ("两千", 2_000),
        ("三万五千", 35_000),
        ("三点五", 3.5),
        ("0.6", 0.6),
        ("半", 0.5),
    ],
)
def test_number_is_read(text: str, value: float) -> None:
    assert parse_number(text) == (value, value)


@pytest.mark.parametrize(
    ("text", "ends"), [("三四", (3, 4)), ("七八百", (700, 800)), ("一两百", (100, 200))]
)
def test_two_neighbouring_digits_are_a_range(text: str, ends: tuple[float, float]) -> None:
    assert parse_number(text) == ends


@pytest.mark.parametrize("text", ["三一", "公斤", "二九"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no number"):
        parse_number(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("单箱八到十二公斤", (8, 12, "kg")),
        ("载荷20KG以上", (20, 20, "kg")),
        ("１５千克", (15, 15, "kg")),
        ("二十斤", (10, 10, "kg")),
        ("一吨半", (1_000, 1_000, "kg")),
        ("三四个小时", (3, 4, "h")),
        ("两个半小时", (2.5, 2.5, "h")),
        ("90分钟", (1.5, 1.5, "h")),
        ("零下十八度", (-18, -18, "deg")),
        ("-20℃", (-20, -20, "c")),
        ("-20~50℃", (-20, 50, "c")),
        ("-20~-5℃", (-20, -5, "c")),
        ("每秒零点六米/秒", (0.6, 0.6, "mps")),
        ("五十多度", (50, 50, "deg")),
    ],
)
def test_quantity_is_found_with_its_unit(text: str, expected: tuple[float, float, str]) -> None:
    found = list(find_quantities(make_plain(text).text))

    assert [(q.low, q.high, q.unit) for q in found] == [expected]


@pytest.mark.parametrize("text", ["三台机器", "G1", "2027-06-30", "一米七", "百分之九十"])
def test_other_numbers_are_left_alone(text: str) -> None:
    assert list(find_quantities(make_plain(text).text)) == []


@given(st.text(max_size=40))
def test_plain_text_knows_where_it_came_from(text: str) -> None:
    plain = make_plain(text)

    assert len(plain.text) == len(plain.at)
    assert list(plain.at) == sorted(plain.at)
    assert all(0 <= place < len(text) for place in plain.at)


def test_span_points_into_the_original() -> None:
    text = "温度－２０℃以下"
    plain = make_plain(text)
    (quantity,) = find_quantities(plain.text)

    start, end = plain.span(quantity.start, quantity.end)
    assert text[start:end] == "－２０℃"
