"""Closing a listing with a firm that did not answer here, and where its robots went to work."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.demands.models import DemandListing
from matchmaker.engagement.answers.queries import count_received, list_answers
from matchmaker.engagement.answers.rules import OPEN_STATES
from matchmaker.engagement.deals import operations
from matchmaker.engagement.deals.queries import find_chosen, find_standing_deal
from matchmaker.engagement.deals.rules import DealSite, DealTerms
from matchmaker.errors import Conflict, DomainError
from matchmaker.web.base import current_actor, gate
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.owner.demands.access import CODE, get_own_listing
from matchmaker.web.owner.engagement.forms import DealForm, make_deal_form, make_deal_site_form
from matchmaker.web.shared import demands as shared_demands
from matchmaker.web.shared.engagement_forms import DeploymentForm

bp = Blueprint("owner_deals", __name__, url_prefix="/owner/demands")
gate(bp, "owner")


@bp.get(f"/{CODE}/deal")
def close(code: str) -> ResponseReturnValue:
    return _deal_page(code, make_deal_form())


@bp.post(f"/{CODE}/deal")
def save_deal(code: str) -> ResponseReturnValue:
    listing, form = get_own_listing(code), make_deal_form()
    if not form.validate():
        return show_invalid(lambda: _deal_page(code, form))
    terms = DealTerms(
        partner=form.partner.data or "",
        product=form.product.data or "",
        reason=form.reason.data or "",
    )
    try:
        operations.close_with_deal(current_actor(), listing, terms)
    except DomainError as error:
        return show_refusal(form, error, lambda: _deal_page(code, form))
    flash("已登记成交。机器人投入使用后请登记部署。", "success")
    return redirect(url_for("owner_demands.show", code=code))


@bp.get(f"/{CODE}/deployment")
def deploy(code: str) -> ResponseReturnValue:
    return _site_page(code, make_deal_site_form())


@bp.post(f"/{CODE}/deployment")
def save_deployment(code: str) -> ResponseReturnValue:
    listing, form = get_own_listing(code), make_deal_site_form()
    if not form.validate():
        return show_invalid(lambda: _site_page(code, form))
    where = DealSite(
        site=form.site.data or "", units=form.units.data, started_on=form.started_on.data
    )
    try:
        operations.deploy_deal(current_actor(), listing, where)
    except DomainError as error:
        return show_refusal(form, error, lambda: _site_page(code, form))
    flash("已登记部署。", "success")
    return redirect(url_for("owner_demands.show", code=code))


def find_deploy_url(listing: DemandListing) -> str:
    """Where a deployment is recorded: in the pairing of the chosen answer, or with the deal."""
    chosen = find_chosen(listing)
    if chosen is None or find_standing_deal(current_actor(), listing) is not None:
        return url_for("owner_deals.deploy", code=listing.code)
    return url_for("answers.show", answer_id=chosen.id)


def _deal_page(code: str, form: DealForm) -> str:
    listing = get_own_listing(code)
    refusal = ""
    try:
        operations.check_nothing_waits(listing)
    except Conflict as error:
        refusal = error.text
    opened = list_answers(current_actor(), listing)
    return render_template(
        "owner/engagement/deal.html",
        card=shared_demands.make_card(listing, clock.today()),
        form=form,
        refusal=refusal,
        may_choose=any(row.state in OPEN_STATES for row in opened),
        received=count_received(current_actor(), listing),
        now=clock.now(),
    )


def _site_page(code: str, form: DeploymentForm) -> str:
    listing = get_own_listing(code)
    return render_template(
        "owner/engagement/deal_site.html",
        card=shared_demands.make_card(listing, clock.today()),
        deal=find_standing_deal(current_actor(), listing),
        chosen=find_chosen(listing),
        form=form,
        now=clock.now(),
    )
