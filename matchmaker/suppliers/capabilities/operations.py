"""Acts on a product's figures and prices. What a firm writes is claimed until it is proven."""

from __future__ import annotations

from sqlalchemy import select

from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.catalogue.concepts import Attribute, AttributeKind
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.db import db
from matchmaker.errors import Conflict, InvalidInput, NotFound
from matchmaker.suppliers.models import Capability, Price, Product, ProductMode
from matchmaker.suppliers.operations import announce_change
from matchmaker.suppliers.permissions import EDIT, WRITE_PRODUCT
from matchmaker.suppliers.rules import Evidence
from matchmaker.suppliers.values import parse_value
from matchmaker.suppliers.verification.queries import has_open_verification

#: Largest price: a hundred million yuan.
PRICE_MAX_FEN = 10_000_000_000


def list_editable_attributes() -> tuple[Attribute, ...]:
    """The attributes that a firm states itself.

    Not among them: derived ones, certificates and prices, which have tables of their own.
    """
    return tuple(
        attribute
        for attribute in load_vocabulary().attributes
        if not attribute.derived
        and attribute.id != "certificates"
        and attribute.kind is not AttributeKind.MONEY
    )


def set_capability(actor: Actor, product: Product, *, attribute: str, text: str) -> Capability:
    """State a figure; a changed one loses its proof, an unverified one becomes the firm's word."""
    require(actor, WRITE_PRODUCT, product)
    definition = _editable(attribute)
    value = parse_value(definition, text)
    capability = _find_capability(product, definition.id)
    if capability is None:
        capability = Capability(
            product_id=product.id, attribute=definition.id, value=value, sources=[]
        )
        capability.evidence = Evidence.CLAIMED
        product.capabilities.append(capability)
    elif capability.value == value and capability.evidence is not Evidence.UNVERIFIED:
        return capability
    else:
        _restate(capability, value)
    db.session.flush()
    record(
        actor,
        "suppliers.set_capability",
        "product",
        product.code,
        attribute=definition.id,
        value=capability.value,
    )
    announce_change(product)
    return capability


def _restate(capability: Capability, value: object) -> None:
    _check_no_open_verification(capability)
    if capability.value != value:
        capability.value = value  # type: ignore[assignment]
        capability.sources = []
    capability.evidence = Evidence.CLAIMED
    capability.proven_until = None


def remove_capability(actor: Actor, product: Product, *, attribute: str) -> None:
    """Take a figure back."""
    require(actor, EDIT, product)
    capability = _find_capability(product, attribute)
    if capability is None:
        raise NotFound("capability_missing", "该产品没有填写这一项指标。")
    _check_no_open_verification(capability)
    product.capabilities.remove(capability)
    db.session.flush()
    record(actor, "suppliers.remove_capability", "product", product.code, attribute=attribute)
    announce_change(product)


def set_price(
    actor: Actor, product: Product, *, mode: str, amount_fen: int, note: str = ""
) -> Price:
    """State what the product costs in a mode, per the mode's unit; a priced mode is on offer."""
    require(actor, WRITE_PRODUCT, product)
    found = load_vocabulary().mode(mode)
    if not found.selectable:
        raise InvalidInput(
            "mode_not_selectable", "“{mode}”不能单独报价。", field="mode", mode=found.zh
        )
    if not 0 < amount_fen <= PRICE_MAX_FEN:
        raise InvalidInput("price_range", "价格应大于 0，且不超过 1 亿元。", field="amount")
    if len(note) > 200:
        raise InvalidInput("price_note", "价格说明不超过 200 字。", field="note")
    price = _find_price(product, found.id)
    if price is None:
        price = Price(product_id=product.id, mode=found.id)
        product.prices.append(price)
    elif price.amount_fen != amount_fen:
        price.sources = []
    price.amount_fen, price.note, price.evidence = amount_fen, note.strip(), Evidence.CLAIMED
    if found.id not in {row.mode for row in product.modes}:
        product.modes.append(ProductMode(mode=found.id, evidence=Evidence.CLAIMED))
    db.session.flush()
    record(
        actor,
        "suppliers.set_price",
        "product",
        product.code,
        mode=found.id,
        amount_fen=amount_fen,
    )
    announce_change(product)
    return price


def remove_price(actor: Actor, product: Product, *, mode: str) -> None:
    """Take the price of a mode back."""
    require(actor, EDIT, product)
    price = _find_price(product, mode)
    if price is None:
        raise NotFound("price_missing", "该产品没有这种合作方式的报价。")
    product.prices.remove(price)
    db.session.flush()
    record(actor, "suppliers.remove_price", "product", product.code, mode=mode)
    announce_change(product)


def _editable(attribute: str) -> Attribute:
    found = next((item for item in list_editable_attributes() if item.id == attribute), None)
    if found is None:
        raise InvalidInput(
            "attribute_unknown",
            "“{attribute}”不是可以填写的指标。",
            field="attribute",
            attribute=attribute[:60],
        )
    return found


def _find_capability(product: Product, attribute: str) -> Capability | None:
    return db.session.scalar(
        select(Capability).where(
            Capability.product_id == product.id, Capability.attribute == attribute
        )
    )


def _find_price(product: Product, mode: str) -> Price | None:
    return db.session.scalar(
        select(Price).where(Price.product_id == product.id, Price.mode == mode)
    )


def _check_no_open_verification(capability: Capability) -> None:
    if has_open_verification(capability_id=capability.id):
        raise Conflict("verification_open", "该指标正在核验，请待核验结束或撤回核验申请后再修改。")
