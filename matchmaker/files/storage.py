"""The bytes on disk: instance/files/<first two>/<rest of the SHA-256>, written atomically."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from flask import current_app

from matchmaker.errors import NotReady
from matchmaker.files.rules import CheckedUpload


def files_folder() -> Path:
    """Where this installation keeps its files."""
    folder: Path = current_app.extensions["settings"].instance_folder
    return folder / "files"


def path_of(sha256: str) -> Path:
    """The place of the bytes with this digest."""
    if len(sha256) != 64 or not sha256.isalnum():
        raise ValueError("not a SHA-256 digest")
    return files_folder() / sha256[:2] / sha256[2:]


def keep_bytes(upload: CheckedUpload) -> Path:
    """Write the bytes unless they are there; safe to repeat and outside of any transaction."""
    target = path_of(upload.sha256)
    if target.is_file():
        return target
    write_atomically(target, upload.content)
    return target


def write_atomically(target: Path, content: bytes) -> None:
    """Write the bytes so that nobody ever reads a part of them."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=target.parent, delete=False) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(target)


def open_path(sha256: str) -> Path:
    """The place of stored bytes; raises ``NotReady`` when the disk lacks them."""
    path = path_of(sha256)
    if not path.is_file():
        raise NotReady("file_missing", "文件暂时无法读取，请联系平台管理员。")
    return path
