"""Workbooks and PDF files as downloads with a Chinese name."""

from __future__ import annotations

import io

from flask import Response, send_file

from matchmaker.documents.excel import MIME


def send_workbook(content: bytes, name: str) -> Response:
    """The workbook as an attachment; ``name`` without its ending."""
    return send_file(
        io.BytesIO(content),
        mimetype=MIME,
        as_attachment=True,
        download_name=f"{name}.xlsx",
        conditional=False,
        etag=False,
    )


def send_pdf(content: bytes, name: str) -> Response:
    """The PDF as an attachment; ``name`` without its ending."""
    return send_file(
        io.BytesIO(content),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=f"{name}.pdf",
        conditional=False,
        etag=False,
    )
