"""What an application starts from: demand, match, contract, deployment; nothing is typed twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from matchmaker.actor import Actor
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.db import db
from matchmaker.demands import queries as demands
from matchmaker.demands.models import DemandListing
from matchmaker.engagement.deployments.queries import DeploymentChain, find_deployment_for_demand
from matchmaker.matching.runs.queries import find_last_lists
from matchmaker.policy.amounts import format_yuan
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
    """A source from one of the actor's own listings and the firms named by their public ids.

    Where the platform knows a deployment of the listing, its firm comes first and its figures are
    filled in: site, units, hours, contract, place in the last match.
    """
    facts = "\n".join(text for text in listing.facts.values() if text)
    background = "\n".join(
        part for part in (listing.pain_point, listing.description, facts) if part
    )
    content = ApplicationContent(title=listing.title, background=background)
    chain = find_deployment_for_demand(actor, listing.code)
    firms = dict.fromkeys(firm_codes)
    if chain is not None:
        content = _add_deployment(actor, content, chain, find_match_place(listing, chain))
        firms = {chain.supplier_code: None, **firms}
    return SceneSource(
        organisation_id=listing.organisation_id,
        content=content,
        demand_code=listing.code,
        sector=listing.sector,
        district=listing.district,
        partners=tuple(_read_partner(actor, code, chain) for code in firms),
    )


def _read_partner(actor: Actor, code: str, chain: DeploymentChain | None) -> MemberDraft:
    member = read_firm(actor, code)
    if chain is None or chain.supplier_code != code:
        return member
    return replace(member, product_ids=chain.products)


def find_match_place(listing: DemandListing, chain: DeploymentChain) -> int | None:
    """The best place (from 1) of a deployed product in the last match of the listing, or None."""
    _, entries = find_last_lists().get(listing.id, ("", ()))
    places = [n for n, entry in enumerate(entries, start=1) if entry.product in chain.products]
    return min(places, default=None)


def _add_deployment(
    actor: Actor, content: ApplicationContent, chain: DeploymentChain, place: int | None
) -> ApplicationContent:
    known = suppliers.list_products_by_code(actor, chain.products)
    products = "、".join(known[code].model if code in known else code for code in chain.products)
    mode = load_vocabulary().modes.find(chain.mode)
    ways = [f"合作方式为{mode.zh if mode else chain.mode}", f"合同编号{chain.contract_number}"]
    return replace(
        content,
        technology=f"投用产品：{products}。",
        fit=_describe_running(chain, place),
        operation="，".join((*ways, f"{_format_day(chain.signed_on)}签订。")),
        investment_fen=chain.contract_value_fen,
        investment_note=f"合同{chain.contract_number}，{chain.contract_units}台（套），"
        f"{format_yuan(chain.contract_value_fen)}元（由平台合同登记带入，请按发票和付款凭证核实）。",
        in_use_since=_format_day(chain.started_on),
    )


def _describe_running(chain: DeploymentChain, place: int | None) -> str:
    lines = [
        f"自{_format_day(chain.started_on)}起在{chain.site}投入使用，在用{chain.units}台（套）。"
    ]
    if chain.hours_as_of is not None:
        lines.append(
            f"截至{_format_day(chain.hours_as_of)}累计运行{chain.cumulative_hours}小时（平台登记）。"
        )
    if chain.trial_accepted:
        lines.append("首试首用结果已经双方确认通过。")
    if place is not None:
        lines.append(f"投用产品在平台对该需求最近一次匹配中列第{place}位。")
    return "\n".join(lines)


def _format_day(day: date) -> str:
    """A day as the application prints it.

    >>> _format_day(date(2026, 3, 5))
    '2026年3月5日'
    """
    return f"{day.year}年{day.month}月{day.day}日"


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
