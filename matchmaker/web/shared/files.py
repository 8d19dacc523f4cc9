"""Files in requests and answers: reading uploads before a write begins, sending downloads."""

from __future__ import annotations

import io
from collections.abc import Sequence

from flask import Response, request, send_file

from matchmaker.files.models import StoredFile
from matchmaker.files.rules import MAX_BYTES, CheckedUpload, check_upload
from matchmaker.files.storage import keep_bytes, open_path


def read_uploads(name: str = "files") -> list[CheckedUpload]:
    """The checked files of a form field; empty controls are passed over.

    Slow: call it in a ``reads_only`` view before ``begin_write``.
    """
    return [
        check_upload(upload.filename, upload.stream.read(MAX_BYTES + 1))
        for upload in request.files.getlist(name)
        if upload.filename
    ]


def keep_uploads(uploads: Sequence[CheckedUpload]) -> None:
    """Write the bytes of checked uploads to disk; still before ``begin_write``."""
    for upload in uploads:
        keep_bytes(upload)


def send_stored_file(file: StoredFile) -> Response:
    """The file as an attachment; the caller has shown that the actor may see its subject."""
    response = send_file(
        io.BytesIO(open_path(file.sha256).read_bytes()),
        mimetype=file.blob.media_type,
        as_attachment=True,
        download_name=file.name,
        conditional=False,
        etag=False,
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
