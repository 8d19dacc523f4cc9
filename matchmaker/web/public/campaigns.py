"""Calls for needs, and the published lists in editions: page, Excel, PDF."""

from __future__ import annotations

import io
from collections.abc import Callable

from flask import Blueprint, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.campaigns import queries
from matchmaker.campaigns.documents import name_of, write_excel, write_pdf
from matchmaker.campaigns.models import Campaign, Edition
from matchmaker.campaigns.rules import (
    LIST_LABELS,
    PHASE_LABELS,
    EditionChanges,
    ListKind,
    Phase,
    compute_changes,
    phase_on,
)
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.db import MAX_ID
from matchmaker.demands import queries as demands
from matchmaker.demands.rules import KIND_LABELS, ListingKind
from matchmaker.documents.excel import MIME
from matchmaker.errors import NotFound
from matchmaker.extensions import limiter
from matchmaker.web.base import current_actor

bp = Blueprint("campaigns", __name__)
NUMBER = f"<int(max={MAX_ID}):number>"
PHASE_TONES = {Phase.COMING: "plain", Phase.OPEN: "good", Phase.CLOSED: "plain"}


@bp.get("/campaigns")
def index() -> ResponseReturnValue:
    actor = current_actor()
    rows = [row for row in queries.list_campaigns(actor) if row.published_at is not None]
    return render_template(
        "public/campaigns/index.html",
        calls=[describe_call(row) for row in rows],
        lists=_latest_lists(),
        demo_data=any(row.is_demo for row in rows),
        now=clock.now(),
    )


@bp.get(f"/campaigns/<int(max={MAX_ID}):campaign_id>")
def show(campaign_id: int) -> ResponseReturnValue:
    campaign = queries.get_campaign(current_actor(), campaign_id)
    return render_template(
        "public/campaigns/show.html",
        call=describe_call(campaign),
        paragraphs=[line for line in campaign.text.split("\n") if line.strip()],
        demo_data=campaign.is_demo,
        now=clock.now(),
    )


@bp.get("/lists")
def lists() -> ResponseReturnValue:
    return render_template("public/campaigns/lists.html", lists=_latest_lists())


@bp.get("/lists/<kind>")
def editions(kind: str) -> ResponseReturnValue:
    list_kind = _read_kind(kind)
    return render_template(
        "public/campaigns/editions.html",
        label=LIST_LABELS[list_kind],
        editions=[
            (name_of(row), url_for("campaigns.edition", kind=kind, number=row.number), row)
            for row in queries.list_editions(current_actor(), list_kind)
        ],
    )


@bp.get(f"/lists/<kind>/{NUMBER}")
def edition(kind: str, number: int) -> ResponseReturnValue:
    row = _get(kind, number)
    return render_template(
        "public/campaigns/edition.html",
        edition=row,
        title=name_of(row),
        label=LIST_LABELS[row.list_kind],
        kind=kind,
        changes=changes_of(row),
        links=_links(row),
        demo_data=row.is_demo,
    )


@bp.get(f"/lists/<kind>/{NUMBER}.xlsx")
@limiter.limit("60/minute")
def excel(kind: str, number: int) -> ResponseReturnValue:
    return _send(_get(kind, number), write_excel, "xlsx", MIME)


@bp.get(f"/lists/<kind>/{NUMBER}.pdf")
@limiter.limit("20/minute")
def pdf(kind: str, number: int) -> ResponseReturnValue:
    return _send(_get(kind, number), write_pdf, "pdf", "application/pdf")


def describe_call(campaign: Campaign) -> dict[str, object]:
    """A call as its page and the list show it."""
    vocabulary = load_vocabulary()
    phase = phase_on(campaign.opens_on, campaign.closes_on, clock.today())
    kinds = [KIND_LABELS[ListingKind(kind)] for kind in campaign.kinds]
    sectors = [vocabulary.sector(sector).zh for sector in campaign.sectors]
    return {
        "id": campaign.id,
        "title": campaign.title,
        "opens_on": campaign.opens_on,
        "closes_on": campaign.closes_on,
        "phase": phase,
        "phase_label": PHASE_LABELS[phase],
        "tone": PHASE_TONES[phase],
        "kinds": "、".join(kinds) or "各类需求",
        "sectors": "、".join(sectors) or "各行业领域",
        "is_demo": campaign.is_demo,
    }


def changes_of(edition: Edition) -> EditionChanges | None:
    """What changed since the edition before; None for the first."""
    previous = queries.find_previous(edition)
    if previous is None or previous.columns != edition.columns:
        return None
    return compute_changes(edition.columns, previous.rows, edition.rows)


def _latest_lists() -> list[dict[str, object]]:
    newest: dict[ListKind, Edition] = {}
    for edition in queries.list_editions(current_actor()):
        if edition.published_at is not None:
            newest.setdefault(edition.list_kind, edition)
    return [
        {
            "label": LIST_LABELS[kind],
            "url": url_for("campaigns.edition", kind=kind.value, number=row.number),
            "all_url": url_for("campaigns.editions", kind=kind.value),
            "number": row.number,
            "published_at": row.published_at,
            "count": len(row.rows),
        }
        for kind in ListKind
        if (row := newest.get(kind)) is not None
    ]


def _links(edition: Edition) -> dict[str, str]:
    """Address of each entry that can still be read; a withdrawn one has none."""
    keys = [row[0] for row in edition.rows]
    if edition.list_kind in set(ListingKind):
        known = demands.list_known_codes(current_actor(), keys)
        return {code: url_for("public_demands.show", code=code) for code in known}
    return {}


def _read_kind(kind: str) -> ListKind:
    if kind not in set(ListKind):
        raise NotFound("list_missing", "没有这种清单，请从清单目录进入。")
    return ListKind(kind)


def _get(kind: str, number: int) -> Edition:
    return queries.get_edition(current_actor(), _read_kind(kind), number)


def _send(
    edition: Edition,
    write: Callable[[Edition, EditionChanges | None], bytes],
    ending: str,
    mime: str,
) -> ResponseReturnValue:
    content = write(edition, changes_of(edition))
    name = f"{name_of(edition)}.{ending}".replace("“", "").replace("”", "")
    return send_file(io.BytesIO(content), mimetype=mime, as_attachment=True, download_name=name)
