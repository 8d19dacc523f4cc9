"""Writing an archive: the manifest over all members, then the zip in its one canonical form."""

from __future__ import annotations

import hashlib
import io
import os
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from matchmaker.errors import Conflict
from matchmaker.jobs.operations import Report
from matchmaker.reporting.archives import verify_result
from matchmaker.reporting.archives.rules import SIZE_MAX, make_json


@dataclass(frozen=True)
class Member:
    """One file of an archive: bytes at hand, or a stored file that is read when it is packed."""

    name: str
    content: bytes = b""
    path: Path | None = None

    def read(self) -> Iterator[bytes]:
        """The content in chunks."""
        with self.path.open("rb") if self.path else io.BytesIO(self.content) as stream:
            yield from verify_result.read_chunks(stream)


@dataclass(frozen=True)
class Packed:
    """A written archive."""

    sha256: str
    manifest_sha256: str
    snapshot_sha256: str
    size: int
    files: int


@dataclass(frozen=True)
class _Measured:
    member: Member
    sha256: str
    size: int
    crc: int


def write_archive(
    target: Path,
    members: Sequence[Member],
    about: Mapping[str, str],
    report: Report | None = None,
) -> Packed:
    """Write the archive to ``target`` in one step; ``about`` heads the manifest.

    ``report`` is told after each file that was measured, and at the end.
    """
    tell = report or _tell_nobody
    measured = []
    for number, member in enumerate(members, start=1):
        measured.append(_measure(member))
        tell(number, len(members) + 1)
    manifest = _make_manifest(measured, about)
    digest = hashlib.sha256(manifest).hexdigest()
    seal = f"{digest}  {verify_result.MANIFEST}\n".encode()
    measured.append(_measure(Member(verify_result.MANIFEST, manifest)))
    measured.append(_measure(Member(verify_result.SEAL, seal)))
    size = sum(item.size for item in measured)
    if size > SIZE_MAX:
        raise Conflict("archive_large", "申报文件总量超过 4 GB，请联系平台管理员分年归档。")
    sha256 = _write(target, measured)
    tell(len(members) + 1, len(members) + 1)
    return Packed(sha256, digest, about["snapshot_sha256"], target.stat().st_size, len(measured))


def _tell_nobody(done: int, total: int) -> None:
    del done, total


def _measure(member: Member) -> _Measured:
    digest, size, crc = hashlib.sha256(), 0, 0
    for chunk in member.read():
        digest.update(chunk)
        size, crc = size + len(chunk), zlib.crc32(chunk, crc)
    return _Measured(member, digest.hexdigest(), size, crc)


def _make_manifest(measured: Sequence[_Measured], about: Mapping[str, str]) -> bytes:
    files = [
        {"path": item.member.name, "sha256": item.sha256, "size": item.size}
        for item in sorted(measured, key=lambda item: item.member.name)
    ]
    return make_json({**about, "format": verify_result.FORMAT, "files": files})


def _write(target: Path, measured: Sequence[_Measured]) -> str:
    digest = hashlib.sha256()
    target.parent.mkdir(parents=True, exist_ok=True)
    parts = [(item.member.name, item.size, item.crc, item.member.read) for item in measured]
    with NamedTemporaryFile(dir=target.parent, delete=False) as file:
        try:
            for chunk in verify_result.iter_zip(parts):
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            Path(file.name).unlink()
            raise
    Path(file.name).chmod(0o640)
    Path(file.name).replace(target)
    return digest.hexdigest()
