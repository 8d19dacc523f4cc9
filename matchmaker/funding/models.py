"""Tables of ledgers and of the register of awards."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Enum, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker import clock
from matchmaker.db import Fen, Model
from matchmaker.funding.rules import Category


class Ledger(Model):
    """The investment of one claim. Locked once it was handed in; lines then only get verified."""

    __tablename__ = "investment_ledger"
    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    is_locked: Mapped[bool] = mapped_column(default=False)
    #: True where input tax cannot be deducted and amounts count with tax; needs a reason.
    counts_tax: Mapped[bool] = mapped_column(default=False)
    counts_tax_reason: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    items: Mapped[list[LedgerItem]] = relationship(order_by="LedgerItem.id")


class LedgerItem(Model):
    """One invoice line of a ledger with what the auditor made of it."""

    __tablename__ = "investment_item"
    __table_args__ = (
        UniqueConstraint("ledger_id", "invoice_key"),
        CheckConstraint("amount_with_tax_fen > 0", name="with_tax"),
        CheckConstraint(
            "amount_without_tax_fen > 0 AND amount_without_tax_fen <= amount_with_tax_fen",
            name="without_tax",
        ),
        CheckConstraint(
            "verified_fen IS NULL OR (verified_fen >= 0 AND verified_fen <= amount_with_tax_fen)",
            name="verified",
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    ledger_id: Mapped[int] = mapped_column(ForeignKey("investment_ledger.id"), index=True)
    category: Mapped[Category] = mapped_column(Enum(Category, native_enum=False, length=20))
    description: Mapped[str] = mapped_column(String(200))
    seller: Mapped[str] = mapped_column(String(200))
    invoice_number: Mapped[str] = mapped_column(String(60))
    #: The number in the form in which numbers are compared.
    invoice_key: Mapped[str] = mapped_column(String(40), index=True)
    invoice_date: Mapped[date]
    amount_with_tax_fen: Mapped[int] = mapped_column(Fen)
    amount_without_tax_fen: Mapped[int] = mapped_column(Fen)
    payment_reference: Mapped[str] = mapped_column(String(200), default="")
    paid_on: Mapped[date | None]
    evidence_file_id: Mapped[int | None]
    #: In the ledger's own terms: with tax where it counts tax, else without.
    verified_fen: Mapped[int | None] = mapped_column(Fen)
    verified_reason: Mapped[str] = mapped_column(Text, default="")
    verified_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    verified_at: Mapped[datetime | None]

    ledger: Mapped[Ledger] = relationship(back_populates="items")


class AwardRecord(Model):
    """One award of public money, ours or another body's, as the overlap rule needs it."""

    __tablename__ = "award_record"
    __table_args__ = (
        UniqueConstraint("source", "reference"),
        CheckConstraint("amount_fen >= 0", name="amount"),
        CheckConstraint("paid_fen >= 0 AND paid_fen <= amount_fen", name="paid"),
        CheckConstraint("used_fen >= paid_fen AND used_fen <= amount_fen", name="used"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    #: "own", or the name of the list that it was imported from.
    source: Mapped[str] = mapped_column(String(120), index=True)
    reference: Mapped[str] = mapped_column(String(120))
    #: Our instrument's id, or the other body's name of its scheme.
    scheme: Mapped[str] = mapped_column(String(120))
    is_binding: Mapped[bool] = mapped_column(default=True)
    payer: Mapped[str] = mapped_column(String(120))
    recipient: Mapped[str] = mapped_column(String(200))
    credit_code: Mapped[str] = mapped_column(String(18), default="", index=True)
    project: Mapped[str] = mapped_column(String(200))
    invoices: Mapped[list[str]] = mapped_column(JSON, default=list)
    #: Awards with the same key are for one piece of work; an imported one gets it by decision.
    work_key: Mapped[str | None] = mapped_column(String(120), index=True)
    amount_fen: Mapped[int] = mapped_column(Fen)
    #: What was paid less what came back.
    paid_fen: Mapped[int] = mapped_column(Fen, default=0)
    #: What no other award of the same work may pay again: paid, and given back for a fault.
    used_fen: Mapped[int] = mapped_column(Fen, default=0)
    awarded_on: Mapped[date]
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class ApartDecision(Model):
    """An officer's decision that an award is for other work than its signs suggest."""

    __tablename__ = "award_apart"
    __table_args__ = (UniqueConstraint("award_id", "work_key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award_record.id"), index=True)
    work_key: Mapped[str] = mapped_column(String(120), index=True)
    note: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime] = mapped_column(default=clock.now)

    award: Mapped[AwardRecord] = relationship()
