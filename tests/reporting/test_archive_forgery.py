"""What was changed and packed again so that every hash agrees is found by comparison."""

from __future__ import annotations

import hashlib
import json
import zipfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from matchmaker.reporting.archives import verify_result
from matchmaker.reporting.archives.verify_result import Mismatch, verify
from tests.reporting.bundles import Archives, read, repack


def test_consistent_repacking_with_a_changed_score_is_found_by_the_printed_hashes(
    archives: Archives, tmp_path: Path
) -> None:
    """The cleverest forger changes all alike, where no entry of the trail says otherwise.

    The notice's hash remains, and the manifest's.
    """
    changed = tmp_path / "changed.zip"
    manifest = verify(archives.public)["manifest_sha256"]
    assert verify(archives.public, [archives.snapshot, manifest])["whole"]
    repack(archives.public, changed, forge_score(archives.public))
    report = verify(changed)
    assert (report["ok"], report["whole"]) == (True, False)
    for printed in (archives.snapshot, manifest):
        with pytest.raises(Mismatch, match="与给出的校验值不符"):
            verify(changed, [printed])


def forge_score(path: Path) -> dict[str, bytes]:
    """One score of the winner raised, with everything that follows made to agree."""
    folder = "calculation/final-v1"
    snapshot = read(path, f"{folder}/snapshot.json")
    result, rule = read(path, f"{folder}/result.json"), read(path, f"{folder}/rule.json")
    winner = result["ranking"][0]["scene"]
    row = next(
        r for r in snapshot["scores"] if r["scene"] == winner and not r["criterion"].endswith("s")
    )
    row["score"] = str(min(Fraction(row["score"]) + 1, 100))
    content = verify_result.canonical(snapshot)
    digest = hashlib.sha256(content).hexdigest()
    lines = verify_result.rank(verify_result.Table(snapshot), rule["applied"], digest)
    changes = {
        f"{folder}/snapshot.json": content,
        f"{folder}/result.json": json.dumps(
            {**result, "snapshot_sha256": digest, "ranking": lines}
        ).encode(),
    }
    with zipfile.ZipFile(path) as bundle:
        names = bundle.namelist()
    pair = f"scores/final/{row['scene']}-{row['judge']}"
    sheet_name = next(n for n in names if n.startswith(pair))
    sheet = read(path, sheet_name)
    sheet["scores"][row["criterion"]] = row["score"]
    changes[sheet_name] = json.dumps(sheet).encode()
    for name in (n for n in names if n.startswith("publicity/")):
        notice = read(path, name)
        if notice["rows"]:
            notice["snapshot_sha256"] = digest
            for shown, line in zip(notice["rows"], lines, strict=False):
                shown[3] = line["official"]
            changes[name] = json.dumps(notice).encode()
    manifest = read(path, "manifest.json") | {"snapshot_sha256": digest}
    changes["manifest.json"] = json.dumps(manifest).encode()
    return changes


@pytest.mark.parametrize(
    ("name", "change", "found"),
    [
        ("calculation/final-v1/result.json", ("ranking", 0, "rank", 2), "重新排序"),
        ("calculation/final-v1/rule.json", ("applied", "quota", 9), "规则"),
        ("calculation/final-v1/rule.json", ("settings", "quota", 9), "规则的校验值"),
        ("designations.json", (0, "scene", "RX2025-009"), "命名名单"),
    ],
)
def test_each_part_is_compared_with_the_others(
    archives: Archives, tmp_path: Path, name: str, change: tuple[Any, ...], found: str
) -> None:
    body = read(archives.internal, name)
    target = body
    for step in change[:-2]:
        target = target[step]
    target[change[-2]] = change[-1]
    repack(archives.internal, tmp_path / "changed.zip", {name: json.dumps(body).encode()})
    with pytest.raises(Mismatch, match=found):
        verify(tmp_path / "changed.zip")


@pytest.mark.parametrize("column", ["award_yuan", "payable_yuan"])
def test_an_award_that_is_a_fen_higher_is_found(
    archives: Archives, tmp_path: Path, column: str
) -> None:
    with zipfile.ZipFile(archives.internal) as bundle:
        names = [n for n in bundle.namelist() if n.startswith("awards/claims/")]
    name, body = next((n, b) for n in names if (b := read(archives.internal, n))["determinations"])
    row = body["determinations"][-1]
    row[column] = str(Fraction(row[column]) + Fraction(1, 100))
    repack(archives.internal, tmp_path / "changed.zip", {name: json.dumps(body).encode()})
    with pytest.raises(Mismatch, match="重算的"):
        verify(tmp_path / "changed.zip")
