"""The layout and every macro, rendered as pages get them."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest
from flask import render_template_string
from flask.testing import FlaskClient

from tests.web.look_gallery import create_gallery

VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
OPTIONAL_END = {"p", "li", "dt", "dd", "option", "tr", "td", "th"}


class _Reader(HTMLParser):
    """Collects tags with attributes and notes an end tag that closes another element."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.crossed: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        self.left_open = self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()
        else:
            self.crossed.append(f"</{tag}> inside <{self._open[-1] if self._open else ''}>")

    def find(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return create_gallery().test_client()


def _read(client: FlaskClient, address: str = "/gallery") -> tuple[str, _Reader]:
    text = client.get(address).get_data(as_text=True)
    return text, _Reader(text)


@pytest.mark.parametrize("address", ["/gallery", "/gallery?in=1", "/error/404", "/error/500"])
def test_pages_are_well_formed_and_ids_are_single(client: FlaskClient, address: str) -> None:
    _, page = _read(client, address)
    ids = [a["id"] for _, a in page.tags if a.get("id")]

    assert page.crossed == []
    assert page.left_open == []
    assert sorted(ids) == sorted(set(ids))
    assert len(page.find("h1")) >= 1
    assert len(page.find("main")) == 1


def test_every_control_has_a_label(client: FlaskClient) -> None:
    _, page = _read(client, "/gallery?in=1")
    labelled = {a.get("for") for a in page.find("label")}
    unlabelled = [
        a
        for tag in ("input", "select", "textarea")
        for a in page.find(tag)
        if a.get("type") not in {"hidden", "radio", "checkbox"}
        and a.get("id") not in labelled
        and not a.get("aria-label")
        and a.get("name") != "note"
    ]

    assert unlabelled == []


def test_texts_of_others_are_escaped(client: FlaskClient) -> None:
    text, _ = _read(client)

    assert "<script>alert(1)</script>" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert 'value="&lt;b&gt;"' in text
    assert "夜间<mark>巡检</mark> &amp; 测温" in text


def test_chart_carries_its_data_safely_and_shows_its_table(client: FlaskClient) -> None:
    text, page = _read(client)
    block = re.search(r'<script type="application/json" id="by-sector-option">(.*?)</script>', text)

    assert block is not None
    assert json.loads(block[1])["xAxis"]["data"] == ["</script>工业", "物流"]
    assert {"class": "chart-data", "open": None} in page.find("details")


def test_table_formats_by_kind_and_labels_its_cells(client: FlaskClient) -> None:
    text, page = _read(client)
    cells = [a.get("data-label") for a in page.find("td") if a.get("class") != "cell-tick"]

    assert cells.count("名称") == 2
    assert '<span class="money" title="300,000.00元">30万元</span>' in text
    assert '<span class="money">1.23元</span>' in text
    assert '<span class="money">0.00元</span>' in text
    assert '<time datetime="2027-06-30">2027年6月30日</time>' in text
    assert text.count('data-label="预算">—</td>') == 1
    assert 'aria-sort="descending"' in text
    assert 'href="/gallery?sort=name"' in text
    assert 'name="ids" value="19" form="batch"' in text


def test_pages_are_linked_with_the_present_filters(client: FlaskClient) -> None:
    text, _ = _read(client, "/gallery?sector=a&page=3")

    assert "共 <strong>88</strong> 条，每页 12 条，第 3/8 页" in text
    assert 'rel="prev" href="/gallery?sector=a&amp;page=2"' in text
    assert 'href="/gallery?sector=a&amp;page=8" aria-label="第 8 页"' in text
    assert '<input type="hidden" name="sector" value="a">' in text


def test_fresh_form_shows_no_error_and_marks_what_is_needed(client: FlaskClient) -> None:
    text, page = _read(client)

    assert "error-summary" not in text
    assert "field-error" not in text
    assert text.count('class="need"') == 2
    name = next(a for a in page.find("input") if a.get("id") == "name")
    assert name["aria-describedby"] == "name-help"
    assert name["placeholder"] == "名称"
    assert next(a for a in page.find("input") if a.get("id") == "until")["type"] == "date"
    assert (
        next(a for a in page.find("input") if a.get("id") == "document")["accept"] == ".pdf,.docx"
    )
    assert "可上传 .pdf、.docx，不超过 20 MB" in text
    levels = [a for a in page.find("input") if a.get("name") == "level"]
    assert [(a["value"], "checked" in a) for a in levels] == [("1", True), ("2", False)]


def test_refused_form_says_so_beside_the_field_and_in_the_summary(client: FlaskClient) -> None:
    answer = client.post("/gallery", data={"name": "", "budget": "x", "level": "1", "sector": "1"})
    text = answer.get_data(as_text=True)
    page = _Reader(text)

    assert answer.status_code == 422
    assert '<a href="#name">需求名称：请填写需求名称。</a>' in text
    assert '<a href="#budget">预算上限：' in text
    name = next(a for a in page.find("input") if a.get("id") == "name")
    assert name["aria-invalid"] == "true"
    assert name["aria-describedby"] == "name-help name-error"
    assert 'id="name-error"' in text
    assert next(a for a in page.find("input") if a.get("id") == "budget")["value"] == "x"


def test_verdicts_and_evidence_are_words_not_colours(client: FlaskClient) -> None:
    text, _ = _read(client)

    for word in ("满足", "不满足", "待核实", "未核验", "自述", "有材料", "已核验"):
        assert word in text


def test_score_legend_names_each_part_with_its_points(client: FlaskClient) -> None:
    text, _ = _read(client)

    assert "文本相关<strong>41.23</strong>" in text
    assert "条件<strong>22.50</strong>" in text
    assert '<rect class="fill-2" x="164.92" width="90.0" height="14"/>' in text


def test_visitor_sees_log_in_and_no_token_stands_in_the_head(client: FlaskClient) -> None:
    text, page = _read(client)

    assert 'href="/login"' in text
    assert "退出登录" not in text
    assert [a for a in page.find("meta") if a.get("name") == "csrf-token"] == []
    assert "主办单位：某市经信局" in text
    assert "备案号：浙ICP备00000000号" in text
    assert "本页含演示数据" in text
    assert "当前位置：" in text


def test_signed_in_person_gets_menu_token_and_log_out_by_post(client: FlaskClient) -> None:
    text, page = _read(client, "/gallery?in=1")
    log_out = [a for a in page.find("form") if a.get("action") == "/logout"]

    assert {a["method"] for a in log_out} == {"post"}
    assert [a for a in page.find("meta") if a.get("name") == "csrf-token"]
    assert '<a href="/gallery" aria-current="page">我的需求</a>' in text
    assert "场景业主" in text
    assert "草稿已保存。" in text
    assert "备案号" not in text


def test_display_modes_come_from_the_cookie_and_their_links_turn_them_off() -> None:
    client = create_gallery().test_client()
    plain = client.get("/gallery?a=1").get_data(as_text=True)
    client.set_cookie("contrast", "high")
    client.set_cookie("font", "enormous")
    high = client.get("/gallery").get_data(as_text=True)

    assert 'data-contrast="normal" data-font="normal"' in plain
    assert "/preferences?contrast=high&amp;next=/gallery%3Fa%3D1" in plain
    assert 'data-contrast="high" data-font="normal"' in high
    assert "/preferences?contrast=normal&amp;" in high


def test_links_keep_the_prefix_of_the_site(client: FlaskClient) -> None:
    text = client.get("/gallery", environ_overrides={"SCRIPT_NAME": "/robots"}).get_data(
        as_text=True
    )
    layout = text.split('<main id="content"')[0]

    assert 'href="/robots/demands"' in layout
    assert 'action="/robots/search"' in layout
    assert 'href="/robots/static/site.css"' in layout
    assert re.findall(
        r'(?:href|action|src)="/(?!robots)[^"]*"', layout.replace("/gallery", "")
    ) == ['href="/demands"']


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 413, 422, 429, 500, 503])
def test_error_page_says_what_to_do(client: FlaskClient, status: int) -> None:
    answer = client.get(f"/error/{status}")
    text = answer.get_data(as_text=True)

    assert answer.status_code == status
    assert '<ul class="error-steps">' in text
    assert re.search(r'<ul class="error-steps">\s*<li>[^<]{6,}</li>', text)
    assert "编号：sample_code" in text
    assert 'href="/">返回首页</a>' in text


def test_page_of_a_failure_needs_neither_person_nor_session(client: FlaskClient) -> None:
    text = client.get("/error/500?in=1").get_data(as_text=True)

    assert "退出登录" not in text
    assert "csrf" not in text
    assert "site-search" not in text


def test_missing_key_of_a_row_shows_as_absent() -> None:
    app = create_gallery()
    with app.test_request_context("/gallery"):
        text = render_template_string(
            '{% from "_macros/lists.html" import data_table %}'
            "{{ data_table([{'key': 'a', 'label': '甲'}], [{'b': 1}, {'a': 0}], '表') }}"
        )

    assert re.findall(r'data-label="甲">(.*?)</td>', text) == ["—", "0"]
