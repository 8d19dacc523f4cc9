"""Calls: writing, publishing, watching the queues; editions: preparing, publishing."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.accounts.permissions import can, require
from matchmaker.accounts.queries import get_organisation
from matchmaker.actor import Actor
from matchmaker.campaigns import operations, queries
from matchmaker.campaigns.documents import name_of
from matchmaker.campaigns.models import Campaign, Edition
from matchmaker.campaigns.permissions import WRITE
from matchmaker.campaigns.rules import LIST_LABELS, STATE_LABELS, CampaignState, ListKind
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.db import MAX_ID
from matchmaker.demands.models import DemandListing
from matchmaker.demands.rules import PUBLIC_STATUSES, ListingStatus
from matchmaker.errors import DomainError, NotFound
from matchmaker.web.base import current_actor, gate
from matchmaker.web.bureau.campaigns.forms import CallForm, make_form, read_call
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.owner.demands.views import read_version
from matchmaker.web.public.campaigns import describe_call

bp = Blueprint("bureau_campaigns", __name__, url_prefix="/bureau/campaigns")
gate(bp, "bureau")
ID = f"<int(max={MAX_ID}):campaign_id>"
EDITION = f"editions/<kind>/<int(max={MAX_ID}):number>"
MENDING = frozenset({ListingStatus.RECTIFICATION, ListingStatus.RETURNED})


@bp.get("")
def index() -> ResponseReturnValue:
    actor = current_actor()
    rows = queries.list_campaigns(actor)
    return render_template(
        "bureau/campaigns/index.html",
        calls=[(describe_call(row), STATE_LABELS[row.state]) for row in rows],
        waiting=[(name_of(row), _edition_url(row), row) for row in queries.list_prepared(actor)],
        list_kinds=[(kind.value, LIST_LABELS[kind]) for kind in ListKind],
        may_write=can(actor, WRITE),
    )


@bp.get("/new")
def new() -> ResponseReturnValue:
    require(current_actor(), WRITE)
    return _form_page(make_form(), None)


@bp.post("/new")
def create() -> ResponseReturnValue:
    form = make_form()
    if not form.validate():
        return show_invalid(lambda: _form_page(form, None))
    try:
        campaign = operations.create_campaign(current_actor(), read_call(form))
    except DomainError as error:
        return show_refusal(form, error, lambda: _form_page(form, None))
    flash("征集草稿已保存，核对后发布。", "success")
    return redirect(url_for("bureau_campaigns.show", campaign_id=campaign.id))


@bp.get(f"/{ID}")
def show(campaign_id: int) -> ResponseReturnValue:
    actor = current_actor()
    campaign = queries.get_campaign(actor, campaign_id)
    vocabulary = load_vocabulary()
    return render_template(
        "bureau/campaigns/show.html",
        campaign=campaign,
        call=describe_call(campaign),
        state=STATE_LABELS[campaign.state],
        is_draft=campaign.state is CampaignState.DRAFT,
        is_published=campaign.state is CampaignState.PUBLISHED,
        may_write=can(actor, WRITE),
        paragraphs=[line for line in campaign.text.split("\n") if line.strip()],
        by_sector=_queue(actor, campaign, DemandListing.sector, vocabulary.sectors),
        by_district=_queue(actor, campaign, DemandListing.district, vocabulary.districts),
        list_kinds=[(kind.value, LIST_LABELS[kind]) for kind in list(ListKind)[:4]],
        demo_data=campaign.is_demo,
        now=clock.now(),
    )


@bp.get(f"/{ID}/edit")
def edit(campaign_id: int) -> ResponseReturnValue:
    require(current_actor(), WRITE)
    campaign = queries.get_campaign(current_actor(), campaign_id)
    return _form_page(make_form(campaign), campaign)


@bp.post(f"/{ID}/edit")
def update(campaign_id: int) -> ResponseReturnValue:
    actor = current_actor()
    campaign = queries.get_campaign(actor, campaign_id)
    form = make_form(campaign)

    def page() -> str:
        return _form_page(form, queries.get_campaign(actor, campaign_id))

    if not form.validate():
        return show_invalid(page)
    version = read_version(form.revision.data)
    try:
        operations.update_campaign(actor, campaign, read_call(form), version=version)
    except DomainError as error:
        return show_refusal(form, error, page)
    flash("已保存。", "success")
    return redirect(url_for("bureau_campaigns.show", campaign_id=campaign_id))


@bp.post(f"/{ID}/publish")
def publish(campaign_id: int) -> ResponseReturnValue:
    actor = current_actor()
    unit = get_organisation(actor.organisation_id) if actor.organisation_id else None
    campaign = queries.get_campaign(actor, campaign_id)
    operations.publish_campaign(actor, campaign, issuer=unit.name if unit else actor.name)
    flash("征集已发布，通知同时刊登在“公告公示”。", "success")
    return redirect(url_for("bureau_campaigns.show", campaign_id=campaign_id))


@bp.post(f"/{ID}/withdraw")
def withdraw(campaign_id: int) -> ResponseReturnValue:
    campaign = queries.get_campaign(current_actor(), campaign_id)
    operations.withdraw_campaign(current_actor(), campaign, reason=request.form.get("note", ""))
    flash("征集已撤下。", "success")
    return redirect(url_for("bureau_campaigns.show", campaign_id=campaign_id))


@bp.post("/editions")
def prepare_edition() -> ResponseReturnValue:
    actor = current_actor()
    kind = _read_kind(request.form.get("kind", ""))
    campaign_id = request.form.get("campaign", "")
    campaign = queries.get_campaign(actor, int(campaign_id)) if campaign_id.isdecimal() else None
    edition = operations.prepare_edition(actor, kind, campaign)
    flash(f"{name_of(edition)}已编制，请交由另一位同事审定发布。", "success")
    return redirect(_edition_url(edition))


@bp.post(f"/{EDITION}/publish")
def publish_edition(kind: str, number: int) -> ResponseReturnValue:
    edition = queries.get_edition(current_actor(), _read_kind(kind), number)
    operations.publish_edition(current_actor(), edition)
    flash(f"{name_of(edition)}已发布。", "success")
    return redirect(_edition_url(edition))


@bp.post(f"/{EDITION}/discard")
def discard_edition(kind: str, number: int) -> ResponseReturnValue:
    edition = queries.get_edition(current_actor(), _read_kind(kind), number)
    operations.discard_edition(current_actor(), edition)
    flash("已作废，可重新编制。", "success")
    return redirect(url_for("bureau_campaigns.index"))


def _queue(actor: Actor, campaign: Campaign, column: Any, shelf: Any) -> list[dict[str, Any]]:
    """One line a sector or district: how many came in and where they stand."""
    counts = queries.count_collected(actor, campaign, column)
    return [
        {"name": entry.zh, **_sum_up(counts[entry.id])} for entry in shelf if entry.id in counts
    ]


def _sum_up(counts: Counter[ListingStatus]) -> dict[str, int]:
    return {
        "total": counts.total(),
        "waiting": counts[ListingStatus.SUBMITTED],
        "mending": sum(counts[status] for status in MENDING),
        "published": sum(counts[status] for status in PUBLIC_STATUSES),
    }


def _form_page(form: CallForm, campaign: Campaign | None) -> str:
    return render_template("bureau/campaigns/edit.html", form=form, campaign=campaign)


def _edition_url(edition: Edition) -> str:
    kind = edition.list_kind.value
    return url_for("campaigns.edition", kind=kind, number=edition.number)


def _read_kind(kind: str) -> ListKind:
    if kind not in set(ListKind):
        raise NotFound("list_missing", "没有这种清单，请从列表中选择。")
    return ListKind(kind)
