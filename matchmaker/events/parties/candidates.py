"""Whom to invite: who stands in the stored lists of the best matches, and with what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from matchmaker import clock
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.demands import queries as demands
from matchmaker.demands.models import DemandListing
from matchmaker.demands.rules import ListingKind
from matchmaker.events.models import Event
from matchmaker.events.parties.models import EventParty
from matchmaker.events.parties.operations import has_account
from matchmaker.events.parties.queries import list_parties
from matchmaker.events.parties.rules import Invitation
from matchmaker.events.permissions import MANAGE
from matchmaker.events.rules import EventKind, PartyKind, Side
from matchmaker.matching.market.corpus import get_corpus
from matchmaker.matching.market.open_needs import list_open_needs
from matchmaker.matching.runs.queries import find_last_lists
from matchmaker.suppliers import queries as suppliers
from matchmaker.suppliers.models import Product

#: Which listings an event is about; none for meetings about money.
LISTING_KINDS = {
    EventKind.SCENE: frozenset({ListingKind.SCENE, ListingKind.JOB, ListingKind.CHALLENGE}),
    EventKind.CHAIN: frozenset({ListingKind.COMPONENT}),
    EventKind.RESEARCH: frozenset({ListingKind.CHALLENGE}),
    EventKind.FINANCE: frozenset[ListingKind](),
}
REASONS_SHOWN = 3


@dataclass(frozen=True)
class Candidate:
    """Somebody to invite. ``score`` is that of the best match, ``matches`` how many there are."""

    invitation: Invitation
    score: float
    matches: int
    has_account: bool


@dataclass(frozen=True)
class _Pair:
    listing: DemandListing
    product: Product
    score: float

    @property
    def reason(self) -> str:
        firm = self.product.supplier.short_name
        return (
            f"{self.listing.title}（{self.listing.code}）— {firm} {self.product.model}，"
            f"匹配度 {self.score:.1f}"
        )


def list_candidates(actor: Actor, event: Event) -> Sequence[Candidate]:
    """Who is not yet invited, the best match first.

    Scores are those of the stored runs of the matcher, both sides' conditions considered.
    """
    require(actor, MANAGE)
    listings = _list_listings(actor, event)
    pairs = _list_pairs(actor, listings) if event.kind is not EventKind.RESEARCH else []
    found = _gather_owners(event, listings, pairs)
    if event.kind in {EventKind.SCENE, EventKind.CHAIN}:
        found += _gather_firms(pairs)
    known = list_parties(actor, event)
    fresh = [item for item in found if not _is_known(item.invitation, known)]
    return sorted(fresh, key=lambda item: (-item.score, item.invitation.name))


def _list_listings(actor: Actor, event: Event) -> dict[int, DemandListing]:
    kinds = {kind.value for kind in LISTING_KINDS[event.kind]}
    ids = [need.listing_id for need in list_open_needs(clock.today()) if need.kind in kinds]
    return demands.list_by_ids(actor, ids)


def _list_pairs(actor: Actor, listings: dict[int, DemandListing]) -> list[_Pair]:
    if not listings:
        return []
    bar = get_corpus().ranker.weights.bar
    lists = find_last_lists()
    good = [
        (listing, entry.product, float(entry.score))
        for listing_id, listing in listings.items()
        for entry in lists.get(listing_id, ("", ()))[1]
        if float(entry.score) >= bar
    ]
    products = suppliers.list_products_by_code(actor, {code for _, code, _ in good})
    pairs = [
        _Pair(listing, products[code], score) for listing, code, score in good if code in products
    ]
    return sorted(pairs, key=lambda pair: (-pair.score, pair.listing.code, pair.product.code))


def _gather_owners(
    event: Event, listings: dict[int, DemandListing], pairs: list[_Pair]
) -> list[Candidate]:
    by_unit: dict[int, list[_Pair]] = defaultdict(list)
    for pair in pairs:
        by_unit[pair.listing.organisation_id].append(pair)
    units = {row.organisation_id: row.organisation for row in listings.values()}
    if event.kind is not EventKind.RESEARCH:
        units = {unit_id: unit for unit_id, unit in units.items() if unit_id in by_unit}
    return [
        _make(
            Invitation(
                name=unit.name,
                kind=PartyKind.OWNER,
                side=Side.NEED,
                organisation_id=unit_id,
                reasons=_reasons(by_unit[unit_id])
                or tuple(
                    f"{row.title}（{row.code}）正在公开征集解决方案"
                    for row in listings.values()
                    if row.organisation_id == unit_id
                )[:REASONS_SHOWN],
            ),
            by_unit[unit_id],
        )
        for unit_id, unit in units.items()
    ]


def _gather_firms(pairs: list[_Pair]) -> list[Candidate]:
    by_firm: dict[int, list[_Pair]] = defaultdict(list)
    for pair in pairs:
        by_firm[pair.product.supplier_id].append(pair)
    return [
        _make(
            Invitation(
                name=mine[0].product.supplier.legal_name,
                kind=PartyKind.FIRM,
                side=Side.OFFER,
                organisation_id=mine[0].product.supplier.organisation_id,
                supplier_id=supplier_id,
                reasons=_reasons(mine),
            ),
            mine,
        )
        for supplier_id, mine in by_firm.items()
    ]


def _make(invitation: Invitation, pairs: list[_Pair]) -> Candidate:
    return Candidate(
        invitation,
        pairs[0].score if pairs else 0.0,
        len(pairs),
        has_account(invitation.organisation_id),
    )


def _reasons(pairs: list[_Pair]) -> tuple[str, ...]:
    return tuple(pair.reason for pair in pairs[:REASONS_SHOWN])


def _is_known(invitation: Invitation, parties: Sequence[EventParty]) -> bool:
    return any(
        (party.organisation_id is not None and party.organisation_id == invitation.organisation_id)
        or (party.supplier_id is not None and party.supplier_id == invitation.supplier_id)
        for party in parties
    )
