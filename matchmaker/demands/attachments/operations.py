"""Adding and removing files of a listing; after publication this goes into its public history."""

from __future__ import annotations

from collections.abc import Sequence

from matchmaker import clock, outbox
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db
from matchmaker.demands import permissions
from matchmaker.demands.attachments.queries import SUBJECT, list_attachments
from matchmaker.demands.content import clean_line
from matchmaker.demands.models import DemandListing, DemandRevision
from matchmaker.demands.rules import EDITABLE_STATUSES, OPEN_STATUSES, STATUS_LABELS
from matchmaker.demands.steps import check_note, lock_listing
from matchmaker.errors import Conflict, IllegalTransition, InvalidInput
from matchmaker.files.models import StoredFile
from matchmaker.files.operations import attach_files, remove_file
from matchmaker.files.rules import CheckedUpload

REASON_MAX = 200


def add_attachments(
    actor: Actor, listing: DemandListing, uploads: Sequence[CheckedUpload], *, reason: str = ""
) -> Sequence[StoredFile]:
    """Add files; ``reason`` is needed for an open listing and shown with the change."""
    _enter(actor, listing)
    if not uploads:
        raise InvalidInput("no_files", "请选择要上传的文件。", field="files")
    taken = {file.name for file in list_attachments(listing)}
    for upload in uploads:
        if upload.name in taken:
            raise Conflict(
                "name_taken",
                "已有名为“{name}”的附件，请改名后上传，或先删除原附件。",
                name=upload.name,
            )
        taken.add(upload.name)
    files = attach_files(actor, uploads, subject_type=SUBJECT, subject_id=listing.id)
    names = "、".join(upload.name for upload in uploads)
    _note(actor, listing, "demands.add_attachments", before="", after=names, reason=reason)
    return files


def remove_attachment(
    actor: Actor, listing: DemandListing, file: StoredFile, *, reason: str = ""
) -> None:
    """Take a file away; ``reason`` as for adding."""
    _enter(actor, listing)
    remove_file(actor, file)
    _note(actor, listing, "demands.remove_attachment", before=file.name, after="", reason=reason)


def _enter(actor: Actor, listing: DemandListing) -> None:
    require(actor, permissions.EDIT, listing)
    lock_listing(listing)
    if listing.status not in EDITABLE_STATUSES | OPEN_STATUSES:
        raise IllegalTransition(
            "not_editable",
            "当前状态为“{status}”，不能增减附件。",
            status=STATUS_LABELS[listing.status],
        )


def _note(
    actor: Actor, listing: DemandListing, action: str, *, before: str, after: str, reason: str
) -> None:
    """One audit entry; for an open listing a public revision and a message as well."""
    listing.updated_at = clock.now()
    if listing.status in OPEN_STATUSES:
        needed = "请写明变更原因，变更记录将公开显示。"
        check_note(reason, field="reason", needed=needed, limit=REASON_MAX)
        listing.revisions.append(
            DemandRevision(
                number=len(listing.revisions) + 1,
                changes=[
                    {
                        "field": "attachments",
                        "label": "附件",
                        "before": before or "（无）",
                        "after": after or "（已删除）",
                    }
                ],
                reason=clean_line(reason),
                at=clock.now(),
            )
        )
        outbox.send("demands.changed", id=listing.id, code=listing.code)
    db.session.flush()
    record(actor, action, "demand", listing.id, before=before, after=after)
