"""Loading the demands of seeds/market as published listings of demonstration units."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from matchmaker import clock, outbox
from matchmaker.accounts import operations as accounts
from matchmaker.accounts.models import Organisation, OrganisationKind
from matchmaker.accounts.queries import find_organisation_by_name
from matchmaker.actor import COMMAND_LINE
from matchmaker.audit.operations import record
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.config import Settings
from matchmaker.db import db, read_tx, write_tx
from matchmaker.demands.content import ListingContent
from matchmaker.demands.models import DemandListing
from matchmaker.demands.queries import DEMO_SUFFIX
from matchmaker.demands.rules import ListingKind, ListingStatus
from matchmaker.demands.seed_records import DemandRecord, load_demands
from matchmaker.demands.storage import findable, note_public_change, write_columns
from matchmaker.search.operations import index_rows


def seed_demands(settings: Settings) -> dict[str, int]:
    """Add the demands of the seeds that are missing, published; repeating changes nothing."""
    del settings
    records = load_demands(load_vocabulary())
    with read_tx():
        codes = [record_.code for record_ in records]
        query = select(DemandListing.code).where(DemandListing.code.in_(codes))
        known = set(db.session.scalars(query))
    missing = [record_ for record_ in records if record_.code not in known]
    if missing:
        with write_tx():
            _add_listings(missing, clock.now())
    return {"场景需求": len(records)}


def _add_listings(records: Sequence[DemandRecord], at: datetime) -> None:
    listings = []
    for order, record_ in enumerate(records):
        listing = _make_listing(record_, at - timedelta(minutes=order))
        content = content_of_record(record_)
        write_columns(listing, content)
        listing.task_words = list(record_.task_words)
        listings.append((listing, content))
    db.session.add_all([listing for listing, _ in listings])
    db.session.flush()
    note_public_change()
    index_rows([findable(listing, content) for listing, content in listings])
    for listing, _ in listings:
        record(COMMAND_LINE, "demands.seed", "demand", listing.id, code=listing.code)
        outbox.send("demands.published", id=listing.id, code=listing.code)


def _make_listing(record_: DemandRecord, at: datetime) -> DemandListing:
    return DemandListing(
        code=record_.code,
        status=ListingStatus.PUBLISHED,
        organisation_id=_owner(record_).id,
        is_demo=True,
        facts_note=record_.facts_note,
        sources=list(record_.sources),
        not_needed=list(record_.not_needed),
        version=1,
        round=1,
        created_at=at,
        updated_at=at,
        submitted_at=at,
        published_at=at,
    )


def content_of_record(record_: DemandRecord) -> ListingContent:
    """A seeded demand in the shape that an owner writes."""
    return ListingContent(
        kind=ListingKind.SCENE,
        title=record_.title,
        sector=record_.sector,
        district=record_.district,
        owner_kind=record_.owner_kind,
        owner_description=record_.owner_description,
        tasks=record_.tasks,
        pain_point=record_.pain_point,
        description=record_.description,
        quantity=record_.quantity,
        budget_low_fen=record_.budget_low_fen,
        budget_high_fen=record_.budget_high_fen,
        modes=record_.modes,
        deadline=record_.deadline,
        requirements=record_.requirements,
    )


def _owner(record_: DemandRecord) -> Organisation:
    name = f"{record_.owner_type}{DEMO_SUFFIX}"
    return find_organisation_by_name(name) or accounts.create_organisation(
        COMMAND_LINE,
        kind=OrganisationKind.OWNER,
        name=name,
        district=record_.district,
        is_demo=True,
    )
