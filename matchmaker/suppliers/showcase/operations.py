"""Acts on cases and solutions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matchmaker import clock
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.db import db
from matchmaker.errors import Conflict, InvalidInput
from matchmaker.outbox import send
from matchmaker.suppliers.facts import check_address, check_reason, check_text
from matchmaker.suppliers.models import Product, Supplier
from matchmaker.suppliers.permissions import EDIT, WITHDRAW
from matchmaker.suppliers.rules import ProfileState, Step, next_state
from matchmaker.suppliers.showcase.models import Case, Solution


@dataclass(frozen=True, kw_only=True)
class CaseFacts:
    """What a firm says of a case."""

    title: str
    sector: str
    place: str
    year: int
    summary: str
    effect: str = ""
    units: int | None = None
    source: str | None = None


@dataclass(frozen=True, kw_only=True)
class SolutionFacts:
    """What a firm says of a solution."""

    title: str
    sector: str
    summary: str
    content: str
    tasks: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()


def create_case(
    actor: Actor, supplier: Supplier, facts: CaseFacts, *, product: Product | None = None
) -> Case:
    """Add a case of the firm, as a draft."""
    require(actor, EDIT, supplier)
    case = Case(supplier_id=supplier.id, state=ProfileState.DRAFT)
    _write_case(case, supplier, facts, product)
    db.session.add(case)
    db.session.flush()
    record(actor, "suppliers.create_case", "case", case.id, supplier=supplier.code)
    return case


def edit_case(
    actor: Actor, case: Case, facts: CaseFacts, *, product: Product | None = None
) -> None:
    """Change a case."""
    require(actor, EDIT, case.supplier)
    _write_case(case, case.supplier, facts, product)
    db.session.flush()
    record(actor, "suppliers.edit_case", "case", case.id)


def create_solution(
    actor: Actor, supplier: Supplier, facts: SolutionFacts, *, products: Sequence[Product] = ()
) -> Solution:
    """Add a solution of the firm, as a draft."""
    require(actor, EDIT, supplier)
    solution = Solution(supplier_id=supplier.id, state=ProfileState.DRAFT)
    _write_solution(solution, supplier, facts, products)
    db.session.add(solution)
    db.session.flush()
    record(actor, "suppliers.create_solution", "solution", solution.id, supplier=supplier.code)
    return solution


def edit_solution(
    actor: Actor, solution: Solution, facts: SolutionFacts, *, products: Sequence[Product] = ()
) -> None:
    """Change a solution."""
    require(actor, EDIT, solution.supplier)
    _write_solution(solution, solution.supplier, facts, products)
    db.session.flush()
    record(actor, "suppliers.edit_solution", "solution", solution.id)


def publish_entry(actor: Actor, entry: Case | Solution) -> None:
    """Show a case or a solution to everybody."""
    require(actor, EDIT, entry.supplier)
    if entry.supplier.state is not ProfileState.PUBLISHED:
        raise Conflict("supplier_unpublished", "请先发布企业资料。")
    entry.state = next_state(entry.state, Step.PUBLISH)
    if isinstance(entry, Solution):
        entry.published_at = clock.now()
    _note(actor, entry, "publish")


def withdraw_entry(actor: Actor, entry: Case | Solution, *, reason: str) -> None:
    """Take a case or a solution off the site."""
    require(actor, WITHDRAW, entry.supplier)
    check_reason(reason)
    entry.state = next_state(entry.state, Step.WITHDRAW)
    _note(actor, entry, "withdraw", reason=reason)


def _note(actor: Actor, entry: Case | Solution, act: str, **data: str) -> None:
    kind = "case" if isinstance(entry, Case) else "solution"
    db.session.flush()
    record(actor, f"suppliers.{act}_{kind}", kind, entry.id, **data)
    send(f"suppliers.{kind}_{act}", id=entry.id)


def _write_case(case: Case, supplier: Supplier, facts: CaseFacts, product: Product | None) -> None:
    check_text(facts.title, "title", "案例名称", 4, 120)
    check_text(facts.place, "place", "应用地点", 2, 120)
    check_text(facts.summary, "summary", "案例介绍", 10, 3000)
    check_text(facts.effect, "effect", "应用成效", 0, 1000)
    if not 2000 <= facts.year <= clock.today().year:
        raise InvalidInput("year", "请填写真实的投用年份。", field="year")
    if facts.units is not None and not 0 < facts.units <= 100_000:
        raise InvalidInput("units", "台数应为大于 0 的整数。", field="units")
    check_address(facts.source, "source")
    _check_own(supplier, () if product is None else (product,))
    case.title, case.place = facts.title.strip(), facts.place.strip()
    case.sector = load_vocabulary().sector(facts.sector).id
    case.year, case.units = facts.year, facts.units
    case.summary, case.effect = facts.summary.strip(), facts.effect.strip()
    case.source = facts.source
    case.product_id = product.id if product else None


def _write_solution(
    solution: Solution, supplier: Supplier, facts: SolutionFacts, products: Sequence[Product]
) -> None:
    check_text(facts.title, "title", "方案名称", 4, 120)
    check_text(facts.summary, "summary", "方案摘要", 10, 300)
    check_text(facts.content, "content", "方案内容", 20, 5000)
    _check_own(supplier, products)
    vocabulary = load_vocabulary()
    solution.title, solution.summary = facts.title.strip(), facts.summary.strip()
    solution.content = facts.content.strip()
    solution.sector = vocabulary.sector(facts.sector).id
    solution.tasks = [vocabulary.task(task).id for task in facts.tasks]
    solution.modes = [vocabulary.mode(mode).id for mode in facts.modes]
    solution.products = list(products)


def _check_own(supplier: Supplier, products: Sequence[Product]) -> None:
    if any(product.supplier_id != supplier.id for product in products):
        raise InvalidInput("product_of_other_firm", "只能选择本企业的产品。", field="products")
