"""Acts on private wishes. The trail notes that wishes changed, never what they say."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete

from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.db import db
from matchmaker.errors import InvalidInput
from matchmaker.suppliers.models import Supplier
from matchmaker.suppliers.rules import WISH_LABELS, Wish, WishKind
from matchmaker.suppliers.wishes.models import SupplierWish
from matchmaker.suppliers.wishes.permissions import KEEP_WISHES

AMOUNT_KINDS = frozenset({WishKind.MIN_BUDGET_FEN, WishKind.MIN_UNITS})
AMOUNT_MAX = 100_000_000_000


def set_wishes(actor: Actor, supplier: Supplier, wishes: Sequence[Wish]) -> None:
    """Replace the firm's wishes; an empty sequence removes them."""
    require(actor, KEEP_WISHES, supplier)
    if len({wish.kind for wish in wishes}) != len(wishes):
        raise InvalidInput("wish_repeated", "每种接单条件只能填写一次。")
    for wish in wishes:
        _check(wish)
    db.session.execute(delete(SupplierWish).where(SupplierWish.supplier_id == supplier.id))
    db.session.add_all(
        SupplierWish(
            supplier_id=supplier.id, kind=wish.kind, amount=wish.amount, ids=sorted(wish.ids)
        )
        for wish in wishes
    )
    db.session.flush()
    record(actor, "suppliers.set_wishes", "supplier", supplier.code)


def _check(wish: Wish) -> None:
    label = WISH_LABELS[wish.kind]
    if wish.kind in AMOUNT_KINDS:
        if not 0 < wish.amount <= AMOUNT_MAX:
            raise InvalidInput(
                "wish_amount", "“{label}”应大于 0。", field=wish.kind.value, label=label
            )
        return
    vocabulary = load_vocabulary()
    known: dict[WishKind, frozenset[str]] = {
        WishKind.ONLY_SECTORS: vocabulary.sectors.ids,
        WishKind.NOT_SECTORS: vocabulary.sectors.ids,
        WishKind.ONLY_DISTRICTS: vocabulary.districts.ids,
        WishKind.ONLY_MODES: vocabulary.modes.ids,
    }
    if not wish.ids or not wish.ids <= known[wish.kind]:
        raise InvalidInput(
            "wish_ids", "“{label}”请从列表中选择。", field=wish.kind.value, label=label
        )
