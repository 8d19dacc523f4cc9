"""What a person records about the law: that a draft was adopted, a year's holidays."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, String
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


class HolidayArrangement(Model):
    """A year's holidays as published; a correction is a new row, the newest of a year counts."""

    __tablename__ = "policy_holiday_arrangement"
    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(index=True)
    number: Mapped[str] = mapped_column(String(80))
    published_on: Mapped[date]
    source: Mapped[str] = mapped_column(String(500))
    #: [name, first day, last day] of each festival, ISO dates.
    periods: Mapped[list[list[str]]] = mapped_column(JSON)
    #: Weekend days at work (调休), ISO dates.
    workdays: Mapped[list[str]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(500), default="")
    recorded_by: Mapped[int | None]
    recorded_at: Mapped[datetime] = mapped_column(default=clock.now)
