"""Heads of the trail that stand outside it: printed on documents, appended to the anchor file.

A chain alone cannot show that its tail was cut or hashed anew; these heads do.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import select

from matchmaker.audit.operations import append_anchor
from matchmaker.audit.queries import get_head, read_anchors, read_newest_anchor_time
from matchmaker.audit.rules import Violation
from matchmaker.campaigns.models import Edition
from matchmaker.config import Settings
from matchmaker.db import db, read_tx
from matchmaker.publishing.models import Notice

_FRESH = timedelta(days=1)


def find_anchor_file() -> Path:
    """The file of another owner that the settings name, otherwise one in the instance folder."""
    settings: Settings = current_app.extensions["settings"]
    if settings.audit_anchor_file:
        return Path(settings.audit_anchor_file)
    return settings.instance_folder / "audit-anchors.jsonl"


def collect_anchors(path: Path | None = None) -> tuple[dict[int, str], list[Violation]]:
    """Every head that stands outside by its number, and printed heads that contradict another."""
    anchors = read_anchors(path or find_anchor_file())
    found = []
    for name, seq, head in _list_printed():
        if anchors.setdefault(seq, head) != head:
            found.append(Violation("A2", f"{name} {seq}", "所印链头与外部存证不一致"))
    return anchors, found


def _list_printed() -> Iterator[tuple[str, int, str]]:
    for table in (Notice, Edition):
        printed = select(table.chain_seq, table.chain_hash).where(table.chain_seq > 0)
        for seq, head in db.session.execute(printed.order_by(table.id)):
            if seq is not None and head is not None:
                yield table.__tablename__, seq, head


def find_warning(now: datetime) -> str | None:
    """What to say when the newest line of the anchor file is older than a day, or there is none."""
    newest = read_newest_anchor_time(find_anchor_file())
    if newest is not None and now - newest <= _FRESH:
        return None
    return (
        "一天之内没有新的外部存证，办理记录末尾的删改可能查不出来："
        "请确认后台任务在运行，存证文件可写。"
    )


def append_head() -> None:
    """Every night: append the present head to the anchor file."""
    with read_tx():
        seq, head = get_head()
    append_anchor(find_anchor_file(), seq, head)


def append_head_of_publication(payload: dict[str, Any]) -> None:
    """After a publication: append the head that covers it."""
    del payload
    seq, head = get_head()
    append_anchor(find_anchor_file(), seq, head)
