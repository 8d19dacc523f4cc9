"""The one thing about the law that a person records: that a draft was adopted."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker import clock
from matchmaker.db import Model


class PolicyAdoption(Model):
    """The adoption of a draft document: its number (文号) and the day from which it binds."""

    __tablename__ = "policy_adoption"
    document_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    number: Mapped[str] = mapped_column(String(80))
    adopted_on: Mapped[date]
    source: Mapped[str] = mapped_column(String(500))
    recorded_by: Mapped[int | None]
    recorded_at: Mapped[datetime] = mapped_column(default=clock.now)
