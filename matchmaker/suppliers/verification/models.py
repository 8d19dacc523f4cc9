"""Table of verifications."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Enum, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker import clock
from matchmaker.db import Model
from matchmaker.suppliers.models import Capability, Certificate, Product, Supplier
from matchmaker.suppliers.proofs.models import TestRecord
from matchmaker.suppliers.verification.rules import VerificationState

#: At most one undecided verification of a fact; the names are those of the enum's members.
_OPEN = text("state IN ('SUBMITTED', 'ASSIGNED')")


class Verification(Model):
    """A firm's request to have one fact verified: a figure, a certificate or a test.

    The fact may be removed once the verification is closed; ``fact_label`` stays. ``fact_value``
    is what was to be verified when it was asked; ``assigned_to`` is a test centre's organisation,
    None while the bureau itself verifies.
    """

    __tablename__ = "verification"
    __table_args__ = (
        CheckConstraint(
            "CASE WHEN capability_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN certificate_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN test_id IS NULL THEN 0 ELSE 1 END <= 1",
            name="one_fact",
        ),
        Index(
            "uq_verification_open_capability",
            "capability_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index(
            "uq_verification_open_certificate",
            "certificate_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index(
            "uq_verification_open_test",
            "test_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"), index=True)
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"), index=True)
    capability_id: Mapped[int | None] = mapped_column(
        ForeignKey("capability.id", ondelete="SET NULL"), index=True
    )
    certificate_id: Mapped[int | None] = mapped_column(
        ForeignKey("certificate.id", ondelete="SET NULL"), index=True
    )
    test_id: Mapped[int | None] = mapped_column(
        ForeignKey("test_record.id", ondelete="SET NULL"), index=True
    )
    fact_label: Mapped[str] = mapped_column(String(200))
    fact_value: Mapped[dict[str, Any]] = mapped_column(JSON)
    statement: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[VerificationState] = mapped_column(
        Enum(VerificationState, native_enum=False, length=12),
        default=VerificationState.SUBMITTED,
        index=True,
    )
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    submitted_at: Mapped[datetime] = mapped_column(default=clock.now)
    due_on: Mapped[date] = mapped_column(index=True)
    assigned_to: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    proven_until: Mapped[date | None]
    opinion: Mapped[str] = mapped_column(Text, default="")
    #: When those in charge were last reminded that the decision is overdue.
    reminded_at: Mapped[datetime | None]

    supplier: Mapped[Supplier] = relationship()
    product: Mapped[Product | None] = relationship()
    capability: Mapped[Capability | None] = relationship()
    certificate: Mapped[Certificate | None] = relationship()
    test: Mapped[TestRecord | None] = relationship()
