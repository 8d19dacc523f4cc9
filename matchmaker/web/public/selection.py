"""The annual selection for everybody: rounds, rules, published lists, objections."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.errors import DomainError, NotFound
from matchmaker.extensions import limiter
from matchmaker.files.queries import list_files
from matchmaker.publishing import queries as notices
from matchmaker.publishing.rules import NoticeKind, NoticeState
from matchmaker.reporting.archives import queries as archives
from matchmaker.reporting.archives import verify_result
from matchmaker.reporting.archives.models import ArchivePackage
from matchmaker.reporting.archives.operations import find_file, has_file
from matchmaker.selection.applications import queries as applications
from matchmaker.selection.objections import queries as objections
from matchmaker.selection.objections.models import Objection
from matchmaker.selection.objections.rules import FILES_MAX, TEXT_MIN
from matchmaker.selection.objections.rules import STATE_LABELS as OBJECTION_LABELS
from matchmaker.selection.results import operations as results
from matchmaker.selection.results import queries as result_queries
from matchmaker.selection.results.documents import write_certificate
from matchmaker.selection.results.models import RoundResult
from matchmaker.selection.results.rules import ResultState
from matchmaker.selection.rounds import queries as rounds
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.programmes import get_programme, load_programmes
from matchmaker.web.base import begin_write, current_actor, reads_only
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.public.selection_forms import ObjectionForm
from matchmaker.web.shared import paid_awards
from matchmaker.web.shared import selection as shared
from matchmaker.web.shared.files import keep_uploads, read_uploads
from matchmaker.web.shared.objections import list_steps

bp = Blueprint("selection", __name__, url_prefix="/selection")


@bp.get("")
def index() -> ResponseReturnValue:
    years: dict[int, list[SelectionRound]] = {}
    for row in rounds.list_rounds(current_actor()):
        years.setdefault(row.year, []).append(row)
    return render_template(
        "public/selection/index.html",
        programmes=list(load_programmes().values()),
        years=years,
        shared=shared,
        counts={row.id: _count_sent(row) for found in years.values() for row in found},
        designated=result_queries.list_designations(),
        demo_data=any(row.is_demo for found in years.values() for row in found),
    )


def _count_sent(row: SelectionRound) -> int:
    counts = applications.count_by_state(row.id)
    return sum(
        number for state, number in counts.items() if state.value not in {"draft", "withdrawn"}
    )


@bp.get("/<code>")
def detail(code: str) -> ResponseReturnValue:
    actor = current_actor()
    row = rounds.get_round(actor, code)
    result = result_queries.get_public(row)
    awards = paid_awards.list_lines(result_queries.list_designations(row.id))
    about = notices.list_about(actor, "selection_round", row.code)
    return render_template(
        "public/selection/round.html",
        awards=awards,
        award_sums=paid_awards.sum_up(awards),
        round=row,
        programme=get_programme(row.programme),
        shared=shared,
        result=result,
        offered=_find_offered(row),
        lines=shared.list_result_rows(result, all_lines=False) if result else [],
        notices=about,
        was_withdrawn=any(
            item.kind is NoticeKind.PUBLICITY and item.state is NoticeState.WITHDRAWN
            for item in about
        ),
        last_day=shared.find_last_day(actor, result),
        takes_objections=_takes_objections(result),
        today=clock.today(),
        now=clock.now(),
        demo_data=row.is_demo,
    )


def _takes_objections(result: RoundResult | None) -> bool:
    if result is None or result.state is not ResultState.PUBLICITY or result.publicity_from is None:
        return False
    last_day = shared.find_last_day(current_actor(), result)
    return last_day is not None and result.publicity_from <= clock.today() <= last_day


@bp.get("/<code>/archive.zip")
@limiter.limit("60/minute")
def archive(code: str) -> ResponseReturnValue:
    """The public edition of a confirmed round's archive."""
    offered = _find_offered(rounds.get_round(current_actor(), code))
    if offered is None:
        abort(404)
    name = f"{code}-{offered.sha256[:12]}.zip"
    return send_file(
        find_file(offered.sha256),
        mimetype="application/zip",
        as_attachment=True,
        download_name=name,
        etag=False,
    )


def _find_offered(row: SelectionRound) -> ArchivePackage | None:
    """What the page offers for download; nothing whose file isn't on this machine."""
    offered = archives.find_offered(row)
    return offered if offered is not None and has_file(offered) else None


@bp.get("/verify_result.py")
def checker() -> ResponseReturnValue:
    """The program that checks an archive, apart from the archive that it checks."""
    path = verify_result.__file__
    return send_file(path, mimetype="text/x-python", as_attachment=True)


@bp.get("/<code>/objection")
def objection(code: str) -> ResponseReturnValue:
    row, result = _published(code)
    return _objection_page(row, result, _objection_form(result))


@bp.post("/<code>/objection")
@limiter.limit("10/hour")
@reads_only
def file_objection(code: str) -> ResponseReturnValue:
    row, result = _published(code)
    form = _objection_form(result)
    if not form.validate():
        return show_invalid(lambda: _objection_page(row, result, form))
    try:
        uploads = read_uploads()[: FILES_MAX + 1] if _takes_objections(result) else []
        keep_uploads(uploads)
        begin_write()
        chosen = form.application_id.data
        filed = results.file_objection(
            current_actor(),
            _published(code)[0],
            application_id=int(chosen) if chosen else None,
            name=form.name.data or "",
            contact=form.contact.data or "",
            text=form.text.data or "",
            evidence=form.evidence.data or "",
            uploads=uploads,
        )
    except DomainError as error:
        return show_refusal(form, error, lambda: _objection_page(*_published(code), form))
    return redirect(url_for("selection.follow", receipt=filed.receipt, filed=1))


@bp.get("/objections")
@limiter.limit("60/minute")
def follow() -> ResponseReturnValue:
    receipt = request.args.get("receipt", "").strip()
    found = _find_objection(receipt) if receipt else None
    page = render_template(
        "public/selection/follow.html",
        receipt=receipt,
        found=found,
        missing=bool(receipt) and found is None,
        filed=bool(request.args.get("filed")),
        label=OBJECTION_LABELS[found.state] if found else "",
        steps=list_steps(found) if found else [],
        files=list_files(*found.file_subject) if found else [],
        now=clock.now(),
    )
    answer = make_response(page, 404 if receipt and found is None else 200)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _find_objection(receipt: str) -> Objection | None:
    try:
        return objections.find_by_receipt(receipt)
    except NotFound:
        return None


@bp.get("/certificates/<string(maxlength=40):number>")
def certificate(number: str) -> ResponseReturnValue:
    row = result_queries.get_designation(number)
    return render_template(
        "public/selection/certificate.html",
        row=row,
        round=row.application.round,
        programme=get_programme(row.application.round.programme),
        result=row.result,
        demo_data=row.application.is_demo,
    )


@bp.get("/certificates/<string(maxlength=40):number>.pdf")
def certificate_pdf(number: str) -> ResponseReturnValue:
    row = result_queries.get_designation(number)
    return Response(
        write_certificate(row),
        mimetype="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{row.number}.pdf"'},
    )


def _published(code: str) -> tuple[SelectionRound, RoundResult]:
    row = rounds.get_round(current_actor(), code)
    result = result_queries.get_public(row)
    if result is None:
        abort(404)
    return row, result


def _objection_form(result: RoundResult) -> ObjectionForm:
    form = ObjectionForm()
    form.offer((e.application_id, e.application.title) for e in result.entries if e.selected)
    return form


def _objection_page(row: SelectionRound, result: RoundResult, form: ObjectionForm) -> str:
    return render_template(
        "public/selection/objection.html",
        round=row,
        form=form,
        open=_takes_objections(result),
        text_min=TEXT_MIN,
        last_day=shared.find_last_day(current_actor(), result),
        demo_data=row.is_demo,
    )
