"""What the search page shows, room by room; each room's own ``visible_to`` decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import url_for
from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from matchmaker import clock
from matchmaker.actor import Actor
from matchmaker.db import db
from matchmaker.demands import queries as demands
from matchmaker.demands.models import DemandListing
from matchmaker.policy.queries import get_law
from matchmaker.publishing import queries as publishing
from matchmaker.publishing.models import Notice
from matchmaker.search.queries import matching_ids, question_words
from matchmaker.suppliers import queries as suppliers
from matchmaker.suppliers.models import Product, Supplier

SHOWN = 6
EXCERPT = 90


@dataclass(frozen=True)
class Hit:
    """One thing found."""

    title: str
    url: str
    text: str


@dataclass(frozen=True)
class Group:
    """What one room has; ``more_url`` leads to its full, filtered list."""

    label: str
    total: int
    hits: list[Hit]
    more_url: str | None


def find_everywhere(actor: Actor, question: str) -> list[Group]:
    """The groups that hold something, in the order of the main menu."""
    finders: tuple[Callable[[Actor, str], Group], ...] = (
        _find_demands,
        _find_products,
        _find_firms,
        _find_clauses,
        _find_notices,
    )
    groups = [find(actor, question) for find in finders]
    return [group for group in groups if group.total]


def _find_demands(actor: Actor, question: str) -> Group:
    found = demands.visible_to(actor).where(
        DemandListing.code.in_(matching_ids("demand", question)),
        DemandListing.published_at.is_not(None),
    )
    rows = db.session.scalars(found.order_by(DemandListing.code).limit(SHOWN))
    hits = [
        Hit(row.title, url_for("public_demands.show", code=row.code), row.description)
        for row in rows
    ]
    total = db.session.scalar(select(func.count()).select_from(found.subquery())) or 0
    more = url_for("public_demands.index", q=question)
    return Group("场景需求", total, _cut(hits, question), more)


def _find_products(actor: Actor, question: str) -> Group:
    found = suppliers.visible_to(actor).where(Product.code.in_(matching_ids("product", question)))
    query = found.options(joinedload(Product.supplier)).order_by(Product.code).limit(SHOWN)
    hits = [
        Hit(
            f"{row.supplier.short_name} {row.model}",
            url_for("products.show", code=row.code),
            row.description,
        )
        for row in db.session.scalars(query)
    ]
    total = db.session.scalar(select(func.count()).select_from(found.subquery())) or 0
    return Group(
        "机器人产品", total, _cut(hits, question), url_for("suppliers.products", q=question)
    )


def _find_firms(actor: Actor, question: str) -> Group:
    found = suppliers.suppliers_visible_to(actor).where(
        Supplier.code.in_(matching_ids("supplier", question))
    )
    hits = [
        Hit(row.short_name, url_for("suppliers.show", code=row.code), row.legal_name)
        for row in db.session.scalars(found.order_by(Supplier.code).limit(SHOWN))
    ]
    total = db.session.scalar(select(func.count()).select_from(found.subquery())) or 0
    return Group("供给企业", total, _cut(hits, question), url_for("suppliers.index", q=question))


def _find_clauses(actor: Actor, question: str) -> Group:
    del actor  # the law is public
    law, words = get_law(), question_words(question)
    hits = [
        Hit(
            f"{document.title} {clause.number or clause.id} {clause.heading}".strip(),
            url_for("policies.document", document_id=document.id, _anchor=clause.id),
            clause.display_text,
        )
        for document in (law.document_on(id_, clock.today()) for id_ in law.document_ids)
        for clause in document.clauses
        if words and all(word.lower() in clause.text.lower() for word in words)
    ]
    return Group("政策条款", len(hits), _cut(hits[:SHOWN], question), url_for("policies.index"))


def _find_notices(actor: Actor, question: str) -> Group:
    query = publishing.visible_to(actor).where(Notice.published_at.is_not(None))
    for word in question_words(question):
        sign = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        pattern = f"%{sign}%"
        query = query.where(
            or_(Notice.title.like(pattern, escape="\\"), Notice.body.like(pattern, escape="\\"))
        )
    rows = db.session.scalars(query.order_by(Notice.published_at.desc())).all()
    rows = rows if question_words(question) else []
    hits = [
        Hit(row.title, url_for("notices.detail", notice_id=row.id), row.body)
        for row in rows[:SHOWN]
    ]
    return Group("公告公示", len(rows), _cut(hits, question), url_for("notices.index"))


def _cut(hits: list[Hit], question: str) -> list[Hit]:
    words = question_words(question)
    return [Hit(hit.title, hit.url, _excerpt(hit.text, words)) for hit in hits]


def _excerpt(text: str, words: list[str]) -> str:
    """The part of a text around the first word found."""
    flat = " ".join(text.split())
    places = [at for word in words if (at := flat.lower().find(word.lower())) >= 0]
    start = max(0, min(places, default=0) - EXCERPT // 3)
    piece = flat[start : start + EXCERPT]
    return f"{'…' if start else ''}{piece}{'…' if start + EXCERPT < len(flat) else ''}"
