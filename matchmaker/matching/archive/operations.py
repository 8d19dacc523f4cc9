"""Keeping facts. Called by jobs inside their own write transactions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from matchmaker.db import db, lock
from matchmaker.matching.archive.models import MatchRecord, RecordKind
from matchmaker.matching.archive.queries import find_kept
from matchmaker.matching.archive.rules import (
    Content,
    CorpusContent,
    compute_digest,
    describe_corpus,
    describe_offer,
)
from matchmaker.matching.facts import ProductFacts

#: Held while facts are kept and referred to, so that none is pruned in between.
LOCK = "matching.archive"


def keep_records(kind: RecordKind, contents: Iterable[Content]) -> list[str]:
    """Keep what is not kept yet; returns the digests in the order of the contents."""
    lock(db.session(), LOCK)
    named = [(compute_digest(content), content) for content in contents]
    _keep(kind, dict(named))
    return [digest for digest, _ in named]


def keep_corpus(content: CorpusContent, offers: Mapping[str, ProductFacts]) -> str:
    """Keep a corpus with its ``offers``; those that it was counted from must be kept already

    unless they are the same. Returns its digest.
    """
    lock(db.session(), LOCK)
    kept = find_kept(content.offers.values())
    missing = (offers[key] for key, digest in content.offers.items() if digest not in kept)
    keep_records(RecordKind.OFFER, map(describe_offer, missing))
    _keep(RecordKind.CORPUS, {content.digest: describe_corpus(content)})
    return content.digest


def _keep(kind: RecordKind, contents: Mapping[str, Content]) -> None:
    kept = find_kept(contents.keys())
    db.session.add_all(
        MatchRecord(digest=digest, kind=kind, content=content)
        for digest, content in contents.items()
        if digest not in kept
    )
    db.session.flush()
