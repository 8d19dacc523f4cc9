"""Bytes kept between a dry run and its confirmation: instance/staging, a day at most.

They are no files of the platform: no row knows them, and whoever confirms must hold the signed
reference that the dry run gave.
"""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

from flask import current_app

from matchmaker.errors import InvalidInput
from matchmaker.files.storage import write_atomically

KEPT_SECONDS = 24 * 3600


def staging_folder() -> Path:
    """Where this installation keeps them."""
    folder: Path = current_app.extensions["settings"].instance_folder
    return folder / "staging"


def stage_bytes(content: bytes) -> str:
    """Keep the bytes; returns the digest that they are read by."""
    sha256 = hashlib.sha256(content).hexdigest()
    write_atomically(staging_folder() / sha256, content)
    return sha256


def read_staged(sha256: str) -> bytes:
    """The bytes with this digest; raises ``InvalidInput`` when they were dropped since."""
    path = staging_folder() / sha256
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        content = b""
    if hashlib.sha256(content).hexdigest() != sha256:
        raise InvalidInput("upload_gone", "上传的表格已过期，请重新上传并核对。", field="file")
    return content


def forget_staged_uploads() -> None:
    """Nightly: drop what nobody confirms any more."""
    folder = staging_folder()
    if not folder.is_dir():
        return
    limit = time.time() - KEPT_SECONDS
    for path in folder.iterdir():
        if path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
