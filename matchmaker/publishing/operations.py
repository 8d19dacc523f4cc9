"""Acts on notices: writing, publishing, correcting in the open, withdrawing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from matchmaker import clock, outbox
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record, seal_head
from matchmaker.db import db
from matchmaker.errors import Conflict, InvalidInput
from matchmaker.publishing import rules
from matchmaker.publishing.models import Notice, NoticeCorrection
from matchmaker.publishing.permissions import WRITE_NOTICE
from matchmaker.publishing.rules import NoticeKind, NoticeState


def create_notice(
    actor: Actor,
    *,
    kind: NoticeKind,
    title: str,
    body: str,
    issuer: str,
    columns: Sequence[str] = (),
    rows: Sequence[Sequence[str]] = (),
    starts_on: date | None = None,
    ends_on: date | None = None,
    subject: tuple[str, str] | None = None,
    snapshot_sha256: str | None = None,
    valid_until: date | None = None,
    is_demo: bool = False,
) -> Notice:
    """Add a notice in ``draft``. ``subject`` is (type, id) of what it is about."""
    require(actor, WRITE_NOTICE)
    rules.check_text(title=title, body=body)
    rules.check_period(starts_on, ends_on)
    rules.check_valid_until(valid_until, clock.today())
    notice = Notice(
        kind=kind,
        state=NoticeState.DRAFT,
        title=title.strip(),
        body=body.strip(),
        issuer=issuer,
        columns=list(columns),
        rows=[list(row) for row in rows],
        starts_on=starts_on,
        ends_on=ends_on,
        subject_type=subject[0] if subject else None,
        subject_id=subject[1] if subject else None,
        snapshot_sha256=snapshot_sha256,
        valid_until=valid_until,
        is_demo=is_demo,
        created_by_id=actor.user_id,
    )
    db.session.add(notice)
    db.session.flush()
    record(actor, "publishing.create_notice", "notice", notice.id, title=notice.title)
    return notice


def update_notice(
    actor: Actor,
    notice: Notice,
    *,
    kind: NoticeKind,
    title: str,
    body: str,
    revision: int,
    valid_until: date | None = None,
) -> None:
    """Change a notice that is still in ``draft``."""
    require(actor, WRITE_NOTICE)
    rules.check_draft(notice.state)
    rules.check_text(title=title, body=body)
    rules.check_valid_until(valid_until, clock.today())
    if revision != notice.revision:
        raise Conflict("notice_changed", "通知刚被他人修改，请刷新页面后再改。")
    notice.kind, notice.title, notice.body = kind, title.strip(), body.strip()
    notice.valid_until = valid_until
    notice.revision += 1
    record(actor, "publishing.update_notice", "notice", notice.id, title=notice.title)


def publish_notice(actor: Actor, notice: Notice) -> None:
    """Put the notice on the site, with the head of the audit chain that covers this act."""
    require(actor, WRITE_NOTICE)
    rules.check_draft(notice.state)
    rules.check_valid_until(notice.valid_until, clock.today())
    notice.state = NoticeState.PUBLISHED
    notice.publish_at = None
    notice.published_at = clock.now()
    record(
        actor,
        "publishing.publish_notice",
        "notice",
        notice.id,
        content_sha256=notice.content_sha256,
    )
    notice.chain_seq, notice.chain_hash = seal_head()
    outbox.send("publishing.notice_published", notice_id=notice.id, kind=notice.kind.value)


def correct_notice(
    actor: Actor,
    notice: Notice,
    *,
    reason: str,
    title: str,
    body: str,
    starts_on: date | None,
    ends_on: date | None,
) -> NoticeCorrection:
    """Change a published notice in the open: old and new stay on its page with the reason."""
    require(actor, WRITE_NOTICE)
    rules.check_published(notice.state)
    rules.check_text(title=title, body=body)
    rules.check_period(starts_on, ends_on)
    rules.check_not_shortened(notice.kind, notice.ends_on, ends_on)
    rules.check_reason(reason, "更正理由")
    wanted = {
        "标题": ("title", title.strip()),
        "正文": ("body", body.strip()),
        "开始日期": ("starts_on", starts_on),
        "截止日期": ("ends_on", ends_on),
    }
    changes: dict[str, list[str]] = {}
    for label, (name, value) in wanted.items():
        old = getattr(notice, name)
        if old != value:
            changes[label] = [str(old or ""), str(value or "")]
            setattr(notice, name, value)
    if not changes:
        raise InvalidInput("nothing_changed", "没有任何改动。", field="title")
    row = NoticeCorrection(
        notice_id=notice.id, reason=reason.strip(), changes=changes, corrected_by_id=actor.user_id
    )
    notice.revision += 1
    db.session.add(row)
    db.session.flush()
    record(
        actor,
        "publishing.correct_notice",
        "notice",
        notice.id,
        reason=row.reason,
        changes=changes,
        content_sha256=notice.content_sha256,
    )
    outbox.send("publishing.notice_corrected", notice_id=notice.id)
    return row


def withdraw_notice(actor: Actor, notice: Notice, reason: str) -> None:
    """Take a published notice down; its address stays and shows the reason."""
    require(actor, WRITE_NOTICE)
    rules.check_published(notice.state)
    rules.check_reason(reason, "撤下理由")
    notice.state = NoticeState.WITHDRAWN
    notice.withdrawn_reason = reason.strip()
    record(actor, "publishing.withdraw_notice", "notice", notice.id, reason=reason.strip())
