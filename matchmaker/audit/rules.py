"""How an entry of the trail is hashed, and how a trail is checked. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

#: What the first entry names as its predecessor.
GENESIS = "0" * 64


@dataclass(frozen=True, kw_only=True)
class Entry:
    """The content of one entry, as it is hashed. ``at`` is ISO 8601 in UTC with microseconds."""

    seq: int
    at: str
    actor_kind: str
    actor_id: int | None
    actor_name: str
    action: str
    subject_type: str
    subject_id: str
    outcome: str
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Fault:
    """The first place where a trail does not hold."""

    seq: int
    code: str
    message: str


@dataclass(frozen=True)
class Violation:
    """One broken invariant: which (M1, L1 …), of what, and how."""

    code: str
    subject: str
    message: str


@dataclass(frozen=True)
class Verification:
    """The result of checking a trail."""

    entries: int
    head_seq: int
    head_hash: str
    fault: Fault | None

    @property
    def ok(self) -> bool:
        return self.fault is None


def compute_hash(entry: Entry, prev_hash: str) -> str:
    """SHA-256 (hex) of the predecessor's hash and the entry's canonical JSON."""
    body = json.dumps(asdict(entry), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{prev_hash}\n{body}".encode()).hexdigest()


def verify_chain(
    rows: Iterable[tuple[Entry, str, str]], anchors: Mapping[int, str]
) -> Verification:
    """Check (entry, prev_hash, hash) rows in order of ``seq`` against the chain and the anchors.

    ``anchors`` maps a sequence number to the hash that was published for it outside the database;
    they find a cut tail and an insider's re-hash, which a chain alone cannot.
    """
    head_seq, head_hash = 0, GENESIS
    unseen = dict(anchors)
    for entry, prev_hash, stored in rows:
        fault = _check_row(entry, prev_hash, stored, head_seq, head_hash)
        if fault is None and unseen.pop(entry.seq, stored) != stored:
            fault = Fault(entry.seq, "anchor_mismatch", f"第 {entry.seq} 条与外部存证的哈希不一致")
        if fault is not None:
            return Verification(head_seq, head_seq, head_hash, fault)
        head_seq, head_hash = entry.seq, stored
    if unseen:
        missing = min(unseen)
        fault = Fault(missing, "tail_missing", f"外部存证有第 {missing} 条，数据库中没有")
        return Verification(head_seq, head_seq, head_hash, fault)
    return Verification(head_seq, head_seq, head_hash, None)


def _check_row(
    entry: Entry, prev_hash: str, stored: str, head_seq: int, head_hash: str
) -> Fault | None:
    if entry.seq != head_seq + 1:
        return Fault(head_seq + 1, "missing", f"缺少第 {head_seq + 1} 条")
    if prev_hash != head_hash:
        return Fault(entry.seq, "broken_link", f"第 {entry.seq} 条与上一条不相连")
    if compute_hash(entry, prev_hash) != stored:
        return Fault(entry.seq, "altered", f"第 {entry.seq} 条的内容被改动")
    return None
