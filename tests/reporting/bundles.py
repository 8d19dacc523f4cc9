"""Taking archives apart and packing them again consistently, as a forger would."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask

from matchmaker.actor import COMMAND_LINE
from matchmaker.db import read_tx
from matchmaker.reporting.archives import verify_result
from matchmaker.reporting.archives.contents import collect
from matchmaker.reporting.archives.packing import write_archive
from matchmaker.reporting.archives.rules import Edition
from matchmaker.selection.rounds import queries as rounds

ROUND = "2025-humanoid-demonstration"


@dataclass(frozen=True)
class Archives:
    """Both editions of the seeded round of 2025."""

    internal: Path
    public: Path
    snapshot: str


def write(app: Flask, edition: Edition, target: Path, code: str = ROUND) -> str:
    with app.app_context(), read_tx():
        round_ = rounds.get_round(COMMAND_LINE, code)
        members, about = collect(round_, edition)
    return write_archive(target, members, about).snapshot_sha256


def repack(source: Path, target: Path, changes: Mapping[str, bytes | None]) -> None:
    """A consistent re-zip: members changed or removed (None), manifest and seal computed anew."""
    with zipfile.ZipFile(source) as bundle:
        every = {name: bundle.read(name) for name in bundle.namelist()} | changes
    members = {name: data for name, data in every.items() if data is not None}
    manifest = json.loads(members.pop("manifest.json"))
    del members["manifest.sha256"]
    manifest["files"] = [
        {"path": name, "sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
        for name, data in sorted(members.items())
    ]
    members["manifest.json"] = json.dumps(manifest).encode()
    digest = hashlib.sha256(members["manifest.json"]).hexdigest()
    members["manifest.sha256"] = f"{digest}  manifest.json\n".encode()
    parts = [
        (name, len(data), zlib.crc32(data), lambda data=data: [data])
        for name, data in members.items()
    ]
    target.write_bytes(b"".join(verify_result.iter_zip(parts)))


def read(path: Path, name: str) -> Any:
    with zipfile.ZipFile(path) as bundle:
        return json.loads(bundle.read(name))
