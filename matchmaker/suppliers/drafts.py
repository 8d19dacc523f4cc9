"""A firm's own draft that nothing hangs on: it may be deleted, so that another can be claimed."""

from __future__ import annotations

from sqlalchemy import select

from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db, lock
from matchmaker.errors import Conflict
from matchmaker.suppliers.claims.models import ProfileClaim
from matchmaker.suppliers.library.models import KeyProject, LibraryEntry
from matchmaker.suppliers.models import Certificate, Product, Supplier
from matchmaker.suppliers.permissions import EDIT
from matchmaker.suppliers.rules import ProfileState
from matchmaker.suppliers.showcase.models import Case, Solution
from matchmaker.suppliers.verification.models import Verification
from matchmaker.suppliers.wishes.models import SupplierWish

#: What may hang on a profile in this room; what rooms above keep needs a published product.
HANGING = (
    Product,
    Certificate,
    Case,
    Solution,
    Verification,
    SupplierWish,
    LibraryEntry,
    KeyProject,
    ProfileClaim,
)


def is_empty_draft(supplier: Supplier) -> bool:
    """True for a draft that was never claimed by anybody and that nothing hangs on."""
    return supplier.state is ProfileState.DRAFT and not any(
        db.session.scalar(select(table.id).where(table.supplier_id == supplier.id).limit(1))
        for table in HANGING
    )


def discard_draft(actor: Actor, supplier: Supplier) -> None:
    """Delete the firm's own empty draft; raises Conflict for anything else."""
    require(actor, EDIT, supplier)
    lock(db.session(), f"supplier:{supplier.code}")
    if not is_empty_draft(supplier):
        raise Conflict(
            "draft_in_use",
            "只能删除未公开、没有产品、案例、方案和证书，也没有办理过认领的企业资料。",
        )
    code, name = supplier.code, supplier.legal_name
    db.session.delete(supplier)
    db.session.flush()
    record(actor, "suppliers.discard_draft", "supplier", code, name=name)
