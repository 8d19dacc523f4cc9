"""Closing a listing without a chosen answer, its deployment, and opening it again."""

from __future__ import annotations

from matchmaker import clock
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db, lock_row
from matchmaker.demands.lifecycle import operations as lifecycle
from matchmaker.demands.models import DemandListing
from matchmaker.demands.permissions import CLOSE
from matchmaker.demands.rules import ListingStatus
from matchmaker.engagement.answers.permissions import CHOOSE
from matchmaker.engagement.answers.queries import list_standing
from matchmaker.engagement.deals.models import DirectDeal
from matchmaker.engagement.deals.queries import (
    find_chosen,
    find_standing_deal,
    has_standing_answer,
)
from matchmaker.engagement.deals.rules import DealSite, DealTerms, clean_site, clean_terms
from matchmaker.engagement.rules import has_passed
from matchmaker.errors import Conflict
from matchmaker.suppliers.queries import find_supplier_named

SUBJECT = "direct_deal"


def close_with_deal(actor: Actor, listing: DemandListing, terms: DealTerms) -> DirectDeal:
    """Close as 成交 with a firm that did not answer; refused while answers wait for an outcome."""
    require(actor, CHOOSE, listing)
    lock_row(listing)
    check_nothing_waits(listing)
    cleaned = clean_terms(terms)
    supplier = find_supplier_named(actor, cleaned.partner)
    lifecycle.close_agreed(actor, listing)
    deal = DirectDeal(
        listing_id=listing.id,
        supplier_id=supplier.id if supplier else None,
        partner=supplier.legal_name if supplier else cleaned.partner,
        product=cleaned.product,
        reason=cleaned.reason,
        recorded_by=actor.user_id,
    )
    db.session.add(deal)
    db.session.flush()
    values = {"partner": deal.partner, "product": deal.product, "reason": deal.reason}
    record(actor, "deals.close", SUBJECT, deal.id, demand=listing.code, **values)
    return deal


def check_nothing_waits(listing: DemandListing) -> None:
    """Raise ``Conflict`` while an answer is sealed or has no outcome yet."""
    standing = list_standing(listing)
    if not standing:
        return
    last, today = max(answer.sealed_until for answer in standing), clock.today()
    if has_passed(last, today):
        raise Conflict(
            "answers_undecided",
            "还有 {count} 份应答没有结果。请先在“登记选择结果”中给每家企业结果和理由，"
            "选中应答即登记成交。",
            count=len(standing),
        )
    raise Conflict(
        "answers_sealed",
        "已收到 {count} 份应答，密封至{month}月{day}日24时。开启后请先给每家企业结果和理由，"
        "再登记成交。",
        count=len(standing),
        month=last.month,
        day=last.day,
    )


def deploy_deal(actor: Actor, listing: DemandListing, where: DealSite) -> DirectDeal:
    """Record where the robots of a deal went to work; the listing goes on to 已部署."""
    require(actor, CHOOSE, listing)
    lock_row(listing)
    deal = find_standing_deal(actor, listing)
    if deal is None:
        if find_chosen(listing) is not None:
            raise Conflict(
                "has_pairing", "这条需求已选中应答，请在应答页面依次办理结对、签约和部署。"
            )
        raise Conflict(
            "no_deal", "这条需求没有登记成交企业。请先重新开放，再登记成交企业、产品和说明。"
        )
    deal.site, deal.units, deal.started_on = clean_site(where, clock.today())
    lifecycle.mark_deployed(actor, listing)
    day = deal.started_on.isoformat()
    record(actor, "deals.deploy", SUBJECT, deal.id, site=deal.site, units=deal.units, day=day)
    return deal


def reopen_listing(actor: Actor, listing: DemandListing, *, note: str) -> DemandListing:
    """Open a closed listing again; its deal without an answer no longer stands."""
    require(actor, CLOSE, listing)
    lock_row(listing)
    lifecycle.reopen(actor, listing, note=note)
    deal = find_standing_deal(actor, listing)
    if deal is not None:
        deal.ended_at = clock.now()
        db.session.flush()
        record(actor, "deals.end", SUBJECT, deal.id, demand=listing.code, reason=note)
    if listing.status is ListingStatus.PUBLISHED and has_standing_answer(listing):
        lifecycle.mark_answered(actor, listing)
    return listing
