"""Looking into an OOXML package without unpacking it: kind, size, bombs, macros, odd names."""

from __future__ import annotations

import io
import zipfile

from matchmaker.errors import InvalidInput

MEMBERS_MAX = 2000
UNZIPPED_MAX = 60 * 1024 * 1024
RATIO_MAX = 100
#: The part that makes a package a document of its kind.
MAIN_PART = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
_ACTIVE_PARTS = ("vbaproject.bin", "activex", "/embeddings/", "externallinks/")


def check_office_package(name: str, extension: str, content: bytes) -> None:
    """Raise ``InvalidInput`` unless the bytes are a harmless package of the named kind."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            members = package.infolist()
            comment = package.comment
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise _refused(name, "文件已损坏或不是真正的办公文档") from None
    if comment:
        raise _refused(name, "文件里夹带了其他内容")
    _check_sizes(name, members, len(content))
    names = [member.filename for member in members]
    if "[Content_Types].xml" not in names or MAIN_PART[extension] not in names:
        raise _refused(name, "内容与扩展名不符")
    for member in members:
        _check_member(name, member)


def _check_sizes(name: str, members: list[zipfile.ZipInfo], size: int) -> None:
    unzipped = sum(member.file_size for member in members)
    too_dense = any(
        member.file_size > RATIO_MAX * max(member.compress_size, 1) and member.file_size > 1 << 20
        for member in members
    )
    if len(members) > MEMBERS_MAX or unzipped > UNZIPPED_MAX or too_dense:
        raise _refused(name, "解压后过大")
    if sum(member.compress_size for member in members) > size:
        raise _refused(name, "文件结构异常")


def _check_member(name: str, member: zipfile.ZipInfo) -> None:
    part = member.filename.lower()
    if part.startswith(("/", "\\")) or ".." in part.split("/") or "\\" in part or ":" in part:
        raise _refused(name, "文件结构异常")
    if member.flag_bits & 0x1:
        raise _refused(name, "文件已加密，请解除密码后上传")
    if any(mark in part for mark in _ACTIVE_PARTS):
        raise _refused(name, "文件含有宏、控件或嵌入对象，请去除后上传")


def _refused(name: str, reason: str) -> InvalidInput:
    return InvalidInput(
        "file_refused",
        "文件“{name}”不能上传：{reason}。",
        field="files",
        name=name,
        reason=reason,
    )
