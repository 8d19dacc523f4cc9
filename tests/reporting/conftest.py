"""The seeded round of 2025 as an archive, made once."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from matchmaker.reporting.archives.rules import Edition
from tests.conftest import _exchange, _store_template
from tests.reporting.bundles import Archives, write


@pytest.fixture(scope="session")
def archives(
    shared_app: Flask, seeded_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Archives:
    _exchange(shared_app, seeded_template)
    folder = tmp_path_factory.mktemp("archives")
    snapshot = write(shared_app, Edition.INTERNAL, folder / "internal.zip")
    write(shared_app, Edition.PUBLIC, folder / "public.zip")
    _store_template(shared_app, folder / "unused.db")
    return Archives(folder / "internal.zip", folder / "public.zip", snapshot)
