"""What an application starts from: the demand listing and the firms; nothing is typed twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matchmaker.actor import Actor
from matchmaker.db import db
from matchmaker.demands import queries as demands
from matchmaker.demands.models import DemandListing
from matchmaker.selection.applications.rules import ApplicationContent, MemberDraft, Side
from matchmaker.suppliers import queries as suppliers


@dataclass(frozen=True)
class SceneSource:
    """The known facts of a scene (or, without a demand, of a community)."""

    organisation_id: int
    content: ApplicationContent
    demand_code: str | None = None
    sector: str | None = None
    district: str | None = None
    partners: tuple[MemberDraft, ...] = ()


def read_scene(actor: Actor, listing: DemandListing, firm_codes: Iterable[str]) -> SceneSource:
    """A source from one of the actor's own listings and the firms named by their public ids."""
    facts = "\n".join(text for text in listing.facts.values() if text)
    background = "\n".join(
        part for part in (listing.pain_point, listing.description, facts) if part
    )
    return SceneSource(
        organisation_id=listing.organisation_id,
        content=ApplicationContent(title=listing.title, background=background),
        demand_code=listing.code,
        sector=listing.sector,
        district=listing.district,
        partners=tuple(read_firm(actor, code) for code in dict.fromkeys(firm_codes)),
    )


def read_firm(actor: Actor, code: str) -> MemberDraft:
    """A firm of the platform as a member of a consortium."""
    supplier = suppliers.get_supplier(actor, code)
    return MemberDraft(
        side=Side.SUPPLIER,
        name=supplier.legal_name or supplier.short_name,
        organisation_id=supplier.organisation_id,
        supplier_id=supplier.code,
    )


def list_own_scenes(actor: Actor) -> Sequence[DemandListing]:
    """Listings of the actor's unit that an application can start from."""
    return demands.list_own(actor)


def list_firms(actor: Actor) -> list[tuple[str, str]]:
    """(public id, name) of the firms that the actor may choose as partners, by name."""
    rows = db.session.scalars(suppliers.suppliers_visible_to(actor))
    return sorted(((row.code, row.short_name) for row in rows), key=lambda pair: pair[1])
