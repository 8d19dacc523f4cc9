"""PDF by typst: a template of ``templates/documents``, JSON data, the vendored font, PDF/UA-1."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

from matchmaker import paths
from matchmaker.clock import CHINA
from matchmaker.errors import DomainError

FONTS = Path(__file__).resolve().parent / "fonts"
TEMPLATES = paths.TEMPLATES / "documents"


class DocumentFault(DomainError):
    """A document could not be made: a fault of ours, not of the person."""

    http_status = 500


def render_pdf(template: str, data: Mapping[str, Any], *, made_at: datetime) -> bytes:
    """The PDF of a template.

    ``data`` takes JSON values; ``data["title"]`` becomes the document's title. The same data and
    moment give the same bytes.
    """
    moment = int(made_at.astimezone(CHINA).timestamp())
    return _compile(template, data, format="pdf", pdf_standards=["ua-1"], timestamp=moment)


def render_picture(template: str, data: Mapping[str, Any]) -> bytes:
    """The only page of a template as PNG, 72 points to the inch."""
    return _compile(template, data, format="png", ppi=72.0)


def _compile(template: str, data: Mapping[str, Any], **options: Any) -> bytes:
    payload = json.dumps(dict(data), ensure_ascii=False, sort_keys=True)
    try:
        made: bytes = typst.compile(
            str(TEMPLATES / template),
            root=str(TEMPLATES),
            font_paths=[str(FONTS)],
            ignore_system_fonts=True,
            sys_inputs={"data": payload},
            **options,
        )
    except typst.TypstError as error:
        raise DocumentFault(
            "pdf_failed", "文件生成失败，请稍后再试，并把页面地址告知平台管理员。"
        ) from error
    return made
