"""A notice as PDF in the layout of official documents (GB/T 9704)."""

from __future__ import annotations

from datetime import date, datetime

from matchmaker.clock import CHINA
from matchmaker.documents.pdf import render_pdf
from matchmaker.publishing.models import Notice
from matchmaker.publishing.rules import KIND_LABELS, NoticeKind, NoticeState

#: Whom a call for applications is addressed to (主送机关).
ADDRESSEES = "各区、县（市）经信主管部门，各有关单位："


def write_pdf(notice: Notice) -> bytes:
    """The notice as it stands, corrections included; the same notice gives the same bytes."""
    made_at = notice.published_at or notice.created_at
    lines = [line.strip() for line in notice.body.split("\n") if line.strip()]
    data = {
        "title": notice.title,
        "kind": KIND_LABELS[notice.kind],
        "state": _describe_state(notice),
        "addressees": ADDRESSEES if notice.kind is NoticeKind.CALL else "",
        "paragraphs": [{"text": line, "level": find_level(line)} for line in lines],
        "header": list(notice.columns),
        "rows": [list(row) for row in notice.rows],
        "issuer": notice.issuer,
        "day": _day(made_at),
        "corrections": [
            {
                "at": _day(row.at),
                "reason": row.reason,
                "changes": [[label, *pair] for label, pair in sorted(row.changes.items())],
            }
            for row in notice.corrections
        ],
        "provenance": _list_provenance(notice),
    }
    return render_pdf("notice.typ", data, made_at=made_at)


def find_level(line: str) -> int:
    """1 for a heading of the first level (一、…), else 0.

    >>> find_level("一、评选数量"), find_level("根据规定")
    (1, 0)
    """
    mark = line.split("、", 1)[0]
    is_heading = "、" in line and 0 < len(mark) <= 3 and not set(mark) - set("一二三四五六七八九十")
    return int(is_heading and len(line) <= 30)


def _describe_state(notice: Notice) -> str:
    if notice.state is NoticeState.WITHDRAWN:
        return f"本件已撤下。理由：{notice.withdrawn_reason}"
    return "草稿，尚未发布" if notice.state is NoticeState.DRAFT else ""


def _list_provenance(notice: Notice) -> list[str]:
    lines = []
    if notice.starts_on and notice.ends_on and notice.kind is NoticeKind.PUBLICITY:
        lines.append(
            f"公示期：{_name_day(notice.starts_on)}至{_name_day(notice.ends_on)}24时"
            "（北京时间，以服务器时间为准）"
        )
    if notice.snapshot_sha256:
        lines.append(f"评分快照校验值（SHA-256）：{notice.snapshot_sha256}")
    if notice.chain_hash:
        lines.append(f"发布时办理记录链：第{notice.chain_seq}条，{notice.chain_hash}")
    if notice.is_demo:
        lines.append("演示数据，由平台编写，不指任何真实单位，不具有效力。")
    return lines


def _day(moment: datetime) -> str:
    return _name_day(moment.astimezone(CHINA).date())


def _name_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
