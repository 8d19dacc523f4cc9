"""Money, dates, shares and marks as the public reads them, at their edges."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from wtforms import FieldList, Form, FormField, StringField
from wtforms.validators import DataRequired

from matchmaker.web import filters as f


@pytest.mark.parametrize(
    ("fen", "yuan", "wan"),
    [
        (None, "—", "—"),
        (0, "0.00元", "0万元"),
        (1, "0.01元", "0.000001万元"),
        (150_000_000, "1,500,000.00元", "150万元"),
        (1_000_000_000, "10,000,000.00元", "1,000万元"),
        (123_456_789, "1,234,567.89元", "123.456789万元"),
        (-50, "-0.50元", "-0.00005万元"),
    ],
)
def test_money_is_exact_in_both_units(fen: int | None, yuan: str, wan: str) -> None:
    assert (f.format_yuan(fen), f.format_wan(fen)) == (yuan, wan)


@given(st.integers(min_value=-(10**17), max_value=10**17))
def test_wan_loses_no_fen(fen: int) -> None:
    figure = f.format_wan(fen).removesuffix("万元").replace(",", "")

    assert Decimal(figure) * f.FEN_PER_WAN == fen


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (None, None, "面议"),
        (180_000_000, 300_000_000, "180万元—300万元"),
        (180_000_000, None, "180万元以上"),
        (None, 300_000_000, "300万元以内"),
        (0, 0, "0万元"),
        (5_000_000, 5_000_000, "5万元"),
    ],
)
def test_range_of_money(low: int | None, high: int | None, text: str) -> None:
    assert f.format_wan_range(low, high) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "—"),
        (date(2028, 2, 29), "2028年2月29日"),
        ("2026-11-20", "2026年11月20日"),
        (datetime(2026, 11, 20, 15, 59, 59, tzinfo=UTC), "2026年11月20日"),
        (datetime(2026, 11, 20, 16, 0, tzinfo=UTC), "2026年11月21日"),
    ],
)
def test_date_is_the_legal_day_in_china(value: date | str | None, text: str) -> None:
    assert f.format_date(value) == text


def test_moment_is_shown_in_chinas_time() -> None:
    moment = datetime(2026, 12, 31, 16, 5, tzinfo=UTC)

    assert f.format_datetime(moment) == "2027年1月1日 00:05"
    assert f.format_datetime(None) == "—"
    assert f.format_iso(moment) == "2026-12-31T16:05:00+00:00"
    assert f.format_iso(date(2026, 1, 2)) == "2026-01-02"
    assert f.format_iso(None) == ""


END_OF_DAY = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("left", "text"),
    [
        (timedelta(days=9, hours=15), "还有 9 天 15 小时"),
        (timedelta(days=1, minutes=59), "还有 1 天"),
        (timedelta(hours=23, minutes=59), "还有 23 小时 59 分"),
        (timedelta(seconds=1), "还有 0 小时 0 分"),
        (timedelta(0), "已截止"),
        (timedelta(seconds=-1), "已截止"),
    ],
)
def test_a_deadline_lasts_to_the_end_of_its_day_in_china(left: timedelta, text: str) -> None:
    assert f.format_remaining(date(2026, 11, 30), END_OF_DAY - left) == text


def test_a_deadline_with_a_time_ends_then_and_none_never_ends() -> None:
    deadline = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)

    assert f.format_remaining(deadline, deadline) == "已截止"
    assert f.format_remaining(deadline, deadline - timedelta(days=2)) == "还有 2 天"
    assert f.format_remaining(None, deadline) == "长期有效"


@pytest.mark.parametrize(
    ("text", "terms", "shown"),
    [
        ("夜间巡检", ["巡检"], "夜间<mark>巡检</mark>"),
        ("夜间巡检机", ["巡检", "巡检机"], "夜间<mark>巡检机</mark>"),
        ("AGV与agv", ["agv"], "<mark>AGV</mark>与<mark>agv</mark>"),
        ("<b>巡检</b>", ["<b>"], "<mark>&lt;b&gt;</mark>巡检&lt;/b&gt;"),
        ("a.c abc", ["a.c"], "<mark>a.c</mark> abc"),
        ("甲&乙", [], "甲&amp;乙"),
        ("甲&乙", ["", "  "], "甲&amp;乙"),
        (None, ["甲"], ""),
    ],
)
def test_highlight_marks_terms_and_escapes_the_rest(
    text: str | None, terms: list[str], shown: str
) -> None:
    assert f.highlight(text, terms) == Markup(shown)


@given(
    st.text(alphabet="ab<>&\"'甲乙", max_size=12), st.lists(st.text(alphabet="ab<&甲", max_size=3))
)
def test_highlight_keeps_the_text_and_never_lets_a_tag_through(text: str, terms: list[str]) -> None:
    shown = f.highlight(text, terms)

    assert shown.replace(Markup("<mark>"), "").replace(Markup("</mark>"), "").unescape() == text
    assert "<" not in shown.replace("<mark>", "").replace("</mark>", "")


@pytest.mark.parametrize(
    ("number", "pages", "numbers"),
    [
        (1, 1, [1]),
        (1, 5, [1, 2, 3, 4, 5]),
        (1, 6, [1, 2, 3, None, 6]),
        (3, 5, [1, 2, 3, 4, 5]),
        (6, 12, [1, None, 4, 5, 6, 7, 8, None, 12]),
        (4, 12, [1, 2, 3, 4, 5, 6, None, 12]),
        (5, 12, [1, 2, 3, 4, 5, 6, 7, None, 12]),
        (12, 12, [1, None, 10, 11, 12]),
        (1, 0, []),
    ],
)
def test_page_window_never_hides_a_single_page(
    number: int, pages: int, numbers: list[int | None]
) -> None:
    assert f.page_window(number, pages) == numbers


@pytest.mark.parametrize(
    ("changes", "query"),
    [
        ({"page": 2}, "?q=%E5%B7%A1%E6%A3%80&mode=a&mode=b&page=2"),
        ({"mode": None}, "?q=%E5%B7%A1%E6%A3%80"),
        ({"mode": ["c", "d"]}, "?q=%E5%B7%A1%E6%A3%80&mode=c&mode=d"),
        ({"sort": "-name"}, "?q=%E5%B7%A1%E6%A3%80&mode=a&mode=b&sort=-name"),
    ],
)
def test_a_changed_filter_goes_back_to_the_first_page(
    changes: dict[str, object], query: str
) -> None:
    present = [("q", "巡检"), ("mode", "a"), ("mode", "b"), ("empty", ""), ("page", "7")]

    assert f.query_with(present, **changes) == query


def test_bar_is_laid_end_to_end_and_never_longer_than_its_whole() -> None:
    parts = [{"name": "甲", "points": 60}, SimpleNamespace(name="乙", points=Decimal(80))]

    assert f.bar_segments(parts, 100, 140) == [
        f.Segment("甲", 60.0, 0.0, 60.0, 1),
        f.Segment("乙", 80.0, 60.0, 80.0, 2),
    ]


def test_bar_of_nothing_and_of_less_than_nothing_takes_no_room() -> None:
    assert f.bar_segments([], 100) == []
    assert f.bar_segments([{"name": "甲", "points": -5}], 0) == [f.Segment("甲", -5.0, 0.0, 0.0, 1)]


@pytest.mark.parametrize(
    ("name", "initial"),
    [
        ("杭州市地铁集团", "地"),
        ("浙江省某医院", "某"),
        ("杭州", "杭"),
        ("agile", "A"),
        ("  ", "客"),
        (None, "客"),
    ],
)
def test_initial_passes_over_place_names(name: str | None, initial: str) -> None:
    assert f.initial_of(name) == initial


@pytest.mark.parametrize(
    ("share", "digits", "text"),
    [(None, 0, "—"), (0.125, 0, "13%"), (0.125, 1, "12.5%"), (Decimal(1), 0, "100%")],
)
def test_percent_rounds_half_up(share: float | Decimal | None, digits: int, text: str) -> None:
    assert f.format_percent(share, digits) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 字节"),
        (1023, "1023 字节"),
        (1024, "1.0 KB"),
        (1024**2, "1.0 MB"),
        (5 * 1024**3, "5.0 GB"),
    ],
)
def test_file_size(size: int, text: str) -> None:
    assert f.format_file_size(size) == text


class _Line(Form):
    name = StringField("品名", [DataRequired("请填写品名。")])


class _Nested(Form):
    title = StringField("名称", [DataRequired("请填写名称。")])
    lines = FieldList(FormField(_Line), min_entries=1)
    labels = FieldList(StringField("标签", [DataRequired("请填写标签。")]), min_entries=1)


def test_error_summary_reaches_nested_forms_and_lists_in_order() -> None:
    form = _Nested()
    form.validate()
    form.form_errors.append("与已有需求重复。")

    assert f.list_form_errors(form) == [
        f.FormError(None, "", "与已有需求重复。"),
        f.FormError("title", "名称", "请填写名称。"),
        f.FormError("lines-0-name", "品名", "请填写品名。"),
        f.FormError("labels-0", "标签", "请填写标签。"),
    ]
