"""What leaves the platform about a round: archives made by a job, the workbook; all noted."""

from __future__ import annotations

import io

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from matchmaker.accounts.permissions import require
from matchmaker.documents.excel import MIME
from matchmaker.reporting.archives import operations, queries
from matchmaker.reporting.archives.permissions import ARCHIVE_ROUND
from matchmaker.reporting.archives.rules import EDITION_LABELS, read_edition
from matchmaker.reporting.workbooks import export_round
from matchmaker.selection.results import queries as results
from matchmaker.selection.rounds import queries as rounds
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.rules import Stage
from matchmaker.web.base import current_actor, gate

bp = Blueprint("bureau_archives", __name__, url_prefix="/bureau/selection")
gate(bp, "bureau")
CODE = "<string(maxlength=60):code>"


@bp.get(f"/{CODE}/archive")
def index(code: str) -> ResponseReturnValue:
    actor = current_actor()
    require(actor, ARCHIVE_ROUND)
    row = _round(code)
    jobs, packages = queries.list_jobs(row), queries.list_packages(actor, row)
    return render_template(
        "bureau/selection/archive.html",
        round=row,
        packages=packages,
        at_hand={each.id for each in packages if operations.has_file(each)},
        jobs=[job for job in jobs[:5] if queries.is_waiting(job) or job.error],
        ready=results.get_latest(row, Stage.FINAL) is not None,
        waiting=any(queries.is_waiting(job) for job in jobs),
        labels=EDITION_LABELS,
        demo_data=row.is_demo,
    )


@bp.post(f"/{CODE}/archive")
def start(code: str) -> ResponseReturnValue:
    edition = read_edition(request.form.get("edition", ""))
    operations.start_archive(current_actor(), _round(code), edition)
    flash("归档已开始生成，完成后显示在下面。", "success")
    return redirect(url_for("bureau_archives.index", code=code))


@bp.post(f"/{CODE}/archive/<int(max=2147483647):package_id>")
def take(code: str, package_id: int) -> ResponseReturnValue:
    actor = current_actor()
    row = queries.get_package(actor, _round(code), package_id)
    path = operations.take_archive(actor, row)
    name = f"{code}-{row.edition.value}-{row.sha256[:12]}.zip"
    return send_file(
        path, mimetype="application/zip", as_attachment=True, download_name=name, etag=False
    )


@bp.post(f"/{CODE}/workbook")
def workbook(code: str) -> ResponseReturnValue:
    content = export_round(current_actor(), _round(code))
    return send_file(
        io.BytesIO(content), mimetype=MIME, as_attachment=True, download_name=f"{code}.xlsx"
    )


def _round(code: str) -> SelectionRound:
    return rounds.get_round(current_actor(), code)
