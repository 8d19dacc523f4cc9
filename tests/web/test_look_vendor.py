"""What is vendored is what the manifest says, byte for byte, with its licence."""

from __future__ import annotations

import hashlib
import json

from matchmaker import paths

VENDOR = paths.STATIC / "vendor"
MANIFEST = json.loads((VENDOR / "manifest.json").read_text("utf-8"))


def test_vendored_files_have_the_hashes_of_the_manifest() -> None:
    stated = {entry["file"]: entry["sha256"] for library in MANIFEST for entry in library["files"]}
    found = {name: hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() for name in stated}

    assert found == stated


def test_folder_holds_nothing_that_the_manifest_does_not_name() -> None:
    named = {"manifest.json"}
    for library in MANIFEST:
        named |= {entry["file"] for entry in library["files"]} | set(library["licence_files"])

    assert {path.name for path in VENDOR.iterdir()} == named


def test_versions_of_the_manifest_stand_in_the_files() -> None:
    for library in MANIFEST:
        for entry in library["files"]:
            assert library["version"] in (VENDOR / entry["file"]).read_text("utf-8"), entry["file"]


def test_each_library_names_its_licence() -> None:
    licences = {library["name"]: library["licence"] for library in MANIFEST}

    assert licences == {"bootstrap": "MIT", "htmx.org": "0BSD", "echarts": "Apache-2.0"}
    assert all(
        (VENDOR / name).stat().st_size > 100 for lib in MANIFEST for name in lib["licence_files"]
    )
