"""Reads of files. The caller has shown that the actor may see the subject."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, func, select

from matchmaker.db import db
from matchmaker.errors import NotFound
from matchmaker.files.models import StoredFile


def _of_subject(subject_type: str, subject_id: int | str) -> Select[StoredFile]:
    return select(StoredFile).where(
        StoredFile.subject_type == subject_type,
        StoredFile.subject_id == str(subject_id),
        StoredFile.removed_at.is_(None),
    )


def list_files(subject_type: str, subject_id: int | str) -> Sequence[StoredFile]:
    """The files of a subject, in the order of upload."""
    query = _of_subject(subject_type, subject_id).order_by(StoredFile.id)
    return db.session.scalars(query).all()


def count_files(subject_type: str, subject_id: int | str) -> int:
    """How many files a subject has."""
    query = _of_subject(subject_type, subject_id).with_only_columns(func.count())
    return db.session.scalar(query) or 0


def get_file(token: str, *, subject_type: str, subject_id: int | str) -> StoredFile:
    """A file of exactly this subject; raises ``NotFound`` for another subject's token."""
    file = db.session.scalar(_of_subject(subject_type, subject_id).where(StoredFile.token == token))
    if file is None:
        raise NotFound("file_missing", "没有这个文件。")
    return file
