"""Tables of runs and of the lists they made."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker import clock
from matchmaker.db import Model

SCORER_LENGTH = 60
DIGEST_LENGTH = 64


class MatchRun(Model):
    """One pass over open needs. With the same scorer, parameters, corpus and day it gives the

    same lists: ``results_digest`` tells whether it does.
    """

    __tablename__ = "match_run"
    id: Mapped[int] = mapped_column(primary_key=True)
    scorer: Mapped[str] = mapped_column(String(SCORER_LENGTH))
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: Digest of the public facts of all offers and of their statistics, kept in the archive.
    corpus: Mapped[str] = mapped_column(String(DIGEST_LENGTH))
    #: The day whose proofs counted.
    on_day: Mapped[date]
    #: The last change of the market that the run took up.
    covers_seq: Mapped[int] = mapped_column(index=True)
    #: Needs that were ranked, and those whose list came out as it was.
    needs: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    results_digest: Mapped[str] = mapped_column(String(DIGEST_LENGTH), default="")
    started_at: Mapped[datetime] = mapped_column(default=clock.now)
    finished_at: Mapped[datetime | None]


class MatchInput(Model):
    """What a run ranked for: the need as it stood then, kept in the archive under ``need``."""

    __tablename__ = "match_input"

    run_id: Mapped[int] = mapped_column(ForeignKey("match_run.id"), primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("demand_listing.id"), primary_key=True)
    need: Mapped[str] = mapped_column(String(DIGEST_LENGTH))


class MatchList(Model):
    """The list of one need, as a run made it; stored only where it differs from the one before."""

    __tablename__ = "match_list"
    __table_args__ = (
        UniqueConstraint("run_id", "listing_id"),
        Index("ix_match_list_listing_id_id", "listing_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("match_run.id"))
    listing_id: Mapped[int] = mapped_column(ForeignKey("demand_listing.id"))
    suitable: Mapped[bool]
    #: [{"product", "supplier", "score"}], best first; scores as text with six decimals.
    entries: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(DIGEST_LENGTH))
