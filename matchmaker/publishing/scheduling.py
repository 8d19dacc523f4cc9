"""Publication at a set time: the bureau sets it, the minute's sweep carries it out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from matchmaker import clock
from matchmaker.accounts.permissions import require
from matchmaker.actor import BACKGROUND_JOB, Actor
from matchmaker.audit.operations import record
from matchmaker.db import read_tx, write_tx
from matchmaker.errors import IllegalTransition, InvalidInput
from matchmaker.publishing import rules
from matchmaker.publishing.models import Notice
from matchmaker.publishing.operations import publish_notice
from matchmaker.publishing.permissions import WRITE_NOTICE
from matchmaker.publishing.rules import NoticeState


def schedule_notice(actor: Actor, notice: Notice, publish_at: datetime) -> None:
    """Set when a draft is published; a later call sets another time."""
    require(actor, WRITE_NOTICE)
    rules.check_draft(notice.state)
    rules.check_schedule(publish_at, clock.now())
    rules.check_valid_until(notice.valid_until, publish_at.astimezone(clock.CHINA).date())
    notice.publish_at = publish_at
    record(
        actor, "publishing.schedule_notice", "notice", notice.id, publish_at=publish_at.isoformat()
    )


def unschedule_notice(actor: Actor, notice: Notice) -> None:
    """Take the set time back; the notice stays a draft."""
    require(actor, WRITE_NOTICE)
    rules.check_draft(notice.state)
    if notice.publish_at is None:
        raise IllegalTransition("not_scheduled", "这条公告没有设定发布时间。")
    notice.publish_at = None
    record(actor, "publishing.unschedule_notice", "notice", notice.id)


def publish_due_notices() -> None:
    """Every minute: publish the drafts whose time has come, each in its own transaction."""
    due = select(Notice.id).where(
        Notice.state == NoticeState.DRAFT, Notice.publish_at <= clock.now()
    )
    with read_tx() as session:
        ids = list(session.scalars(due.order_by(Notice.publish_at, Notice.id)))
    for notice_id in ids:
        with write_tx() as session:
            notice = session.scalar(due.with_only_columns(Notice).where(Notice.id == notice_id))
            if notice is not None:
                _publish_or_stop(notice)


def _publish_or_stop(notice: Notice) -> None:
    """A draft that cannot be published any more stays a draft, and keeps no other back."""
    try:
        publish_notice(BACKGROUND_JOB, notice)
    except InvalidInput as error:
        notice.publish_at = None
        record(BACKGROUND_JOB, "publishing.schedule_failed", "notice", notice.id, reason=error.text)
