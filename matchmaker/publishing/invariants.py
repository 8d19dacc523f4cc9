"""A1 of what was published: a notice shows what its entries in the trail say it shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from matchmaker.audit.models import AuditEntry
from matchmaker.audit.queries import map_histories
from matchmaker.audit.rules import Violation
from matchmaker.db import db
from matchmaker.publishing.models import Notice
from matchmaker.publishing.rules import NoticeState

#: Entry → the state that it leaves a notice in.
_LEFT_IN = {
    "publishing.publish_notice": NoticeState.PUBLISHED,
    "publishing.withdraw_notice": NoticeState.WITHDRAWN,
}


def find_violations() -> list[Violation]:
    """Notices that were changed, withdrawn or deleted beside the product."""
    rows = {str(row.id): row for row in db.session.scalars(select(Notice).order_by(Notice.id))}
    histories = map_histories("notice")
    found = [
        problem for key, row in rows.items() for problem in _check(row, histories.get(key, []))
    ]
    for key, history in histories.items():
        published = any(entry.action == "publishing.publish_notice" for entry in history)
        if published and key not in rows:
            found.append(Violation("A1", f"notice {key}", "办理记录中已发布的公告已不在库中"))
    return found


def _check(row: Notice, history: Sequence[AuditEntry]) -> Iterator[Violation]:
    left_in = [_LEFT_IN[entry.action] for entry in history if entry.action in _LEFT_IN]
    if (left_in or [NoticeState.DRAFT])[-1] is not row.state:
        yield Violation("A1", f"notice {row.id}", "公告状态与办理记录不符")
    digests = [e.data["content_sha256"] for e in history if "content_sha256" in e.data]
    if digests and digests[-1] != row.content_sha256:
        yield Violation("A1", f"notice {row.id}", "公告内容与办理记录不符")
