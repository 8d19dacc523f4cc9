"""Attaching files to a subject. The operation that owns the subject has asked the permission."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from matchmaker import clock
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db
from matchmaker.errors import LimitExceeded
from matchmaker.files.models import Blob, StoredFile
from matchmaker.files.queries import count_files
from matchmaker.files.rules import CheckedUpload
from matchmaker.files.storage import path_of

FILES_PER_SUBJECT = 10


def attach_files(
    actor: Actor, uploads: Sequence[CheckedUpload], *, subject_type: str, subject_id: int | str
) -> list[StoredFile]:
    """Attach checked uploads whose bytes ``keep_bytes`` has written before this transaction."""
    if count_files(subject_type, subject_id) + len(uploads) > FILES_PER_SUBJECT:
        raise LimitExceeded(
            "too_many_files", "每项最多上传 {most} 个文件。", most=FILES_PER_SUBJECT
        )
    files = [_attach(actor, upload, subject_type, str(subject_id)) for upload in uploads]
    db.session.flush()
    for file in files:
        record(
            actor,
            "files.attach",
            subject_type,
            subject_id,
            name=file.name,
            sha256=file.sha256,
        )
    return files


def _attach(actor: Actor, upload: CheckedUpload, subject_type: str, subject_id: str) -> StoredFile:
    if not path_of(upload.sha256).is_file():
        raise RuntimeError("the bytes must be kept before the file is attached")
    if db.session.get(Blob, upload.sha256) is None:
        db.session.add(
            Blob(
                sha256=upload.sha256,
                size=len(upload.content),
                media_type=upload.media_type,
            )
        )
        db.session.flush()
    file = StoredFile(
        token=secrets.token_urlsafe(24),
        sha256=upload.sha256,
        subject_type=subject_type,
        subject_id=subject_id,
        name=upload.name,
        uploaded_by=actor.user_id,
    )
    db.session.add(file)
    return file


def remove_file(actor: Actor, file: StoredFile) -> None:
    """Take a file away from its subject; the bytes stay for the trail."""
    file.removed_at = clock.now()
    record(actor, "files.remove", file.subject_type, file.subject_id, sha256=file.sha256)
