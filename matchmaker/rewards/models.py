"""Tables of claims and of what follows from them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Enum,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker import clock
from matchmaker.accounts.models import Organisation
from matchmaker.db import Fen, Model
from matchmaker.funding.models import Ledger
from matchmaker.rewards.rules import ClaimStatus, ClawbackState
from matchmaker.rewards.walls import LOCKS
from matchmaker.selection.walls import listen_for_triggers

_LIVE = "status NOT IN ('WITHDRAWN', 'REJECTED')"


class Claim(Model):
    """One claim of one instrument by one unit, for one piece of work."""

    __tablename__ = "reward_claim"
    __table_args__ = (
        #: A scene is claimed once under an instrument; what ended without money may be tried again.
        Index(
            "uq_reward_claim_designation",
            "instrument",
            "designation_id",
            unique=True,
            sqlite_where=text(_LIVE),
            postgresql_where=text(_LIVE),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(30), unique=True)
    instrument: Mapped[str] = mapped_column(String(20), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    project: Mapped[str] = mapped_column(String(200))
    #: Claims and imported awards with the same key are for one piece of work.
    work_key: Mapped[str] = mapped_column(String(120), index=True)
    #: The designated scene, for the scene awards (selection_designation.id).
    designation_id: Mapped[int | None] = mapped_column(index=True)
    ledger_id: Mapped[int | None] = mapped_column(ForeignKey("investment_ledger.id"))
    stated_facts: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    status: Mapped[ClaimStatus] = mapped_column(
        Enum(ClaimStatus, native_enum=False, length=16), default=ClaimStatus.DRAFT, index=True
    )
    status_note: Mapped[str] = mapped_column(Text, default="")
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    submitted_at: Mapped[datetime | None]
    is_demo: Mapped[bool] = mapped_column(default=False)

    organisation: Mapped[Organisation] = relationship()
    ledger: Mapped[Ledger | None] = relationship()
    determinations: Mapped[list[Determination]] = relationship(order_by="Determination.id")

    @property
    def determination(self) -> Determination | None:
        """The newest determination; it supersedes the earlier ones."""
        return self.determinations[-1] if self.determinations else None


class Determination(Model):
    """A computed award with its receipt; never edited, a newer one supersedes it."""

    __tablename__ = "reward_determination"
    __table_args__ = (
        CheckConstraint("payable_fen >= 0 AND payable_fen <= award_fen", name="payable"),
        CheckConstraint("approved_by IS NULL OR approved_by <> proposed_by", name="second_person"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("reward_claim.id"), index=True)
    receipt: Mapped[bytes] = mapped_column(LargeBinary)
    receipt_sha256: Mapped[str] = mapped_column(String(64))
    decided_on: Mapped[date]
    award_fen: Mapped[int] = mapped_column(Fen)
    payable_fen: Mapped[int] = mapped_column(Fen)
    is_eligible: Mapped[bool]
    is_binding: Mapped[bool]
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    proposed_at: Mapped[datetime] = mapped_column(default=clock.now)
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    approved_at: Mapped[datetime | None] = mapped_column(index=True)
    #: The year whose budget carries it; set with the approval of a binding one.
    budget_year: Mapped[int | None] = mapped_column(index=True)
    note: Mapped[str] = mapped_column(Text, default="")

    claim: Mapped[Claim] = relationship(back_populates="determinations")
    payees: Mapped[list[Payee]] = relationship(order_by="Payee.id", cascade="all, delete-orphan")
    payments: Mapped[list[Payment]] = relationship(order_by="Payment.id")
    clawbacks: Mapped[list[Clawback]] = relationship(order_by="Clawback.id")
    handovers: Mapped[list[Handover]] = relationship(order_by="Handover.id")
    clawback_cases: Mapped[list[ClawbackCase]] = relationship(
        order_by="ClawbackCase.id", back_populates="determination"
    )


class Payee(Model):
    """A unit that is paid, by the consortium's agreement."""

    __tablename__ = "reward_payee"
    __table_args__ = (CheckConstraint("share_fen > 0", name="share"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    determination_id: Mapped[int] = mapped_column(ForeignKey("reward_determination.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    credit_code: Mapped[str] = mapped_column(String(18), default="")
    bank: Mapped[str] = mapped_column(String(200))
    account: Mapped[str] = mapped_column(String(40))
    #: What hides the account in its digest, which the trail keeps in the account's place.
    account_salt: Mapped[str] = mapped_column(String(32), default="")
    share_fen: Mapped[int] = mapped_column(Fen)


class Handover(Model):
    """The request to the finance bureau (市财政局) and its answer."""

    __tablename__ = "reward_handover"
    id: Mapped[int] = mapped_column(primary_key=True)
    determination_id: Mapped[int] = mapped_column(ForeignKey("reward_determination.id"), index=True)
    document_number: Mapped[str] = mapped_column(String(80))
    handed_on: Mapped[date]
    is_accepted: Mapped[bool | None]
    answered_on: Mapped[date | None]
    answer_note: Mapped[str] = mapped_column(Text, default="")


class Payment(Model):
    """One transfer to one payee."""

    __tablename__ = "reward_payment"
    __table_args__ = (
        UniqueConstraint("voucher"),
        CheckConstraint("amount_fen > 0", name="amount"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    determination_id: Mapped[int] = mapped_column(ForeignKey("reward_determination.id"), index=True)
    payee_id: Mapped[int] = mapped_column(ForeignKey("reward_payee.id"), index=True)
    amount_fen: Mapped[int] = mapped_column(Fen)
    paid_on: Mapped[date] = mapped_column(index=True)
    voucher: Mapped[str] = mapped_column(String(80))
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime] = mapped_column(default=clock.now)

    payee: Mapped[Payee] = relationship()


class ClawbackCase(Model):
    """Money asked back: how much, why, and who decided."""

    __tablename__ = "reward_clawback_case"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="second_person"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    determination_id: Mapped[int] = mapped_column(ForeignKey("reward_determination.id"), index=True)
    amount_fen: Mapped[int] = mapped_column(Fen)
    reason: Mapped[str] = mapped_column(Text)
    #: The failed follow-up that it starts from.
    followup_id: Mapped[int | None] = mapped_column(ForeignKey("effect_followup.id"), index=True)
    state: Mapped[ClawbackState] = mapped_column(
        Enum(ClawbackState, native_enum=False, length=16),
        default=ClawbackState.PROPOSED,
        index=True,
    )
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    proposed_at: Mapped[datetime] = mapped_column(default=clock.now)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    decision_note: Mapped[str] = mapped_column(Text, default="")
    #: Decided with the case: another award of the same work may pay again what comes back.
    may_be_granted_again: Mapped[bool] = mapped_column(default=False)

    determination: Mapped[Determination] = relationship(back_populates="clawback_cases")
    returns: Mapped[list[Clawback]] = relationship(order_by="Clawback.id", back_populates="case")


class Clawback(Model):
    """Money that was returned; the payment it answers stays as it was."""

    __tablename__ = "reward_clawback"
    __table_args__ = (CheckConstraint("amount_fen > 0", name="amount"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    determination_id: Mapped[int] = mapped_column(ForeignKey("reward_determination.id"), index=True)
    amount_fen: Mapped[int] = mapped_column(Fen)
    reason: Mapped[str] = mapped_column(Text)
    returned_on: Mapped[date]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime] = mapped_column(default=clock.now)
    #: The decision behind it; entries older than the decisions have none.
    case_id: Mapped[int | None] = mapped_column(ForeignKey("reward_clawback_case.id"), index=True)

    case: Mapped[ClawbackCase | None] = relationship(back_populates="returns")


class Budget(Model):
    """What one instrument may cost in one year; a change is a new row, the newest counts."""

    __tablename__ = "reward_budget"
    __table_args__ = (CheckConstraint("amount_fen >= 0", name="amount"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    instrument: Mapped[str] = mapped_column(String(20), index=True)
    year: Mapped[int] = mapped_column(index=True)
    amount_fen: Mapped[int] = mapped_column(Fen)
    document_number: Mapped[str] = mapped_column(String(80))
    set_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    set_at: Mapped[datetime] = mapped_column(default=clock.now)


class ClaimSequence(Model):
    """The last number given to a claim in a year."""

    __tablename__ = "reward_claim_sequence"
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


for _table in (Determination, Payee, Handover, Payment, Clawback, Budget):
    listen_for_triggers(_table.__table__, LOCKS[_table.__tablename__])
