"""Files of a notice: exchanged while it is a draft, added in the open once it is published."""

from __future__ import annotations

from collections.abc import Sequence

from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db
from matchmaker.errors import InvalidInput, NotFound
from matchmaker.files.models import StoredFile
from matchmaker.files.operations import attach_files, remove_file
from matchmaker.files.queries import get_file, list_files
from matchmaker.files.rules import CheckedUpload
from matchmaker.publishing import rules
from matchmaker.publishing.models import Notice, NoticeCorrection
from matchmaker.publishing.permissions import WRITE_NOTICE
from matchmaker.publishing.queries import get_notice
from matchmaker.publishing.rules import NoticeState

SUBJECT = "notice"


def list_attachments(notice: Notice) -> Sequence[StoredFile]:
    """The files of a notice that the actor was shown; a withdrawn one gives none away."""
    return () if notice.state is NoticeState.WITHDRAWN else list_files(SUBJECT, notice.id)


def get_attachment(actor: Actor, notice_id: int, token: str) -> StoredFile:
    """One file; raises ``NotFound`` where the notice is not the actor's to see or withdrawn."""
    notice = get_notice(actor, notice_id)
    if notice.state is NoticeState.WITHDRAWN:
        raise NotFound("file_missing", "没有这个文件。")
    return get_file(token, subject_type=SUBJECT, subject_id=notice.id)


def attach_to_draft(actor: Actor, notice: Notice, uploads: Sequence[CheckedUpload]) -> None:
    """Add files to a draft."""
    require(actor, WRITE_NOTICE)
    rules.check_draft(notice.state)
    _check_any(uploads)
    attach_files(actor, uploads, subject_type=SUBJECT, subject_id=notice.id)


def remove_from_draft(actor: Actor, notice: Notice, token: str) -> None:
    """Take a file away from a draft."""
    require(actor, WRITE_NOTICE)
    rules.check_draft(notice.state)
    remove_file(actor, get_file(token, subject_type=SUBJECT, subject_id=notice.id))


def add_in_the_open(
    actor: Actor, notice: Notice, uploads: Sequence[CheckedUpload], *, reason: str
) -> NoticeCorrection:
    """Add files to a published notice; the page shows when and why."""
    require(actor, WRITE_NOTICE)
    rules.check_published(notice.state)
    rules.check_reason(reason, "补充附件的理由")
    _check_any(uploads)
    before = _names(notice)
    attach_files(actor, uploads, subject_type=SUBJECT, subject_id=notice.id)
    changes = {"附件": [before, _names(notice)]}
    row = NoticeCorrection(
        notice_id=notice.id,
        reason=reason.strip(),
        changes=changes,
        corrected_by_id=actor.user_id,
    )
    notice.revision += 1
    db.session.add(row)
    db.session.flush()
    record(actor, "publishing.add_attachments", "notice", notice.id, reason=row.reason)
    return row


def _check_any(uploads: Sequence[CheckedUpload]) -> None:
    if not uploads:
        raise InvalidInput("file_missing", "请选择要上传的附件。", field="files")


def _names(notice: Notice) -> str:
    return "、".join(file.name for file in list_files(SUBJECT, notice.id))
