"""Files that the demonstration hands in; each says on its face that it is none of a real unit."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

from matchmaker.documents.pdf import render_pdf, render_picture
from matchmaker.files.rules import CheckedUpload, check_upload
from matchmaker.files.storage import keep_bytes

_TEMPLATE = "demonstration.typ"
#: Fixed, so that every installation makes the same bytes.
_MADE_AT = datetime(2025, 1, 1, tzinfo=UTC)


def keep_document(title: str) -> CheckedUpload:
    """A PDF of one page with this title, its bytes kept."""
    return _keep(_make_document(title))


def keep_picture(title: str) -> CheckedUpload:
    """A picture in the place of a photograph, its bytes kept."""
    return _keep(_make_picture(title))


def _keep(upload: CheckedUpload) -> CheckedUpload:
    keep_bytes(upload)
    return upload


@lru_cache(maxsize=32)
def _make_document(title: str) -> CheckedUpload:
    content = render_pdf(_TEMPLATE, {"title": title}, made_at=_MADE_AT)
    return check_upload(f"{title}（演示）.pdf", content)


@lru_cache(maxsize=32)
def _make_picture(title: str) -> CheckedUpload:
    return check_upload(f"{title}（演示）.png", render_picture(_TEMPLATE, {"title": title}))
