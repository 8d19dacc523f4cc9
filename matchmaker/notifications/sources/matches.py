"""What comes from the runs of the matcher: nobody who switched recommendation off is told."""

from __future__ import annotations

import dataclasses
from typing import Any

from matchmaker.actor import VISITOR, Actor
from matchmaker.demands import queries as demands
from matchmaker.matching.preferences import wants_recommendations
from matchmaker.notifications.inbox.queries import count_told
from matchmaker.notifications.inbox.telling import Note, tell
from matchmaker.notifications.rules import NotificationKind
from matchmaker.notifications.sources.market import find_own_listing
from matchmaker.notifications.sources.people import list_firm_people, list_owners_of
from matchmaker.notifications.subjects import NOTHING, Subject, SubjectKind
from matchmaker.suppliers import queries as suppliers
from matchmaker.suppliers.models import Product

#: So many matches of one run are told one by one, the rest in one line.
PER_RUN = 5


def tell_match_found(payload: dict[str, Any]) -> None:
    """New matches above the bar: the owner of the need, and the firms of the products."""
    code, count = payload["code"], len(payload["products"])

    def make(actor: Actor) -> Note | None:
        listing = find_own_listing(actor, code)
        if listing is None or not wants_recommendations(actor):
            return None
        note = Note(
            kind=NotificationKind.MATCH_FOUND,
            title=f"“{listing.title}”有 {count} 个新的匹配产品",
            path=f"/owner/demands/{code}/matches",
            source=_source_of(payload),
            subject=Subject(SubjectKind.OWN_LISTING, code),
        )
        return _cap(actor, payload, note, "还有更多需求有新的匹配产品", "/owner/demands")

    tell(list_owners_of(code), make)
    for product in _best_of_each_firm(payload["products"]):
        _tell_firm(payload, product)


def _best_of_each_firm(codes: list[str]) -> list[Product]:
    """The first product of each firm that has people here, in the order of the match."""
    found = suppliers.list_products_by_code(VISITOR, codes)
    best: dict[int, Product] = {}
    for product in (found[code] for code in codes if code in found):
        if product.supplier.organisation_id is not None:
            best.setdefault(product.supplier.organisation_id, product)
    return list(best.values())


def _tell_firm(payload: dict[str, Any], product: Product) -> None:
    def make(actor: Actor) -> Note | None:
        listing = demands.find_listing(actor, payload["code"])
        if listing is None or not wants_recommendations(actor):
            return None
        note = Note(
            kind=NotificationKind.MATCH_FOUND,
            title=f"需求“{listing.title}”与贵单位产品 {product.model} 匹配",
            path=f"/demands/{listing.code}",
            source=_source_of(payload),
            subject=Subject(SubjectKind.LISTING, listing.code),
        )
        return _cap(actor, payload, note, "还有更多需求与贵单位产品匹配", "/supplier/matches")

    tell(list_firm_people(product.supplier.organisation_id), make)


def _source_of(payload: dict[str, Any]) -> str:
    return f"{_run_of(payload)}{payload['message_id']}"


def _run_of(payload: dict[str, Any]) -> str:
    return f"run:{payload['run_id']}:"


def _cap(actor: Actor, payload: dict[str, Any], note: Note, title: str, path: str) -> Note:
    """The note, or the one line that stands for the rest of its run."""
    told = count_told(actor.user_id or 0, note.kind, _run_of(payload))
    if told < PER_RUN:
        return note
    source = f"{_run_of(payload)}more"
    return dataclasses.replace(note, title=title, path=path, source=source, subject=NOTHING)
