"""The bureau's view of matching: exposure of firms, kept runs."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.accounts.permissions import require
from matchmaker.documents.excel import MIME
from matchmaker.matching.exposure.documents import make_exposure_workbook, round_fraction
from matchmaker.matching.exposure.permissions import SEE_EXPOSURE
from matchmaker.matching.exposure.queries import ExposureReport, days_before, make_exposure_report
from matchmaker.matching.runs.queries import list_runs
from matchmaker.web.base import current_actor, gate

bp = Blueprint("bureau_matching", __name__, url_prefix="/bureau/matching")
gate(bp, "bureau")
PERIODS = {"7": "近 7 天", "30": "近 30 天", "90": "近 90 天", "365": "近一年"}
USUAL_PERIOD = "30"
CHARTED = 20


@bp.get("/exposure")
def exposure() -> ResponseReturnValue:
    period = _read_period()
    report = _make_report(period)
    return render_template(
        "bureau/matching/exposure.html",
        report=report,
        rows=[_row(report, place) for place in range(len(report.firms))],
        option=_make_chart(report),
        period=period,
        periods=PERIODS,
        runs=list_runs(5),
    )


@bp.get("/exposure.xlsx")
def workbook() -> ResponseReturnValue:
    report = _make_report(_read_period())
    name = f"exposure-{report.since:%Y%m%d}-{report.until:%Y%m%d}.xlsx"
    answer = Response(make_exposure_workbook(report), mimetype=MIME)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _read_period() -> str:
    asked = request.args.get("days", USUAL_PERIOD)
    return asked if asked in PERIODS else USUAL_PERIOD


def _make_report(period: str) -> ExposureReport:
    actor = current_actor()
    require(actor, SEE_EXPOSURE)
    until: date = clock.today()
    return make_exposure_report(actor, days_before(until, int(period)), until)


def _row(report: ExposureReport, place: int) -> dict[str, Any]:
    firm = report.firms[place]
    return {
        "name": firm.name,
        "products": firm.products,
        "shown": firm.shown,
        "share_text": f"{round_fraction(firm.share * 100, 1)}%",
        "mean_rank": None if firm.mean_rank is None else str(round_fraction(firm.mean_rank, 1)),
        "useful": firm.useful,
        "unsuitable": firm.unsuitable,
    }


def _make_chart(report: ExposureReport) -> dict[str, Any]:
    """The most shown firms as bars, the longest on top."""
    firms = [firm for firm in report.firms[:CHARTED] if firm.shown][::-1]
    return {
        "grid": {"left": 8, "right": 40, "top": 8, "bottom": 8, "containLabel": True},
        "xAxis": {"type": "value", "minInterval": 1},
        "yAxis": {"type": "category", "data": [firm.name for firm in firms]},
        "series": [
            {
                "type": "bar",
                "name": "展示次数",
                "data": [firm.shown for firm in firms],
                "label": {"show": True, "position": "right"},
            }
        ],
    }
