"""Reads of kept facts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from matchmaker.db import db
from matchmaker.errors import NotFound
from matchmaker.matching.archive.models import MatchRecord, RecordKind
from matchmaker.matching.archive.rules import (
    Content,
    apply_changes,
    list_parts,
    read_need,
    read_offer,
)
from matchmaker.matching.facts import DemandFacts, ProductFacts

#: Digests of one query; databases limit the number of parameters.
CHUNK = 400


@dataclass(frozen=True)
class KeptCorpus:
    """An older corpus: the offers, and those whose texts gave its statistics."""

    counted: tuple[ProductFacts, ...]
    offers: tuple[ProductFacts, ...]


def find_records(digests: Collection[str]) -> dict[str, Content]:
    """The kept ones among some digests."""
    wanted, found = sorted(set(digests)), dict[str, Content]()
    for start in range(0, len(wanted), CHUNK):
        part = wanted[start : start + CHUNK]
        query = select(MatchRecord.digest, MatchRecord.content).where(MatchRecord.digest.in_(part))
        found.update(tuple(row) for row in db.session.execute(query))
    return found


def find_kept(digests: Collection[str]) -> frozenset[str]:
    """Which of some digests are kept."""
    wanted, found = sorted(set(digests)), set[str]()
    for start in range(0, len(wanted), CHUNK):
        part = wanted[start : start + CHUNK]
        query = select(MatchRecord.digest).where(MatchRecord.digest.in_(part))
        found.update(db.session.scalars(query))
    return frozenset(found)


def find_parts(digests: Collection[str]) -> set[str]:
    """Digests of what the corpora among some records are put together from."""
    wanted, found = sorted(digests), set[str]()
    for start in range(0, len(wanted), CHUNK):
        part = wanted[start : start + CHUNK]
        query = select(MatchRecord.content).where(
            MatchRecord.digest.in_(part), MatchRecord.kind == RecordKind.CORPUS
        )
        for content in db.session.scalars(query):
            found |= list_parts(content)
    return found


def read_members(digest: str) -> Mapping[str, str]:
    """The offers of a kept corpus: id → digest of its facts. Raises ``NotFound``."""
    content = _read(digest)
    if "offers" in content:
        members: dict[str, str] = content["offers"]
        return members
    return apply_changes(read_members(content["counted"]), content["changes"])


def read_offers(members: Mapping[str, str]) -> tuple[ProductFacts, ...]:
    """The kept offers of a list of members, by id. Raises ``NotFound``."""
    records = find_records(members.values())
    missing = [digest for digest in members.values() if digest not in records]
    if missing:
        raise _lost(missing[0])
    return tuple(read_offer(records[digest]) for _, digest in sorted(members.items()))


def read_corpus(digest: str) -> KeptCorpus:
    """A kept corpus with its facts. Raises ``NotFound`` for one that was never kept."""
    content = _read(digest)
    members = read_members(digest)
    offers = read_offers(members)
    if "offers" in content:
        return KeptCorpus(offers, offers)
    return KeptCorpus(read_offers(read_members(content["counted"])), offers)


def read_kept_need(digest: str) -> tuple[DemandFacts, frozenset[str]]:
    """A kept need and the firms that did not want it. Raises ``NotFound``."""
    return read_need(_read(digest))


def _read(digest: str) -> Content:
    record = db.session.get(MatchRecord, digest)
    if record is None:
        raise _lost(digest)
    return record.content


def _lost(digest: str) -> NotFound:
    return NotFound(
        "record_missing",
        "没有留存校验值为“{digest}”的资料，早于留存功能的匹配记录不能重算。",
        digest=digest[:12],
    )
