"""Old files of archives go at night, to the day; the newest of a round and edition never."""

from __future__ import annotations

import os
import shutil
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete

from matchmaker import clock
from matchmaker.audit.models import AuditEntry
from matchmaker.db import read_tx, write_tx
from matchmaker.reporting.archives.models import ArchivePackage
from matchmaker.reporting.archives.operations import archive_folder, find_file
from matchmaker.reporting.archives.pruning import prune_archives
from matchmaker.reporting.archives.rules import Edition
from matchmaker.selection.rounds.models import SelectionRound
from tests.conftest import SignIn

CODE = "2025-humanoid-demonstration"
MOMENT = timedelta(microseconds=1)
INTERNAL, PUBLIC = Edition.INTERNAL, Edition.PUBLIC


def add(sign: str, edition: Edition, made: datetime, *, written: datetime | None = None) -> None:
    """An archive of the seeded round whose digest is one repeated sign."""
    with write_tx() as session:
        round_id = session.query(SelectionRound).filter_by(code=CODE).one().id
        session.add(
            ArchivePackage(
                round_id=round_id,
                edition=edition,
                sha256=sign * 64,
                manifest_sha256="0" * 64,
                snapshot_sha256="0" * 64,
                size=3,
                files=1,
                made_at=made,
            )
        )
    path = find_file(sign * 64)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"zip")
    moment = ((written or made) - MOMENT).timestamp()
    os.utime(path, (moment, moment))


@pytest.fixture(autouse=True)
def no_archives(seeded_app: Flask) -> None:
    with seeded_app.app_context():
        with write_tx() as session:
            session.execute(delete(ArchivePackage))
        shutil.rmtree(archive_folder(), ignore_errors=True)


def list_signs() -> str:
    return "".join(sorted(path.name[0] for path in archive_folder().glob("*.zip")))


def test_files_go_the_day_after_their_last(seeded_app: Flask, sign_in: SignIn) -> None:
    with seeded_app.app_context():
        limit = clock.begin_of_days_ago(400)
        old = limit - MOMENT
        add("a", INTERNAL, old)
        add("b", INTERNAL, limit)
        add("c", INTERNAL, old, written=clock.now())
        add("d", INTERNAL, clock.now())
        add("e", PUBLIC, old)
        add("f", PUBLIC, old)
        prune_archives()
        assert list_signs() == "bcdf", "the last day, made anew just now, the newest ones"
        prune_archives()
        with read_tx() as session:
            assert session.query(ArchivePackage).count() == 6
            entry = session.query(AuditEntry).filter_by(action="reporting.prune_archives").one()
            assert entry.data == {
                "days": 400,
                "files": 2,
                "bytes": 6,
                "sha256": ["a" * 64, "e" * 64],
            }
            gone = session.query(ArchivePackage).filter_by(sha256="a" * 64).one().id
    client = sign_in(seeded_app, "officer@demo.example")
    page = client.get(f"/bureau/selection/{CODE}/archive").get_data(as_text=True)
    assert page.count("文件已不在服务器上") == 2
    answer = client.post(f"/bureau/selection/{CODE}/archive/{gone}")
    assert answer.status_code == 409
    assert "请重新生成" in answer.get_data(as_text=True)


def test_bytes_that_the_newest_has_too_are_kept(seeded_app: Flask) -> None:
    with seeded_app.app_context():
        old = clock.begin_of_days_ago(401)
        add("a", INTERNAL, old)
        add("a", INTERNAL, old)
        prune_archives()
        assert list_signs() == "a"
        with read_tx() as session:
            assert not session.query(AuditEntry).filter_by(action="reporting.prune_archives").all()
