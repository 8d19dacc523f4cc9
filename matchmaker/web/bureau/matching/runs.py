"""Kept runs of matching: what each was computed from, and any of its lists made again."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from matchmaker.accounts.permissions import require
from matchmaker.db import MAX_ID
from matchmaker.matching.exposure.permissions import SEE_EXPOSURE
from matchmaker.matching.runs import queries
from matchmaker.matching.runs.reproduction import (
    ListReproduction,
    are_versions_same,
    is_kept,
    reproduce_list,
)
from matchmaker.matching.runs.rules import ListEntry
from matchmaker.web.base import current_actor, gate
from matchmaker.web.filters import ABSENT
from matchmaker.web.paging import Page, read_page_number

bp = Blueprint("bureau_runs", __name__, url_prefix="/bureau/matching/runs")
gate(bp, "bureau")
RUN = f"/<int(max={MAX_ID}):run_id>"
PER_PAGE = 20


@bp.get("")
def index() -> ResponseReturnValue:
    require(current_actor(), SEE_EXPOSURE)
    number = read_page_number(request.args.get("page"))
    rows = queries.list_runs(PER_PAGE, offset=PER_PAGE * (number - 1))
    page = Page(rows, number, PER_PAGE, queries.count_runs())
    return render_template("bureau/matching/runs.html", page=page)


@bp.get(RUN)
def show(run_id: int) -> ResponseReturnValue:
    require(current_actor(), SEE_EXPOSURE)
    run, number = queries.get_run(run_id), read_page_number(request.args.get("page"))
    rows = queries.list_ranked_needs(run_id, limit=PER_PAGE, offset=PER_PAGE * (number - 1))
    return render_template(
        "bureau/matching/run.html",
        run=run,
        page=Page(rows, number, PER_PAGE, queries.count_ranked_needs(run_id)),
        kept=is_kept(run),
        versions_same=all(are_versions_same(run)),
    )


@bp.get(f"{RUN}/<string(maxlength=20):code>")
def reproduction(run_id: int, code: str) -> ResponseReturnValue:
    require(current_actor(), SEE_EXPOSURE)
    run, found = queries.get_run(run_id), reproduce_list(run_id, code)
    return render_template(
        "bureau/matching/reproduction.html",
        run=run,
        found=found,
        rows=_list_rows(found),
        versions_same=all(are_versions_same(run)),
    )


@dataclass(frozen=True)
class _Row:
    """One place of both lists."""

    stored_name: str
    stored_score: str
    made_name: str
    made_score: str
    is_same: bool


def _list_rows(found: ListReproduction) -> list[_Row]:
    models = {item.product_id: item.model for item in found.ranker.products}

    def name(entry: ListEntry | None) -> str:
        return f"{models.get(entry.product, '')}（{entry.product}）" if entry else ABSENT

    return [
        _Row(
            stored_name=name(stored),
            stored_score=stored.score if stored else ABSENT,
            made_name=name(made),
            made_score=made.score if made else ABSENT,
            is_same=stored == made,
        )
        for stored, made in found.places
    ]
