"""What may be uploaded, judged by content."""

from __future__ import annotations

import hashlib
import io
import zipfile

import pytest

from matchmaker.errors import InvalidInput
from matchmaker.files import office
from matchmaker.files.rules import MAX_BYTES, MEDIA_TYPES, check_name, check_upload
from tests.files.samples import (
    ELF,
    EXECUTABLE,
    JPEG,
    PDF,
    PNG,
    SVG,
    make_docx,
    make_package,
    make_xlsx,
)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("报告.pdf", PDF),
        ("照片.PNG", PNG),
        ("照片.jpg", JPEG),
        ("照片.jpeg", JPEG),
        ("说明.docx", make_docx()),
        ("数据.xlsx", make_xlsx()),
    ],
)
def test_allowed_files_pass(name: str, content: bytes) -> None:
    upload = check_upload(name, content)
    assert upload.name == name
    assert upload.content == content
    assert upload.sha256 == hashlib.sha256(content).hexdigest()
    assert upload.media_type == MEDIA_TYPES[name.rpartition(".")[2].lower()]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("空.pdf", b"", "空的"),
        ("病毒.exe", EXECUTABLE, "只能上传"),
        ("病毒", ELF, "只能上传"),
        ("图.svg", SVG, "只能上传"),
        ("页.html", b"<html></html>", "只能上传"),
        ("包.zip", make_docx(), "只能上传"),
        ("宏.docm", make_docx(), "只能上传"),
        ("报告.pdf.exe", EXECUTABLE, "只能上传"),
        ("报告.exe.pdf", EXECUTABLE, "内容与扩展名不符"),
        ("报告.pdf", ELF, "内容与扩展名不符"),
        ("图.png", SVG, "内容与扩展名不符"),
        ("图.png", JPEG, "内容与扩展名不符"),
        ("图.jpg", PNG, "内容与扩展名不符"),
        ("表.xlsx", PDF, "内容与扩展名不符"),
        ("表.xlsx", make_docx(), "内容与扩展名不符"),
        ("文.docx", make_xlsx(), "内容与扩展名不符"),
        ("文.docx", make_package("word/other.xml"), "内容与扩展名不符"),
        ("文.docx", b"PK\x03\x04" + b"\x00" * 100, "已损坏"),
        ("报告.pdf", PDF + make_docx(), "夹带"),
        ("图.png", PNG + make_docx(), "夹带"),
        ("图.png", PNG + b"tail", "夹带"),
        ("图.jpg", JPEG[:-2] + b"\x00" * 5000, "不完整"),
        ("图.png", PNG[:40] + b"<script>" + PNG[40:], "脚本"),
        ("报告.pdf", b"%PDF-1.7\n" + b"0" * 100, "不完整"),
        ("报告.pdf", PDF.replace(b"endobj", b"/OpenAction<</S/JavaScript>>endobj"), "脚本"),
        ("报告.pdf", PDF.replace(b"endobj", b"<</S/Launch>>endobj"), "脚本"),
        ("文.docx", make_docx({"word/vbaProject.bin": b"x"}), "宏"),
        ("表.xlsx", make_xlsx({"xl/embeddings/oleObject1.bin": b"x"}), "嵌入"),
        ("表.xlsx", make_xlsx({"xl/externalLinks/externalLink1.xml": b"x"}), "嵌入"),
        ("文.docx", make_docx({"../../etc/passwd": b"x"}), "结构异常"),
        ("文.docx", make_docx({"/etc/passwd": b"x"}), "结构异常"),
    ],
)
def test_hostile_files_are_refused(name: str, content: bytes, reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_upload(name, content)
    assert refused.value.field == "files"
    assert reason in refused.value.text


def test_the_size_has_a_limit_of_its_own() -> None:
    body = PDF[:-7] + b"0" * (MAX_BYTES - len(PDF)) + PDF[-7:]
    assert len(body) == MAX_BYTES
    assert check_upload("大.pdf", body).content == body
    with pytest.raises(InvalidInput) as refused:
        check_upload("大.pdf", PDF[:-7] + b"0" * (MAX_BYTES - len(PDF) + 1) + PDF[-7:])
    assert "10 MB" in refused.value.text


def test_a_zip_bomb_is_refused_without_unpacking() -> None:
    bomb = make_docx({"word/media/a.bin": b"\x00" * (30 * 1024 * 1024)})
    assert len(bomb) < 100_000
    with pytest.raises(InvalidInput) as refused:
        check_upload("文.docx", bomb)
    assert "解压后过大" in refused.value.text


def test_too_many_members_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    many = make_docx({f"word/{number}.xml": b"x" for number in range(office.MEMBERS_MAX)})
    with pytest.raises(InvalidInput) as refused:
        check_upload("文.docx", many)
    assert "解压后过大" in refused.value.text


def test_an_encrypted_package_is_refused() -> None:
    content = bytearray(make_docx())
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as package:
        assert package.infolist()
    place = content.index(b"PK\x01\x02")
    content[place + 8] |= 1
    with pytest.raises(InvalidInput) as refused:
        check_upload("文.docx", bytes(content))
    assert "加密" in refused.value.text


def test_a_package_with_a_comment_is_refused() -> None:
    buffer = io.BytesIO(make_docx())
    with zipfile.ZipFile(buffer, "a") as package:
        package.comment = b"<script>"
    with pytest.raises(InvalidInput):
        check_upload("文.docx", buffer.getvalue())


@pytest.mark.parametrize(
    "name",
    [
        "",
        "  ",
        ".htaccess",
        "../报告.pdf",
        "..\\报告.pdf",
        "/etc/passwd.pdf",
        "C:\\报告.pdf",
        "a/b.pdf",
        "\uff0f\uff0e\uff0e.pdf",
        "报告\u202efdp.exe.pdf",
        "报\u200b告.pdf",
        "报告\x00.pdf",
        "报告\n.pdf",
        "长" * 117 + ".pdf",
    ],
)
def test_names_that_hide_something_are_refused(name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_name(name)
    assert refused.value.field == "files"


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("报告（终稿）.pdf", "报告(终稿).pdf"),
        ("ＡＢ.pdf", "AB.pdf"),
        ("长" * 116 + ".pdf", "长" * 116 + ".pdf"),
    ],
)
def test_names_are_stored_in_one_form(name: str, clean: str) -> None:
    assert check_name(name) == clean
