"""Table of tests."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Enum, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker import clock
from matchmaker.db import Model
from matchmaker.suppliers.models import CATALOGUE_ID_LENGTH, Product
from matchmaker.suppliers.rules import Evidence


class TestRecord(Model):
    """A test of a product in one of the five areas of H29 专栏3."""

    __test__ = False
    __tablename__ = "test_record"

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    area: Mapped[str] = mapped_column(String(CATALOGUE_ID_LENGTH), index=True)
    institution: Mapped[str] = mapped_column(String(120))
    report_number: Mapped[str] = mapped_column(String(80))
    tested_on: Mapped[date]
    result: Mapped[str] = mapped_column(Text)
    valid_until: Mapped[date | None] = mapped_column(index=True)
    evidence: Mapped[Evidence] = mapped_column(
        Enum(Evidence, native_enum=False, length=12), default=Evidence.CLAIMED, index=True
    )
    proven_until: Mapped[date | None] = mapped_column(index=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    product: Mapped[Product] = relationship()
