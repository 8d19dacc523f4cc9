"""Table of claims."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Enum, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker import clock
from matchmaker.accounts.models import Organisation
from matchmaker.db import Model
from matchmaker.suppliers.models import Supplier


class ClaimState(StrEnum):
    """The life of a claim."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    RECALLED = "recalled"


STATE_LABELS = {
    ClaimState.SUBMITTED: "待审核",
    ClaimState.APPROVED: "已通过",
    ClaimState.REJECTED: "未通过",
    ClaimState.RECALLED: "已撤回",
}
_OPEN = text("state = 'SUBMITTED'")


class ProfileClaim(Model):
    """A unit says that a compiled profile is its own. One open claim per unit."""

    __tablename__ = "profile_claim"
    __table_args__ = (
        Index(
            "uq_profile_claim_open_organisation",
            "organisation_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    submitted_at: Mapped[datetime] = mapped_column(default=clock.now)
    position: Mapped[str] = mapped_column(String(60))
    statement: Mapped[str] = mapped_column(Text)
    state: Mapped[ClaimState] = mapped_column(
        Enum(ClaimState, native_enum=False, length=12), default=ClaimState.SUBMITTED, index=True
    )
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    opinion: Mapped[str] = mapped_column(Text, default="")

    supplier: Mapped[Supplier] = relationship()
    organisation: Mapped[Organisation] = relationship()
