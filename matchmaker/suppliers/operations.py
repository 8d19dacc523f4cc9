"""Acts on a firm's profile and its products."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from matchmaker import clock
from matchmaker.accounts.permissions import require
from matchmaker.accounts.queries import get_organisation
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db, lock
from matchmaker.errors import Conflict, InvalidInput
from matchmaker.outbox import send
from matchmaker.suppliers import indexing, queries
from matchmaker.suppliers.claims.queries import find_open_claim_of
from matchmaker.suppliers.facts import (
    ProductFacts,
    SupplierFacts,
    check_product_facts,
    check_reason,
    check_supplier_facts,
)
from matchmaker.suppliers.models import (
    Product,
    ProductMode,
    ProductSector,
    ProductTask,
    Supplier,
    SupplierMode,
)
from matchmaker.suppliers.permissions import (
    CREATE_SUPPLIER,
    EDIT,
    WITHDRAW,
    WRITE_PRODUCT,
)
from matchmaker.suppliers.rules import Evidence, ProfileState, Step, next_state

ModeRow = TypeVar("ModeRow", SupplierMode, ProductMode)


def create_supplier(actor: Actor, facts: SupplierFacts) -> Supplier:
    """Make the profile of the actor's own unit, as a draft."""
    require(actor, CREATE_SUPPLIER)
    lock(db.session(), "supplier_code")
    if queries.find_own_supplier(actor) is not None:
        raise Conflict("supplier_exists", "贵单位已有企业资料，请直接修改。")
    if actor.organisation_id and find_open_claim_of(actor.organisation_id) is not None:
        raise Conflict(
            "claim_open",
            "贵单位认领已有企业资料的申请还在审核。请等待结果；如需新建，请先撤回认领申请。",
        )
    check_supplier_facts(facts, today=clock.today())
    supplier = Supplier(
        code=queries.next_supplier_code(),
        organisation_id=actor.organisation_id,
        claimed_at=clock.now(),
        is_demo=False,
        state=ProfileState.DRAFT,
    )
    _write_supplier(supplier, facts)
    db.session.add(supplier)
    db.session.flush()
    record(actor, "suppliers.create", "supplier", supplier.code, name=supplier.legal_name)
    return supplier


def edit_supplier(actor: Actor, supplier: Supplier, facts: SupplierFacts) -> Supplier:
    """Change what the firm says of itself; everything it sent is its own word from now on."""
    require(actor, EDIT, supplier)
    check_supplier_facts(facts, today=clock.today())
    changed = _write_supplier(supplier, facts)
    supplier.is_demo = supplier.is_demo and _is_still_demo(supplier)
    db.session.flush()
    record(actor, "suppliers.edit", "supplier", supplier.code, fields=changed)
    if supplier.state is ProfileState.PUBLISHED:
        indexing.index_suppliers([supplier])
    for product in _published_products(supplier):
        announce_change(product)
    return supplier


def publish_supplier(actor: Actor, supplier: Supplier) -> None:
    """Show the firm's page to everybody."""
    require(actor, EDIT, supplier)
    supplier.state = next_state(supplier.state, Step.PUBLISH)
    db.session.flush()
    record(actor, "suppliers.publish", "supplier", supplier.code)
    indexing.index_suppliers([supplier])


def withdraw_supplier(actor: Actor, supplier: Supplier, *, reason: str) -> None:
    """Take the firm's page and all its products off the site."""
    require(actor, WITHDRAW, supplier)
    check_reason(reason)
    supplier.state = next_state(supplier.state, Step.WITHDRAW)
    for product in _published_products(supplier):
        withdraw_product(actor, product, reason=reason)
    db.session.flush()
    record(actor, "suppliers.withdraw", "supplier", supplier.code, reason=reason)
    indexing.remove_supplier(supplier)


def create_product(actor: Actor, supplier: Supplier, facts: ProductFacts) -> Product:
    """Add a product of the actor's own firm, or of one that nobody has claimed, as a draft."""
    require(actor, WRITE_PRODUCT, supplier)
    lock(db.session(), f"supplier:{supplier.code}")
    check_product_facts(facts)
    _check_model_free(supplier.id, facts.model, other_than=None)
    product = Product(
        code=queries.next_product_code(supplier),
        supplier_id=supplier.id,
        is_demo=False,
        state=ProfileState.DRAFT,
    )
    _write_product(product, facts)
    db.session.add(product)
    db.session.flush()
    record(actor, "suppliers.create_product", "product", product.code, model=product.model)
    return product


def edit_product(actor: Actor, product: Product, facts: ProductFacts) -> Product:
    """Change a product; a published one changes on the site at once."""
    require(actor, WRITE_PRODUCT, product)
    check_product_facts(facts)
    _check_model_free(product.supplier_id, facts.model, other_than=product.id)
    _write_product(product, facts)
    product.is_demo = product.is_demo and _is_still_demo(product.supplier)
    if product.state is ProfileState.PUBLISHED:
        check_publishable(product)
    db.session.flush()
    record(actor, "suppliers.edit_product", "product", product.code, model=product.model)
    announce_change(product)
    return product


def publish_product(actor: Actor, product: Product) -> None:
    """Show the product to everybody and let it be matched."""
    require(actor, WRITE_PRODUCT, product)
    check_publishable(product)
    product.state = next_state(product.state, Step.PUBLISH)
    product.published_at = clock.now()
    db.session.flush()
    record(actor, "suppliers.publish_product", "product", product.code)
    indexing.index_products([product])
    send("suppliers.product_published", product_id=product.code)


def withdraw_product(actor: Actor, product: Product, *, reason: str) -> None:
    """Take the product off the site and out of matching."""
    require(actor, WITHDRAW, product)
    check_reason(reason)
    product.state = next_state(product.state, Step.WITHDRAW)
    db.session.flush()
    record(actor, "suppliers.withdraw_product", "product", product.code, reason=reason)
    indexing.remove_product(product)
    send("suppliers.product_withdrawn", product_id=product.code)


def announce_change(product: Product) -> None:
    """Tell search and the rooms above that a published product changed."""
    product.updated_at = clock.now()
    if product.state is ProfileState.PUBLISHED:
        indexing.index_products([product])
        send("suppliers.product_changed", product_id=product.code)


def _published_products(supplier: Supplier) -> list[Product]:
    return [item for item in supplier.products if item.state is ProfileState.PUBLISHED]


def _write_supplier(supplier: Supplier, facts: SupplierFacts) -> list[str]:
    fields = (
        "legal_name",
        "short_name",
        "kind",
        "city",
        "district",
        "other_district",
        "founded_year",
        "introduction",
        "website",
    )
    changed = [name for name in fields if getattr(supplier, name) != getattr(facts, name)]
    for name in changed:
        setattr(supplier, name, getattr(facts, name))
    supplier.unverified_fields = []
    supplier.modes = _restate_modes(SupplierMode, supplier.modes, facts.modes)
    return changed


def _write_product(product: Product, facts: ProductFacts) -> None:
    product.model = facts.model
    product.form = facts.form
    product.description = facts.description
    product.task_words = list(facts.task_words)
    sectors = {row.sector: row for row in product.sectors}
    product.sectors = [sectors.get(s) or ProductSector(sector=s) for s in facts.sectors]
    tasks = {row.task: row for row in product.tasks}
    product.tasks = [tasks.get(t) or ProductTask(task=t) for t in facts.tasks]
    for position, row in enumerate(product.sectors):
        row.position = position
    for position, task in enumerate(product.tasks):
        task.position = position
    product.modes = _restate_modes(ProductMode, product.modes, facts.modes)


def _restate_modes(
    table: type[ModeRow], present: Sequence[ModeRow], wanted: Sequence[str]
) -> list[ModeRow]:
    """The modes as the firm says them now: none of them is unverified any longer."""
    kept = {row.mode: row for row in present}
    rows = [kept.get(mode) or table(mode=mode) for mode in wanted]
    for row in rows:
        row.evidence = Evidence.CLAIMED
    return rows


def _is_still_demo(supplier: Supplier) -> bool:
    """Compiled data stays marked while only a demonstration account has touched it."""
    if supplier.organisation_id is None:
        return True
    organisation = get_organisation(supplier.organisation_id)
    return organisation is not None and organisation.is_demo


def check_publishable(product: Product) -> None:
    """Raise ``InvalidInput`` naming what a product lacks before others may see it."""
    if product.supplier.state is not ProfileState.PUBLISHED:
        raise Conflict("supplier_unpublished", "请先发布企业资料，再发布产品。")
    missing = list_missing(product)
    if missing:
        raise missing[0]


def list_missing(product: Product) -> list[InvalidInput]:
    """What a product lacks before others may see it, each naming its field."""
    missing = []
    if not product.tasks:
        missing.append(InvalidInput("tasks_missing", "请至少选择一项能承担的任务。", field="tasks"))
    if len(product.description.strip()) < 10:
        missing.append(
            InvalidInput(
                "description_short", "产品说明请至少写 10 个字，供需求方了解。", field="description"
            )
        )
    return missing


def _check_model_free(supplier_id: int, model: str, *, other_than: int | None) -> None:
    if queries.is_model_taken(supplier_id, model, other_than=other_than):
        raise Conflict("model_taken", "贵单位已有型号为“{model}”的产品。", model=model)
