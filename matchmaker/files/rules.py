"""What may be uploaded. Pure: bytes and a name in, a checked upload or a refusal out.

The extension, the leading bytes and the inner structure must tell the same story; everything that
is not on the allow-list is refused (executables, scripts, SVG, HTML, plain archives, macros).
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass

import filetype

from matchmaker.errors import InvalidInput
from matchmaker.files.office import check_office_package

MAX_BYTES = 10 * 1024 * 1024
NAME_MAX = 120
#: Bytes at the end where the directory of a hidden ZIP archive would stand.
ZIP_TAIL = 65_557
_ZIP_END = b"PK\x05\x06"
_PNG_END = b"IEND\xaeB`\x82"
_MARKUP = (b"<script", b"<html", b"<svg", b"<?php")
#: Active content that no evidence file needs.
_PDF_ACTIVE = (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/RichMedia")

#: Extension → media type; the whole allow-list.
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ACCEPT = ".pdf,.png,.jpg,.jpeg,.docx,.xlsx"
OFFICE = frozenset({"docx", "xlsx"})


@dataclass(frozen=True)
class CheckedUpload:
    """A file that may be stored. ``name`` is what people see; it is never a path."""

    name: str
    content: bytes
    sha256: str
    media_type: str


def check_upload(name: str, content: bytes) -> CheckedUpload:
    """The upload, checked; raises ``InvalidInput`` saying why a file is refused."""
    clean = check_name(name)
    if not content:
        raise _refused(clean, "文件是空的")
    if len(content) > MAX_BYTES:
        raise _refused(clean, f"超过 {MAX_BYTES // 1024 // 1024} MB")
    extension = clean.rpartition(".")[2].lower()
    if extension not in MEDIA_TYPES:
        raise _refused(clean, "只能上传 PDF、图片（PNG、JPG）、Word（docx）和 Excel（xlsx）文件")
    _check_content(clean, extension, content)
    return CheckedUpload(
        name=clean,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        media_type=MEDIA_TYPES[extension],
    )


def check_name(name: str) -> str:
    """The file's name in NFKC; refuses paths, control, zero-width and direction characters."""
    clean = unicodedata.normalize("NFKC", name).strip()
    hidden = any(unicodedata.category(character).startswith("C") for character in name + clean)
    is_path = any(mark in clean for mark in ("/", "\\", ".."))
    if not clean or hidden or is_path or clean.startswith("."):
        raise InvalidInput("file_name", "文件名含有不允许的字符，请改名后重新上传。", field="files")
    if len(clean) > NAME_MAX:
        raise InvalidInput(
            "file_name_long", "文件名不能超过 {most} 个字符。", field="files", most=NAME_MAX
        )
    return clean


def _check_content(name: str, extension: str, content: bytes) -> None:
    guess = filetype.guess(content[:8192])
    found = guess.extension if guess else ""
    if extension in OFFICE:
        if not content.startswith(b"PK\x03\x04"):
            raise _refused(name, "内容与扩展名不符")
        check_office_package(name, extension, content)
        return
    if found != ("jpg" if extension == "jpeg" else extension):
        raise _refused(name, "内容与扩展名不符")
    if _ZIP_END in content[-ZIP_TAIL:]:
        raise _refused(name, "文件里夹带了其他内容")
    if any(mark in content[:2048].lower() for mark in _MARKUP):
        raise _refused(name, "文件里夹带了脚本")
    if extension == "png" and not content.endswith(_PNG_END):
        raise _refused(name, "图片不完整，或夹带了其他内容")
    if extension in {"jpg", "jpeg"} and b"\xff\xd9" not in content[-4096:]:
        raise _refused(name, "图片不完整")
    if extension == "pdf":
        _check_pdf(name, content)


def _check_pdf(name: str, content: bytes) -> None:
    if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-2048:]:
        raise _refused(name, "PDF 不完整")
    if any(mark in content for mark in _PDF_ACTIVE):
        raise _refused(name, "PDF 含有脚本、附件或可执行内容，请另存为普通 PDF 后上传")


def _refused(name: str, reason: str) -> InvalidInput:
    return InvalidInput(
        "file_refused",
        "文件“{name}”不能上传：{reason}。",
        field="files",
        name=name,
        reason=reason,
    )
