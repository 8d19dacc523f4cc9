"""Every invariant that is code, in one place: for the command line, for the night, for tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import structlog
from flask import current_app
from sqlalchemy import select

from matchmaker import outbox
from matchmaker.actor import BACKGROUND_JOB
from matchmaker.audit.operations import record
from matchmaker.audit.queries import list_history, read_anchors, verify_trail
from matchmaker.audit.rules import Violation
from matchmaker.campaigns.models import Edition
from matchmaker.db import db, read_tx, write_tx
from matchmaker.publishing import invariants as publishing
from matchmaker.publishing.models import Notice
from matchmaker.reporting import trails
from matchmaker.rewards import invariants as rewards
from matchmaker.rewards.models import Claim
from matchmaker.selection import invariants as selection

log = structlog.get_logger(__name__)
#: What is checked, as docs/operations.md explains it.
CODES = ("M1", "M2", "M3", "Q1", "C1", "C2", "L1", "A1", "A2", "D1")
_SHOWN = 50


@dataclass(frozen=True)
class Report:
    """The result of checking everything."""

    violations: tuple[Violation, ...]

    @property
    def ok(self) -> bool:
        return not self.violations

    def as_json(self) -> dict[str, Any]:
        """The public shape."""
        return {
            "ok": self.ok,
            "checked": list(CODES),
            "violations": [asdict(item) for item in self.violations],
        }


def check_invariants() -> Report:
    """Check all of them inside the present read transaction."""
    found = [
        *rewards.find_violations(),
        *selection.find_violations(),
        *publishing.find_violations(),
        *_check_claims(),
        *trails.find_violations(),
        *_check_chain(),
    ]
    return Report(tuple(sorted(found, key=lambda item: (item.code, item.subject, item.message))))


def _check_claims() -> Iterator[Violation]:
    """A1: the steps of each claim in the trail lead from draft to its present state."""
    for claim in db.session.scalars(select(Claim).order_by(Claim.id)):
        state = "draft"
        for entry in list_history("claim", claim.id):
            if "after" not in entry.data:
                continue
            if entry.data["before"] != state:
                yield Violation("A1", claim.number, f"第 {entry.seq} 条与前一状态不相接")
            state = entry.data["after"]
        if state != claim.status.value:
            yield Violation("A1", claim.number, "申领状态与办理记录不符")


def _check_chain() -> Iterator[Violation]:
    """A2: the trail verifies against the heads that notices printed and the anchor file holds."""
    configured = current_app.extensions["settings"].audit_anchor_file
    anchors = read_anchors(Path(configured)) if configured else {}
    for table in (Notice, Edition):
        printed = select(table.chain_seq, table.chain_hash).where(table.chain_seq > 0)
        for seq, head in db.session.execute(printed.order_by(table.id)):
            if seq is None or head is None:
                continue
            if anchors.setdefault(seq, head) != head:
                yield Violation("A2", f"{table.__tablename__} {seq}", "所印链头与外部存证不一致")
    fault = verify_trail(anchors).fault
    if fault is not None:
        yield Violation("A2", str(fault.seq), fault.message)


def check_nightly() -> None:
    """Check every night; what is broken is logged, noted in the trail and announced."""
    with read_tx():
        report = check_invariants()
    if report.ok:
        return
    log.error("invariants broken", count=len(report.violations))
    with write_tx():
        shown = [asdict(item) for item in report.violations[:_SHOWN]]
        record(
            BACKGROUND_JOB,
            "reporting.invariants_broken",
            "installation",
            "invariants",
            count=len(report.violations),
            violations=shown,
        )
        outbox.send("reporting.invariants_broken", count=len(report.violations))
