"""Every invariant that is code, in one place: for the command line, for the night, for tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import structlog
from sqlalchemy import select

from matchmaker import clock, outbox
from matchmaker.actor import BACKGROUND_JOB
from matchmaker.audit.operations import record
from matchmaker.audit.queries import list_history, verify_trail
from matchmaker.audit.rules import Violation
from matchmaker.db import db, read_tx, write_tx
from matchmaker.publishing import invariants as publishing
from matchmaker.reporting import trails
from matchmaker.reporting.anchors import collect_anchors, find_warning
from matchmaker.reporting.rules import CODES
from matchmaker.rewards import invariants as rewards
from matchmaker.rewards.models import Claim
from matchmaker.selection import invariants as selection

log = structlog.get_logger(__name__)
#: What the entries of the nightly check are about.
SUBJECT = ("installation", "invariants")
#: So many violations are listed in an entry; their number tells of more.
SHOWN = 50


@dataclass(frozen=True)
class Report:
    """The result of checking everything."""

    violations: tuple[Violation, ...]
    #: What doesn't break an invariant and still needs a person.
    warnings: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.violations

    def as_json(self) -> dict[str, Any]:
        """The public shape."""
        return {
            "ok": self.ok,
            "checked": list(CODES),
            "violations": [asdict(item) for item in self.violations],
            "warnings": list(self.warnings),
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
    warning = find_warning(clock.read_wall_clock())
    return Report(
        tuple(sorted(found, key=lambda item: (item.code, item.subject, item.message))),
        () if warning is None else (warning,),
    )


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
    anchors, contradicting = collect_anchors()
    yield from contradicting
    fault = verify_trail(anchors).fault
    if fault is not None:
        yield Violation("A2", str(fault.seq), fault.message)


def check_nightly() -> None:
    """Check every night and note the result; what is broken is logged and announced as well."""
    with read_tx():
        report = check_invariants()
    count = len(report.violations)
    with write_tx():
        record(
            BACKGROUND_JOB,
            "reporting.check_invariants",
            *SUBJECT,
            checked=list(CODES),
            count=count,
            violations=[asdict(item) for item in report.violations[:SHOWN]],
        )
        if count:
            outbox.send("reporting.invariants_broken", count=count)
    if count:
        log.error("invariants broken", count=count)
