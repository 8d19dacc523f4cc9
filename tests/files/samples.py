"""Files for the tests, harmless and hostile, made here."""

from __future__ import annotations

import io
import zipfile

from matchmaker.files.rules import CheckedUpload, check_upload
from matchmaker.files.storage import keep_bytes

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
    b"\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99="
    b"\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    + b"\x00" * 64
    + b"\xff\xd9"
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
EXECUTABLE = b"MZ\x90\x00" + b"\x00" * 200
ELF = b"\x7fELF\x02\x01\x01" + b"\x00" * 200


def make_package(main: str, extra: dict[str, bytes] | None = None) -> bytes:
    """An OOXML package with the given main part and further members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr(main, "<x/>")
        for name, content in (extra or {}).items():
            package.writestr(name, content)
    return buffer.getvalue()


def make_docx(extra: dict[str, bytes] | None = None) -> bytes:
    return make_package("word/document.xml", extra)


def make_xlsx(extra: dict[str, bytes] | None = None) -> bytes:
    return make_package("xl/workbook.xml", extra)


def kept_upload(name: str = "检测报告.pdf", content: bytes = PDF) -> CheckedUpload:
    """A checked upload whose bytes are on disk; call it in the application's context."""
    upload = check_upload(name, content)
    keep_bytes(upload)
    return upload
