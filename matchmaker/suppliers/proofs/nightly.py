"""Reminding firms of proofs that have ended or end soon."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import or_, select

from matchmaker import clock
from matchmaker.actor import BACKGROUND_JOB
from matchmaker.audit.operations import record
from matchmaker.db import db, write_tx
from matchmaker.outbox import send
from matchmaker.suppliers.models import Supplier
from matchmaker.suppliers.proofs.queries import list_ending_proofs

#: A firm hears of its proofs once in so long, not every night.
REMIND_AGAIN = timedelta(days=14)
#: A proof that ended longer ago is not spoken of any more.
FORGOTTEN = timedelta(days=60)


def remind_of_proofs() -> None:
    """Send ``suppliers.proofs_ending`` for each claimed firm with proofs to renew."""
    before = clock.now() - REMIND_AGAIN
    claimed = select(Supplier).where(
        Supplier.organisation_id.is_not(None),
        or_(Supplier.proofs_reminded_at.is_(None), Supplier.proofs_reminded_at <= before),
    )
    with write_tx():
        for supplier in db.session.scalars(claimed.order_by(Supplier.id)):
            _remind(supplier, clock.today())


def _remind(supplier: Supplier, today: date) -> None:
    proofs = list_ending_proofs(supplier.id, today=today)
    ending = [proof for proof in proofs if proof.until >= today - FORGOTTEN]
    if not ending:
        return
    supplier.proofs_reminded_at = clock.now()
    first = ending[0].until.isoformat()
    record(BACKGROUND_JOB, "proofs.remind", "supplier", supplier.id, count=len(ending), first=first)
    send(
        "suppliers.proofs_ending",
        supplier_id=supplier.id,
        code=supplier.code,
        count=len(ending),
        first=first,
    )
