"""The public edition of a confirmed round: anybody takes and checks it, nothing else is in it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from matchmaker import clock
from matchmaker.audit.models import AuditEntry
from matchmaker.db import read_tx, write_tx
from matchmaker.reporting.archives import queries, verify_result
from matchmaker.reporting.archives.models import ArchivePackage
from matchmaker.reporting.archives.verify_result import verify
from matchmaker.selection.results import operations as results
from matchmaker.selection.results.queries import get_latest
from matchmaker.selection.rounds.rules import Stage
from tests.reporting.bundles import ROUND, Archives, read
from tests.selection.rooms.worlds import World, load_round, open_world, ranked_world

__all__ = ["ranked_world"]


@pytest.fixture
def ranked(shared_app: Flask, ranked_world: World) -> Iterator[Flask]:
    yield from open_world(shared_app, ranked_world)


def take(app: Flask, path: str) -> bytes:
    """What a visitor gets as a file."""
    with app.test_client().get(path) as answer:
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith("attachment")
        return answer.data


def test_visitor_takes_the_archive_and_checks_it(
    seeded_app: Flask, archives: Archives, tmp_path: Path
) -> None:
    page = seeded_app.test_client().get(f"/selection/{ROUND}").get_data(as_text=True)
    taken = take(seeded_app, f"/selection/{ROUND}/archive.zip")
    (tmp_path / "taken.zip").write_bytes(taken)
    assert taken == archives.public.read_bytes()
    report = verify(tmp_path / "taken.zip")
    assert report["edition"] == "public"
    assert report["manifest_sha256"] in page
    assert verify(tmp_path / "taken.zip", [report["manifest_sha256"]])["whole"]
    program = take(seeded_app, "/selection/verify_result.py")
    assert program == Path(verify_result.__file__).read_bytes()
    with seeded_app.app_context(), read_tx() as session:
        made = session.query(AuditEntry).filter_by(action="reporting.make_archive").all()
        assert report["manifest_sha256"] in {entry.data["manifest_sha256"] for entry in made}


def test_nothing_in_it_is_other_than_public(seeded_app: Flask, archives: Archives) -> None:
    """Each secret is in the internal edition, so that its absence says something."""
    taken = take(seeded_app, f"/selection/{ROUND}/archive.zip")
    with zipfile.ZipFile(io.BytesIO(taken)) as bundle:
        names = [name for name in bundle.namelist() if not name.endswith(".py")]
        public = b"".join(bundle.read(name) for name in names).decode()
    with zipfile.ZipFile(archives.internal) as bundle:
        names = [n for n in bundle.namelist() if n.endswith(".json")]
        internal = b"".join(bundle.read(name) for name in names).decode()
        sheets = [json.loads(bundle.read(n)) for n in names if n.startswith("scores/")]
        claims = [json.loads(bundle.read(n)) for n in names if n.startswith("awards/claims/")]
    objection = read(archives.internal, "objections/0001.json")
    secrets = {sheet["judge_name"] for sheet in sheets}
    secrets |= {sheet["note"] for sheet in sheets if sheet["note"]}
    secrets |= {objection[key] for key in ("name", "contact", "text", "receipt", "answer")}
    payees = [p for c in claims for row in c["determinations"] for p in row["payees"]]
    secrets |= {payee[key] for payee in payees for key in ("account", "bank")}
    secrets |= {line["invoice_number"] for claim in claims for line in claim["ledger"]}
    secrets |= {entry["actor_name"] for entry in read(archives.internal, "trail.json")}
    assert len(secrets) > 20
    for secret in secrets:
        assert secret in internal, secret
        assert secret not in public, secret


def test_nothing_is_offered_before_the_confirmation(ranked: Flask, ranked_world: World) -> None:
    """A public edition that was made during the publicity stays at the desk."""
    people = ranked_world.people
    with ranked.app_context(), write_tx() as session:
        round_ = load_round()
        code, result = round_.code, get_latest(round_, Stage.FINAL)
        assert result is not None
        results.publish_result(people.approver, round_, result)
        session.add(
            ArchivePackage(
                round_id=round_.id,
                edition="public",
                sha256="a" * 64,
                manifest_sha256="b" * 64,
                snapshot_sha256="c" * 64,
                size=1,
                files=1,
            )
        )
    visitor = ranked.test_client()
    assert visitor.get(f"/selection/{code}/archive.zip").status_code == 404
    assert "核验材料" not in visitor.get(f"/selection/{code}").get_data(as_text=True)
    assert visitor.get("/selection/none/archive.zip").status_code == 404
    later = clock.now() + timedelta(days=20)
    with ranked.app_context(), time_machine.travel(later, tick=False), write_tx():
        results.confirm_result(people.approver, load_round())
    assert visitor.get(f"/selection/{code}/archive.zip").status_code == 404
    with ranked.app_context():
        with time_machine.travel(later + timedelta(days=1), tick=False):
            ranked.extensions["poke_executor"]()
        with read_tx():
            offered = queries.find_offered(load_round())
            assert offered is not None
            wanted = offered.manifest_sha256
    assert wanted in visitor.get(f"/selection/{code}").get_data(as_text=True)
    taken = take(ranked, f"/selection/{code}/archive.zip")
    with zipfile.ZipFile(io.BytesIO(taken)) as bundle:
        assert json.loads(bundle.read("manifest.json"))["edition"] == "public"


def test_archive_whose_file_is_gone_is_not_offered(seeded_app: Flask) -> None:
    visitor, page = seeded_app.test_client(), "/selection/2025-humanoid-demonstration"
    assert f"{page}/archive.zip" in visitor.get(page).get_data(as_text=True)
    folder = Path(seeded_app.extensions["settings"].instance_folder) / "archives"
    for file in folder.glob("*.zip"):
        file.unlink()
    assert f"{page}/archive.zip" not in visitor.get(page).get_data(as_text=True)
    assert visitor.get(f"{page}/archive.zip").status_code == 404
