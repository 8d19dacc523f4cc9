"""An edition as Excel and as PDF."""

from __future__ import annotations

from matchmaker.campaigns.models import Edition
from matchmaker.campaigns.rules import LIST_LABELS, EditionChanges
from matchmaker.clock import CHINA
from matchmaker.documents.excel import Column, Sheet, write_workbook
from matchmaker.documents.pdf import render_pdf

_WIDE = {"名称", "任务", "攻关目标", "考核指标", "方案摘要", "作业地点", "接口与协议"}
CHANGE_COLUMNS = (Column("变化", 8), Column("编号", 16), Column("名称", 30), Column("说明", 60))


def name_of(edition: Edition) -> str:
    """``场景需求清单（第2期）``."""
    return f"{LIST_LABELS[edition.list_kind]}（第{edition.number}期）"


def write_excel(edition: Edition, changes: EditionChanges | None) -> bytes:
    """The edition as a workbook: the list, and what changed since the edition before."""
    columns = [Column(label, 30 if label in _WIDE else 16) for label in edition.columns]
    label = LIST_LABELS[edition.list_kind].replace("“", "").replace("”", "")
    sheets = [Sheet(label, columns, edition.rows, note=_note(edition))]
    if changes is not None:
        rows = list(_iter_changes(changes))
        sheets.append(Sheet("较上期变化", CHANGE_COLUMNS, rows, note=f"共 {len(rows)} 项变化"))
    return write_workbook(sheets, title=name_of(edition))


def write_pdf(edition: Edition, changes: EditionChanges | None) -> bytes:
    """The edition on official pages. Takes up to a few seconds: never in a write transaction."""
    published = edition.published_at or edition.prepared_at
    data = {
        "title": name_of(edition),
        "subtitle": _day(edition),
        "header": list(edition.columns),
        "rows": [list(row) for row in edition.rows],
        "changes": [list(row) for row in _iter_changes(changes)] if changes else [],
        "provenance": [
            _note(edition),
            f"内容摘要（SHA-256）：{edition.sha256}",
            f"发布时存证链：第 {edition.chain_seq} 条，{edition.chain_hash}"
            if edition.chain_hash
            else "尚未发布，供审定使用。",
        ],
    }
    return render_pdf("list_edition.typ", data, made_at=published)


def _day(edition: Edition) -> str:
    moment = (edition.published_at or edition.prepared_at).astimezone(CHINA)
    return f"{moment.year}年{moment.month}月{moment.day}日"


def _note(edition: Edition) -> str:
    demo = "；含演示数据，根据公开资料整理，不代表有关单位意见" if edition.is_demo else ""
    return f"{name_of(edition)}，{_day(edition)}，共 {len(edition.rows)} 条{demo}"


def _iter_changes(changes: EditionChanges) -> list[tuple[str, str, str, str]]:
    return [
        *(("新增", row[0], row[1], "") for row in changes.added),
        *(("移出", row[0], row[1], "") for row in changes.removed),
        *(
            (
                "变更",
                row.key,
                row.name,
                "；".join(f"{c}：{b or '空'}→{a or '空'}" for c, b, a in row.cells),
            )
            for row in changes.changed
        ),
    ]
