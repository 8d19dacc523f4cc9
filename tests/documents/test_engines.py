"""The engines: the same bytes for the same data, text that stays text."""

from __future__ import annotations

import io
import subprocess
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from matchmaker.documents import pdf
from matchmaker.documents.excel import Column, ColumnKind, Sheet, write_workbook
from matchmaker.documents.pdf import DocumentFault, render_pdf

MOMENT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
TEMPLATE = """#import "/official.typ": *
#show: official
#para[正文：#data.text]
#listing((1fr, 1fr), ("名称", "金额"), data.rows)
#signature("市经信局", "2026年11月20日")
"""


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    official = (pdf.TEMPLATES / "official.typ").read_text(encoding="utf-8")
    (tmp_path / "official.typ").write_text(official, encoding="utf-8")
    (tmp_path / "probe.typ").write_text(TEMPLATE, encoding="utf-8")
    (tmp_path / "broken.typ").write_text("#let x = ", encoding="utf-8")
    monkeypatch.setattr(pdf, "TEMPLATES", tmp_path)
    return "probe.typ"


DATA = {
    "title": "关于公示的通知",
    "text": "#panic() <b>&amp; $x$ 〔2024〕66号",
    "rows": [["变电所巡检", "1,500,000.00"]],
}


def test_pdf_shows_data_as_text(template: str, tmp_path: Path) -> None:
    file = tmp_path / "out.pdf"
    file.write_bytes(render_pdf(template, DATA, made_at=MOMENT))
    shown = subprocess.run(
        ["pdftotext", "-layout", str(file), "-"], capture_output=True, text=True, check=True
    ).stdout

    squeezed = "".join(shown.split())
    assert "关于公示的通知" in squeezed
    assert "#panic()<b>&amp;$x$〔2024〕66号" in squeezed
    assert "1,500,000.00" in squeezed


def test_same_data_gives_the_same_bytes(template: str) -> None:
    assert render_pdf(template, DATA, made_at=MOMENT) == render_pdf(template, DATA, made_at=MOMENT)


def test_broken_template_is_a_fault_of_ours(template: str) -> None:
    with pytest.raises(DocumentFault):
        render_pdf("broken.typ", DATA, made_at=MOMENT)


def test_workbook_keeps_text_as_text() -> None:
    columns = [
        Column("名称"),
        Column("台数", kind=ColumnKind.NUMBER),
        Column("金额（元）", kind=ColumnKind.YUAN),
        Column("日期", kind=ColumnKind.DATE),
        Column("是否"),
    ]
    rows = [
        ["=HYPERLINK(1)", 3, Decimal("1500000.25"), date(2026, 11, 20), True],
        ["https://a.example", None, None, None, False],
    ]
    data = write_workbook([Sheet("清单/一:", columns, rows, note="演示数据")], title="清单")
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active

    assert sheet.title == "清单 一 "
    values = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert values[0][0] == "演示数据"
    assert values[1] == ["名称", "台数", "金额（元）", "日期", "是否"]
    assert values[2] == ["=HYPERLINK(1)", 3, 1500000.25, datetime(2026, 11, 20), "是"]  # noqa: DTZ001
    assert sheet["A3"].data_type == "s"
    assert values[3] == ["https://a.example", None, None, None, "否"]
    assert sheet["A4"].hyperlink is None


def test_workbook_without_rows_has_its_header() -> None:
    data = write_workbook([Sheet("空", [Column("名称")], [])], title="空")
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active

    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [["名称"]]
