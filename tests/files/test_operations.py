"""Files belong to a subject; bytes are stored once and never under their name."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from matchmaker.db import read_tx, write_tx
from matchmaker.errors import LimitExceeded, NotFound, NotReady
from matchmaker.files.models import Blob, StoredFile
from matchmaker.files.operations import FILES_PER_SUBJECT, attach_files, remove_file
from matchmaker.files.queries import get_file, list_files
from matchmaker.files.rules import check_upload
from matchmaker.files.storage import files_folder, open_path, path_of
from tests.files.samples import PDF, kept_upload
from tests.people import People


def test_the_same_bytes_are_stored_once_under_their_digest(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        first = attach_files(people.firm, [kept_upload()], subject_type="case", subject_id=1)
        second = attach_files(
            people.other_firm, [kept_upload("另名.pdf")], subject_type="case", subject_id=2
        )
        assert first[0].token != second[0].token
        assert len(first[0].token) >= 32
    with app.app_context(), read_tx() as session:
        assert session.scalar(select(func.count()).select_from(Blob)) == 1
        (file,) = list_files("case", 1)
        path = open_path(file.sha256)
        assert path.read_bytes() == PDF
        assert path.relative_to(files_folder()).as_posix() == (
            f"{file.sha256[:2]}/{file.sha256[2:]}"
        )


def test_a_token_opens_its_own_subject_only(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        (file,) = attach_files(people.firm, [kept_upload()], subject_type="case", subject_id=1)
        assert get_file(file.token, subject_type="case", subject_id=1) is file
        for kind, subject in (("case", 2), ("claim", 1), ("", "")):
            with pytest.raises(NotFound):
                get_file(file.token, subject_type=kind, subject_id=subject)


def test_a_removed_file_is_gone_from_its_subject(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        (file,) = attach_files(people.firm, [kept_upload()], subject_type="case", subject_id=1)
        remove_file(people.firm, file)
        assert list_files("case", 1) == []
        with pytest.raises(NotFound):
            get_file(file.token, subject_type="case", subject_id=1)


def test_a_subject_holds_a_bounded_number_of_files(app: Flask, people: People) -> None:
    with app.app_context(), write_tx() as session:
        uploads = [kept_upload()] * FILES_PER_SUBJECT
        attach_files(people.firm, uploads, subject_type="case", subject_id=1)
        with pytest.raises(LimitExceeded):
            attach_files(people.firm, uploads[:1], subject_type="case", subject_id=1)
        assert session.scalar(select(func.count(StoredFile.id))) == FILES_PER_SUBJECT


def test_bytes_are_kept_before_a_file_is_attached(app: Flask, people: People) -> None:
    other = check_upload("另.pdf", PDF.replace(b"1.7", b"1.6"))
    with app.app_context(), write_tx():
        path_of(other.sha256).unlink(missing_ok=True)
        with pytest.raises(RuntimeError):
            attach_files(people.firm, [other], subject_type="case", subject_id=1)


def test_lost_bytes_are_said_to_be_lost(app: Flask) -> None:
    with app.app_context(), pytest.raises(NotReady):
        open_path("0" * 64)


@pytest.mark.parametrize("digest", ["../../etc/passwd", "a" * 63, "/" * 64])
def test_only_a_digest_names_a_place(app: Flask, digest: str) -> None:
    with app.app_context(), pytest.raises(ValueError, match="digest"):
        path_of(digest)
