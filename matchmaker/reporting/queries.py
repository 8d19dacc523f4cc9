"""Reads of what the nightly check found; the trail keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from matchmaker.accounts.permissions import can, require
from matchmaker.actor import Actor
from matchmaker.audit.models import AuditEntry
from matchmaker.audit.queries import find_latest
from matchmaker.audit.rules import Violation
from matchmaker.reporting.invariants import SUBJECT
from matchmaker.reporting.permissions import INSPECT_CHECKS


@dataclass(frozen=True)
class NightlyCheck:
    """One night's check. ``count`` is of all violations; the first of them are listed."""

    at: datetime
    checked: tuple[str, ...]
    count: int
    violations: tuple[Violation, ...]


def get_last_check(actor: Actor) -> NightlyCheck | None:
    """The last night's check; None before the first night. Raises ``PermissionDenied``."""
    require(actor, INSPECT_CHECKS)
    entry = find_latest(*SUBJECT)
    return None if entry is None else _read(entry)


def count_last_violations(actor: Actor) -> int:
    """How many contradictions the last night found; 0 for who may not look at them."""
    entry = find_latest(*SUBJECT) if can(actor, INSPECT_CHECKS) else None
    return 0 if entry is None else _read(entry).count


def _read(entry: AuditEntry) -> NightlyCheck:
    return NightlyCheck(
        at=entry.at,
        # Entries of earlier versions don't say what was checked.
        checked=tuple(entry.data.get("checked", ())),
        count=entry.data["count"],
        violations=tuple(Violation(**item) for item in entry.data["violations"]),
    )
