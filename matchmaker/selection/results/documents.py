"""The certificate of a designated scene as PDF."""

from __future__ import annotations

from datetime import datetime, time

from matchmaker.clock import CHINA, format_day
from matchmaker.documents.pdf import render_pdf
from matchmaker.selection.results.models import Designation
from matchmaker.selection.results.wording import name_units
from matchmaker.selection.rounds.operations import ISSUER
from matchmaker.selection.rounds.programmes import get_programme


def write_certificate(row: Designation) -> bytes:
    """The certificate; the same designation gives the same bytes."""
    application = row.application
    round_ = application.round
    programme = get_programme(round_.programme)
    data = {
        "title": "证书",
        "number": row.number,
        "units": name_units(application),
        "scene": application.title,
        "year": str(round_.year),
        "honour": f"杭州市{programme.zh}",
        "issuer": ISSUER,
        "day": format_day(row.designated_on),
        "snapshot": row.result.snapshot_sha256,
        "is_demo": application.is_demo,
        "is_binding": programme.binding,
    }
    moment = datetime.combine(row.designated_on, time(10), tzinfo=CHINA)
    return render_pdf("certificate.typ", data, made_at=moment)
