"""A small market for the tests: the firm's own profile with one product, and a compiled one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker.actor import Actor
from matchmaker.audit.models import AuditEntry
from matchmaker.catalogue.concepts import ProductClass
from matchmaker.db import db, write_tx
from matchmaker.outbox import OutboxMessage
from matchmaker.suppliers import operations, queries
from matchmaker.suppliers.facts import ProductFacts, SupplierFacts
from matchmaker.suppliers.models import Product, Supplier
from matchmaker.suppliers.rules import ProfileState
from tests.people import People

FIRM = SupplierFacts(
    legal_name="丙方机器人有限公司",
    short_name="丙方机器人",
    kind=ProductClass.WHOLE_ROBOT,
    city="hangzhou",
    district="binjiang",
    founded_year=2016,
    introduction="专做巡检机器人。",
    modes=("purchase", "raas"),
)
DOG = ProductFacts(
    model="巡检一号",
    form="quadruped",
    description="四足巡检机器人，可在变电所内自主行走并抄读仪表。",
    sectors=("municipal-inspection",),
    tasks=("inspection-round",),
    modes=("purchase", "short-term-rental"),
)


def make_firm(actor: Actor, facts: SupplierFacts = FIRM) -> Supplier:
    """A published profile of the actor's own unit."""
    supplier = operations.create_supplier(actor, facts)
    operations.publish_supplier(actor, supplier)
    return supplier


def make_product(actor: Actor, facts: ProductFacts = DOG, *, published: bool = True) -> Product:
    """A product of the actor's own firm, which is made when it is missing."""
    supplier = queries.find_own_supplier(actor) or make_firm(actor)
    product = operations.create_product(actor, supplier, facts)
    if published:
        operations.publish_product(actor, product)
    return product


def make_compiled_supplier(code: str = "S900", name: str = "某机器人公司") -> Supplier:
    """A published profile that nobody has claimed."""
    supplier = Supplier(
        code=code,
        legal_name=name,
        short_name=name,
        kind=ProductClass.WHOLE_ROBOT,
        sources=["https://example.org/firm"],
        unverified_fields=["legal_name"],
        is_demo=True,
        state=ProfileState.PUBLISHED,
    )
    db.session.add(supplier)
    db.session.flush()
    return supplier


@contextmanager
def world(app: Flask) -> Iterator[Session]:
    """One write transaction in the application's context."""
    with app.app_context(), write_tx() as session:
        yield session


def prepare(app: Flask, people: People) -> str:
    """The firm with one published product; returns the product's code."""
    with world(app):
        return make_product(people.firm).code


def count_acts(session: Session, action: str) -> int:
    """How many entries of the trail name the action."""
    query = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == action)
    return session.scalar(query) or 0


def list_messages(session: Session, topic: str) -> list[dict[str, object]]:
    """The payloads of a topic, oldest first."""
    query = select(OutboxMessage.payload).where(OutboxMessage.topic == topic)
    return list(session.scalars(query.order_by(OutboxMessage.id)))
