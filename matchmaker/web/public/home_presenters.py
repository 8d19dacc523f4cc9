"""What the first page shows, counted from what its reader may see."""

from __future__ import annotations

from typing import Any

from flask import url_for
from sqlalchemy import Select, func, select

from matchmaker import clock
from matchmaker.actor import Actor
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.db import db
from matchmaker.demands import queries as demands
from matchmaker.demands.models import DemandListing
from matchmaker.policy.amounts import group_yuan
from matchmaker.policy.queries import get_law
from matchmaker.publishing import queries as publishing
from matchmaker.suppliers import queries as suppliers
from matchmaker.web.filters import format_wan_range

NEWEST = 6
NEWEST_LOOKED_AT = 100
#: The two yearly awards of scenes: instrument → what the page calls it.
SCENE_AWARDS = {"M66-6": "人形机器人示范应用场景", "A25-3.1": "具身智能机器人典型应用场景"}


def _count(query: Select[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(query.subquery())) or 0


def list_tiles(actor: Actor) -> list[dict[str, Any]]:
    """The platform in four figures, each a way in."""
    listings = demands.visible_to(actor)
    districts = select(func.count(func.distinct(listings.subquery().c.district)))
    return [
        {
            "label": "场景需求",
            "value": _count(listings),
            "unit": "条",
            "note": f"来自 {db.session.scalar(districts)} 个区、县（市）",
            "url": url_for("public_demands.index"),
        },
        {
            "label": "机器人产品",
            "value": suppliers.count_visible_products(actor),
            "unit": "款",
            "note": "整机、零部件、软件和集成",
            "url": url_for("suppliers.products"),
        },
        {
            "label": "供给企业",
            "value": _count(suppliers.suppliers_visible_to(actor)),
            "unit": "家",
            "note": "参数逐项标明证明程度",
            "url": url_for("suppliers.index"),
        },
        {
            "label": "政策资金措施",
            "value": len(get_law().instrument_ids),
            "unit": "项",
            "note": "逐条注明出处，可测算",
            "url": url_for("policies.index"),
        },
    ]


def list_sectors(actor: Actor) -> list[dict[str, Any]]:
    """Every sector with its lead department and the number of its listings."""
    rows = demands.visible_to(actor).subquery()
    counted = select(rows.c.sector, func.count().label("listings")).group_by(rows.c.sector)
    counts = {row.sector: row.listings for row in db.session.execute(counted)}
    vocabulary = load_vocabulary()
    return [
        {
            "id": sector.id,
            "label": sector.zh,
            "lead": "、".join(item.zh for item in vocabulary.lead_departments(sector.id)),
            "count": counts.get(sector.id, 0),
            "url": url_for("public_demands.index", sector=sector.id),
        }
        for sector in vocabulary.sectors
    ]


def list_newest_demands(actor: Actor) -> list[dict[str, Any]]:
    """The newest published listings as cards, of as many sectors as there are."""
    vocabulary = load_vocabulary()
    query = (
        demands.visible_to(actor)
        .where(DemandListing.published_at.is_not(None))
        .order_by(DemandListing.published_at.desc(), DemandListing.id.desc())
        .limit(NEWEST_LOOKED_AT)
    )
    rows = db.session.scalars(query).all()
    first_of_sector = {row.sector: row for row in reversed(rows)}
    chosen = sorted(first_of_sector.values(), key=rows.index)
    chosen += [row for row in rows if row not in chosen]
    return [
        {
            "title": row.title,
            "url": url_for("public_demands.show", code=row.code),
            "sector": vocabulary.sectors.get(row.sector).zh if row.sector else "",
            "facts": [
                ("区县", vocabulary.districts.get(row.district).zh if row.district else None),
                ("预算", format_wan_range(row.budget_low_fen, row.budget_high_fen)),
            ],
            "tags": list(row.task_words)[:3],
        }
        for row in chosen[:NEWEST]
    ]


def list_newest_notices(actor: Actor) -> list[dict[str, Any]]:
    """The newest notices for the list on the first page."""
    page = publishing.list_notices(actor)
    return [
        {
            "title": notice.title,
            "url": url_for("notices.detail", notice_id=notice.id),
            "date": notice.published_at,
            "kind": None,
        }
        for notice in list(page.items)[:NEWEST]
    ]


def list_scene_awards() -> list[dict[str, str | bool]]:
    """The two yearly programmes: how many, which share, up to how much, which clause."""
    law, today = get_law(), clock.today()
    awards: list[dict[str, str | bool]] = []
    for instrument_id, label in SCENE_AWARDS.items():
        document, instrument = law.instrument_on(instrument_id, today)
        percent = document.number_on(f"{instrument_id}.rate", today) * 100
        cap = document.money_on(f"{instrument_id}.cap", today)
        awards.append(
            {
                "label": label,
                "quota": str(document.number_on(f"{instrument_id}.quota", today)),
                "rate": f"{percent}%",
                "cap": group_yuan(cap).removesuffix(".00"),
                "clause": document.cite_in_full(instrument.clause),
                "url": url_for("policies.document", document_id=document.id),
                "binding": law.is_binding(document, today),
            }
        )
    return awards
