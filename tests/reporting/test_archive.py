"""The archive of a round: same bytes, checked without the platform, every changed byte found."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.db import read_tx, write_tx
from matchmaker.errors import Conflict, NotFound
from matchmaker.jobs.models import Job
from matchmaker.reporting.archives import queries, verify_result
from matchmaker.reporting.archives.contents import collect
from matchmaker.reporting.archives.models import ArchivePackage
from matchmaker.reporting.archives.rules import Edition
from matchmaker.reporting.archives.verify_result import Mismatch, verify
from matchmaker.selection.rounds import queries as rounds
from tests.conftest import SignIn
from tests.reporting.bundles import ROUND, Archives, read, write
from tests.selection.rooms.worlds import World, load_round, open_world, ranked_world

__all__ = ["ranked_world"]


@pytest.fixture
def ranked(shared_app: Flask, ranked_world: World) -> Iterator[Flask]:
    yield from open_world(shared_app, ranked_world)


@pytest.mark.parametrize("edition", ["internal", "public"])
def test_seeded_round_is_verified_alone(archives: Archives, edition: str, tmp_path: Path) -> None:
    """A fresh interpreter without the package, started from the file inside the archive."""
    path = getattr(archives, edition)
    with zipfile.ZipFile(path) as bundle:
        bundle.extractall(tmp_path)
    command = [sys.executable, "-I", "-S", "verify_result.py"]
    for arguments in ([str(path), "--expect", archives.snapshot], []):
        done = subprocess.run(
            [*command, *arguments, "--json"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        report = json.loads(done.stdout)
        assert (done.returncode, report["ok"]) == (0, True), report
    assert report["snapshot_sha256"] == archives.snapshot
    assert report["rankings"] >= 1
    assert report["awards"] >= 2


def test_program_uses_the_standard_library_only() -> None:
    source = Path(verify_result.__file__).read_text(encoding="utf-8")
    imported = {
        line.split()[1].split(".")[0]
        for line in source.splitlines()
        if line.startswith(("import ", "from "))
    }
    assert imported <= sys.stdlib_module_names


@pytest.mark.usefixtures("seeded_app")
def test_same_round_gives_the_same_bytes(
    archives: Archives, shared_app: Flask, tmp_path: Path
) -> None:
    write(shared_app, Edition.INTERNAL, tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == archives.internal.read_bytes()


def test_every_member_is_guarded(archives: Archives, tmp_path: Path) -> None:
    """In the packed form and in the unpacked one, a bit of each member is turned over."""
    content = archives.public.read_bytes()
    changed = tmp_path / "changed.zip"
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(archives.public) as bundle:
        bundle.extractall(folder)
        places = [(i.filename, i.header_offset, i.file_size) for i in bundle.infolist()]
    assert verify(folder)["ok"]
    for name, start, size in places:
        place = start + 30 + len(name) + size // 2
        changed.write_bytes(flip(content, place))
        with pytest.raises((Mismatch, zipfile.BadZipFile)):
            verify(changed)
        file = folder / name
        kept = file.read_bytes()
        file.write_bytes(flip(kept, len(kept) // 2))
        with pytest.raises((Mismatch, ValueError)):
            verify(folder)
        file.write_bytes(kept)


def flip(content: bytes, place: int, mask: int = 1) -> bytes:
    return content[:place] + bytes([content[place] ^ mask]) + content[place + 1 :]


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_byte_changed_anywhere_is_found(
    archives: Archives, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    content = archives.public.read_bytes()
    place = data.draw(st.integers(0, len(content) - 1))
    mask = data.draw(st.integers(1, 255))
    changed = tmp_path_factory.getbasetemp() / "flipped.zip"
    changed.write_bytes(flip(content, place, mask))
    assert verify_result.run([str(changed), "--json"]) == 1


@pytest.mark.parametrize("cut", [b"", b"x"])
def test_a_cut_or_longer_file_is_found(archives: Archives, tmp_path: Path, cut: bytes) -> None:
    changed = tmp_path / "changed.zip"
    content = archives.public.read_bytes()
    changed.write_bytes(content + cut if cut else content[:-1])
    assert verify_result.run([str(changed)]) == 1


def test_record_of_the_hearing_is_in_the_internal_edition(archives: Archives) -> None:
    """Question and answer with the correction after the lock; nothing of it is public."""
    with zipfile.ZipFile(archives.internal) as bundle:
        record = json.loads(bundle.read("minutes/hearing.json"))
        agenda = json.loads(bundle.read("minutes/agenda.json"))
    corrected = [row for row in record if row["corrects_id"] is not None]
    assert [(row["scene"], bool(row["reason"])) for row in corrected] == [("RX2025-001", True)]
    assert corrected[0]["corrects_id"] in {row["id"] for row in record}
    assert agenda["order"]["order_kind"] == "code"
    assert agenda["order"]["started_at"] is not None
    with zipfile.ZipFile(archives.public) as bundle:
        names = bundle.namelist()
        text = "".join(bundle.read(name).decode(errors="replace") for name in names)
    assert not {"minutes/hearing.json", "minutes/agenda.json"} & set(names)
    assert record[0]["question"] not in text


def test_public_edition_names_no_judge_and_no_contact(archives: Archives) -> None:
    """What could leak is in the internal edition, so that its absence says something."""
    secret = ["0571-00000000", "judge_name", "inspectors", "invoice_number"]
    texts = {}
    for edition in ("internal", "public"):
        with zipfile.ZipFile(getattr(archives, edition)) as bundle:
            names = [n for n in bundle.namelist() if n.endswith(".json")]
            texts[edition] = b"".join(bundle.read(n) for n in names).decode()
            folders = {n.split("/")[0] for n in bundle.namelist()}
    judges = {
        name
        for sheet in [read(archives.internal, n) for n in list_sheets(archives.internal)]
        for name in [sheet["judge_name"]]
    }
    assert len(judges) >= 5
    for word in [*secret, *judges]:
        assert word in texts["internal"], word
        assert word not in texts["public"], word
    assert {"rules", "scores", "publicity", "calculation", "awards", "law"} <= folders


def list_sheets(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as bundle:
        return [name for name in bundle.namelist() if name.startswith("scores/")]


def test_archive_is_a_job_and_its_taking_is_noted(
    seeded_app: Flask, sign_in: SignIn, archives: Archives
) -> None:
    from matchmaker.audit.models import AuditEntry

    page = f"/bureau/selection/{ROUND}/archive"
    auditor = sign_in(seeded_app, "auditor@demo.example")
    with seeded_app.app_context(), write_tx() as session:
        session.query(ArchivePackage).delete()
        session.query(Job).filter_by(kind="archive").delete()
    assert "还没有归档" in auditor.get(page).get_data(as_text=True)
    assert auditor.post(page, data={"edition": "x"}).status_code == 422
    assert auditor.post(page, data={"edition": "internal"}).status_code == 302
    with seeded_app.app_context(), read_tx() as session:
        job = session.query(Job).filter_by(kind="archive").one()
        assert (job.status.value, job.done, job.error) == ("done", job.total, None)
        key = session.query(ArchivePackage).one().id
    answer = auditor.post(f"{page}/{key}")
    assert answer.data == archives.internal.read_bytes()
    answer.close()
    with seeded_app.app_context(), read_tx() as session:
        entry = session.query(AuditEntry).filter_by(action="reporting.take_archive").one()
        assert entry.actor_name == "审计员"
    for email in ("owner@demo.example", "judge1@demo.example"):
        stranger = sign_in(seeded_app, email)
        for path in (page, f"{page}/{key}"):
            assert stranger.post(path, data={"edition": "internal"}).status_code == 403
    with seeded_app.app_context(), read_tx() as session:
        assert session.query(ArchivePackage).count() == 1


def test_no_archive_before_all_scores_are_in(ranked: Flask, ranked_world: World) -> None:
    with ranked.app_context(), write_tx():
        round_ = load_round()
        collect(round_, Edition.INTERNAL)
        with pytest.raises(Conflict) as refused:
            collect(round_, Edition.PUBLIC)
        assert refused.value.code == "archive_not_public"
        with pytest.raises(NotFound):
            queries.get_package(ranked_world.people.owner, round_, 1)


def test_scoring_round_has_no_archive(seeded_app: Flask) -> None:
    from matchmaker.actor import COMMAND_LINE

    with seeded_app.app_context(), read_tx():
        round_ = rounds.get_round(COMMAND_LINE, "2026-humanoid-demonstration")
        with pytest.raises(Conflict) as refused:
            collect(round_, Edition.INTERNAL)
    assert refused.value.code == "archive_early"


def test_embodied_round_is_verified(seeded_app: Flask, tmp_path: Path) -> None:
    target = tmp_path / "embodied.zip"
    snapshot = write(seeded_app, Edition.INTERNAL, target, "2025-embodied-typical")
    assert verify(target, [snapshot])["awards"] >= 1
    write(seeded_app, Edition.PUBLIC, tmp_path / "public.zip", "2025-embodied-typical")
    assert verify(tmp_path / "public.zip", [snapshot])["awards"] >= 1
    with pytest.raises(Mismatch):
        verify(target, ["0" * 64])
