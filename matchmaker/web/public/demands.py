"""The public list of needs and the page of one need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.catalogue.vocabulary import Vocabulary, load_vocabulary
from matchmaker.demands import queries
from matchmaker.demands.attachments.queries import get_attachment
from matchmaker.demands.browsing.queries import Facets, count_facets, count_published, list_page
from matchmaker.demands.browsing.rules import (
    BUDGET_BANDS,
    ORDER_LABELS,
    PHASE_LABELS,
    ListingFilter,
    read_filter,
)
from matchmaker.demands.documents import write_demands
from matchmaker.demands.permissions import is_own
from matchmaker.demands.rules import KIND_LABELS
from matchmaker.documents.listing import ROWS_MAX
from matchmaker.search.queries import question_words
from matchmaker.web.base import current_actor
from matchmaker.web.paging import Page, read_page_number
from matchmaker.web.shared import demands as present
from matchmaker.web.shared.demand_pages import make_page
from matchmaker.web.shared.downloads import send_workbook
from matchmaker.web.shared.files import send_stored_file

bp = Blueprint("public_demands", __name__, url_prefix="/demands")
PER_PAGE = 20
TASKS_SHOWN = 14


@bp.get("")
def index() -> ResponseReturnValue:
    today, filters = clock.today(), read_filter(request.args)
    number = read_page_number(request.args.get("page"))
    total = count_published(filters, today)
    words = question_words(filters.question)
    rows = list_page(filters, today, offset=(number - 1) * PER_PAGE, limit=PER_PAGE)
    cards = [present.make_card(row, today, words) for row in rows]
    return render_template(
        "public/demands/index.html",
        page=Page(cards, number, PER_PAGE, total),
        filters=filters,
        words=words,
        facets=list_facets(filters, count_facets(filters, today)),
        orders=[(order.value, label) for order, label in ORDER_LABELS.items()],
        demo_data=any(card.is_demo for card in cards),
        now=clock.now(),
    )


@bp.get("/export.xlsx")
def export() -> ResponseReturnValue:
    """What the list shows under the same filter, as a workbook."""
    today, filters = clock.today(), read_filter(request.args)
    rows = list_page(filters, today, offset=0, limit=ROWS_MAX)
    total = count_published(filters, today)
    return send_workbook(write_demands("场景需求", rows, total=total, today=today), "场景需求")


@bp.get("/<string(maxlength=20):code>")
def show(code: str) -> ResponseReturnValue:
    actor = current_actor()
    if code != code.upper() and queries.find_listing(actor, code) is None:
        return redirect(url_for("public_demands.show", code=code.upper()))
    listing = queries.get_listing(actor, code)
    return render_template(
        "public/demands/show.html",
        page=make_page(listing, clock.today()),
        sections=present.list_sections(actor, listing),
        is_own=is_own(actor, listing),
        demo_data=listing.is_demo,
        now=clock.now(),
    )


@bp.get("/<string(maxlength=20):code>/files/<string(maxlength=43):token>")
def attachment(code: str, token: str) -> ResponseReturnValue:
    """A file of a listing, for whoever may see the listing."""
    return send_stored_file(get_attachment(queries.get_listing(current_actor(), code), token))


def list_facets(filters: ListingFilter, counts: Facets) -> list[dict[str, Any]]:
    """The rows of links under the search; values that would find nothing are left out."""
    vocabulary = load_vocabulary()
    return [
        _facet("kind", "类别", filters.kind, _pairs(KIND_LABELS), counts),
        _facet("sector", "行业领域", filters.sector, _entries(vocabulary.sectors), counts),
        _facet("district", "所在区县", filters.district, _entries(vocabulary.districts), counts),
        _facet("task", "任务", filters.task, _frequent_tasks(filters, counts, vocabulary), counts),
        _facet("mode", "合作方式", filters.mode, _entries(vocabulary.modes), counts),
        _facet("budget", "预算", filters.budget, [(b.id, b.label) for b in BUDGET_BANDS], counts),
        _facet("phase", "状态", filters.phase, _pairs(PHASE_LABELS), counts),
    ]


def _facet(
    name: str, label: str, value: str, options: Sequence[tuple[str, str]], counts: Facets
) -> dict[str, Any]:
    found = counts[name]
    shown = [
        (id_, text, found.get(id_, 0)) for id_, text in options if found.get(id_, 0) or id_ == value
    ]
    return {"name": name, "label": label, "value": value, "options": shown}


def _pairs(labels: Mapping[Any, str]) -> list[tuple[str, str]]:
    return [(each.value, label) for each, label in labels.items()]


def _entries(shelf: Any) -> list[tuple[str, str]]:
    return [(entry.id, entry.zh) for entry in shelf]


def _frequent_tasks(
    filters: ListingFilter, counts: Facets, vocabulary: Vocabulary
) -> list[tuple[str, str]]:
    found = counts["task"]
    often = sorted(found, key=lambda id_: (-found[id_], id_))[:TASKS_SHOWN]
    if filters.task in vocabulary.tasks and filters.task not in often:
        often.append(filters.task)
    return [(id_, vocabulary.task(id_).zh) for id_ in often]
