"""A firm's acts on its answer, up to the listing's deadline."""

from __future__ import annotations

from matchmaker import clock, outbox
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.db import db, lock_row
from matchmaker.demands.lifecycle.operations import mark_answered
from matchmaker.demands.models import DemandListing
from matchmaker.demands.rules import OPEN_STATUSES, STATUS_LABELS
from matchmaker.engagement.answers import queries
from matchmaker.engagement.answers.models import Answer, AnswerProduct
from matchmaker.engagement.answers.permissions import ANSWER, WITHDRAW
from matchmaker.engagement.answers.rules import (
    RESUBMITTED_FROM,
    TEXT_MAX,
    TEXT_MIN,
    AnswerContent,
    Step,
    check_content,
    next_state,
)
from matchmaker.engagement.rules import check_not_passed, clean_text
from matchmaker.errors import Conflict, InvalidInput
from matchmaker.suppliers import queries as suppliers
from matchmaker.suppliers.models import Product, Supplier
from matchmaker.suppliers.rules import ProfileState

SUBJECT = "listing_answer"


def submit_answer(
    actor: Actor, listing: DemandListing, content: AnswerContent, *, version: int = 0
) -> Answer:
    """Hand in an answer, or change the one that stands; sealed until the deadline has passed.

    ``version`` is the answer's that the form was filled from, 0 where there was none. The trail
    keeps that it was handed in, never what it says.
    """
    require(actor, ANSWER, listing)
    _check_taking(listing, "应答")
    supplier = suppliers.get_own_supplier(actor)
    check_content(content, list_modes(listing))
    products = _own_products(actor, supplier, content)
    answer = queries.find_own(actor, listing)
    if (answer.version if answer else 0) != version:
        raise Conflict("answer_changed", "应答刚刚被同事修改，请刷新页面后再改。")
    if answer is None:
        answer = Answer(listing_id=listing.id, supplier_id=supplier.id, version=0)
        answer.organisation_id = supplier.organisation_id or 0
        answer.is_demo = listing.is_demo
        action = "answers.submit"
    elif answer.state in RESUBMITTED_FROM:
        answer.state, action = next_state(answer.state, Step.RESUBMIT), "answers.submit"
    else:
        answer.state, action = next_state(answer.state, Step.EDIT), "answers.change"
    _write(actor, answer, listing, content, products)
    if action == "answers.submit":
        mark_answered(actor, listing)
        outbox.send("engagement.answer_received", answer_id=answer.id, code=listing.code)
    record(actor, action, SUBJECT, answer.id, demand=listing.code, version=answer.version)
    return answer


def withdraw_answer(actor: Actor, answer: Answer) -> Answer:
    """Take an answer back before the deadline; the owner never learns what it said."""
    require(actor, WITHDRAW, answer)
    _check_taking(answer.listing, "撤回应答")
    answer.state = next_state(answer.state, Step.WITHDRAW)
    answer.version += 1
    answer.changed_at = clock.now()
    db.session.flush()
    record(actor, "answers.withdraw", SUBJECT, answer.id, demand=answer.listing.code)
    outbox.send("engagement.answer_withdrawn", answer_id=answer.id, code=answer.listing.code)
    return answer


def list_modes(listing: DemandListing) -> list[str]:
    """The modes that an answer may name: the owner's, or all that can be chosen."""
    stated = [row.mode for row in listing.modes]
    return stated or [mode.id for mode in load_vocabulary().modes if mode.selectable]


def _check_taking(listing: DemandListing, act: str) -> None:
    lock_row(listing)
    today = clock.today()
    check_not_passed(listing.deadline, today, act)
    if listing.status not in OPEN_STATUSES:
        raise Conflict(
            "listing_closed",
            "这条需求的状态为“{status}”，不能再{act}。",
            status=STATUS_LABELS[listing.status],
            act=act,
        )
    if queries.is_opened(listing, today):
        raise Conflict("answers_opened", "这条需求的应答已经开启，不能再{act}。", act=act)


def _own_products(actor: Actor, supplier: Supplier, content: AnswerContent) -> list[Product]:
    found = suppliers.list_products_by_code(actor, content.products)
    wanted = [found.get(code) for code in dict.fromkeys(content.products)]
    products = [
        product
        for product in wanted
        if product
        and product.supplier_id == supplier.id
        and product.state == ProfileState.PUBLISHED
    ]
    if len(products) != len(wanted):
        raise InvalidInput("products", "只能选择本企业已发布的产品。", field="products")
    return products


def _write(
    actor: Actor,
    answer: Answer,
    listing: DemandListing,
    content: AnswerContent,
    products: list[Product],
) -> None:
    if listing.deadline is None or content.amount_fen is None or content.delivery_days is None:
        raise InvalidInput("incomplete", "应答不完整，请补充后提交。")
    answer.mode = content.mode
    answer.amount_fen = content.amount_fen
    answer.delivery_days = content.delivery_days
    answer.text = clean_text(
        content.text, field="text", label="应答说明", low=TEXT_MIN, high=TEXT_MAX
    )
    answer.submitted_by = actor.user_id
    answer.sealed_until = listing.deadline
    answer.outcome_reason, answer.outcome_at = "", None
    answer.opened_at = None
    answer.changed_at = clock.now()
    answer.version += 1
    if answer.id is not None:
        answer.products = []
        db.session.flush()  # the old rows go before new ones of the same product come
    answer.products = [
        AnswerProduct(product_id=product.id, position=place)
        for place, product in enumerate(products)
    ]
    db.session.add(answer)
    db.session.flush()
