"""Receipts: everything from which an auditor gets the same bytes again, years later. Pure.

A receipt pins the versions of the documents by the SHA-256 of their data file and of their text.
It covers the reward of one instrument and what of it is payable beside other awards.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from matchmaker import __version__
from matchmaker.errors import DomainError
from matchmaker.policy.amounts import format_yuan
from matchmaker.policy.facts import parse_facts, parse_yuan
from matchmaker.policy.law import Adoption, Law, PolicyDocument
from matchmaker.policy.overlap import (
    OTHER_PREFIX,
    OVERLAP_DOCUMENT,
    Award,
    Overlap,
    parse_award,
    resolve_overlap,
)
from matchmaker.policy.reward import Reward, compute_reward

FORMAT = 1


class ReceiptError(DomainError):
    """A receipt cannot be read, or the law it names is not at hand."""

    http_status = 409


@dataclass(frozen=True)
class PinnedDocument:
    """One version of a document, by its hashes."""

    id: str
    version: date
    sha256: str
    source_sha256: str


@dataclass(frozen=True)
class Receipt:
    """Inputs in canonical spelling, the law they met, and the result with its steps."""

    instrument: str
    inputs: Mapping[str, str]
    on: date
    other_awards: tuple[str, ...]
    paid_fen: int
    documents: tuple[PinnedDocument, ...]
    adoptions: tuple[Adoption, ...]
    package_version: str
    reward: Reward
    overlap: Overlap

    def to_bytes(self) -> bytes:
        """Canonical JSON: sorted keys, no spaces, UTF-8, one line."""
        value = {
            "format": FORMAT,
            "instrument": self.instrument,
            "inputs": dict(self.inputs),
            "on": self.on.isoformat(),
            "other_awards": list(self.other_awards),
            "paid_yuan": format_yuan(self.paid_fen),
            "documents": [
                {
                    "id": document.id,
                    "version": document.version.isoformat(),
                    "sha256": document.sha256,
                    "source_sha256": document.source_sha256,
                }
                for document in self.documents
            ],
            "adoptions": [
                {
                    "document": adoption.document_id,
                    "number": adoption.number,
                    "adopted_on": adoption.adopted_on.isoformat(),
                }
                for adoption in self.adoptions
            ],
            "package_version": self.package_version,
            "result": {"reward": self.reward.as_json(), "overlap": self.overlap.as_json()},
        }
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return text.encode("utf-8")


def make_receipt(
    law: Law,
    instrument_id: str,
    given: Mapping[str, str],
    on: date,
    *,
    other_awards: Sequence[str] = (),
    paid_yuan: str = "0",
    package_version: str = __version__,
) -> Receipt:
    """Compute a reward and what is payable of it, and keep how.

    ``other_awards`` are awards for the same piece of work as ``ID=YUAN``; ``paid_yuan`` is what
    was paid for it before. Raises InvalidInput as ``compute_reward`` and ``parse_award`` do.
    """
    document, instrument = law.instrument_on(instrument_id, on)
    reward = compute_reward(law, instrument_id, given, on)
    others = sorted((parse_award(law, text, on) for text in other_awards), key=_award_key)
    own = Award(instrument_id, reward.award_fen, reward.binding)
    paid_fen = parse_yuan(paid_yuan, name="paid", label="已付金额")
    pinned = _pin(law, document, others, on)
    return Receipt(
        instrument=instrument_id,
        inputs=parse_facts(instrument, given).texts,
        on=on,
        other_awards=tuple(f"{award.id}={format_yuan(award.amount_fen)}" for award in others),
        paid_fen=paid_fen,
        documents=pinned,
        adoptions=_adoptions_of(law, pinned),
        package_version=package_version,
        reward=reward,
        overlap=resolve_overlap([own, *others], paid_fen=paid_fen),
    )


def recompute(law: Law, receipt: bytes) -> bytes:
    """The receipt computed again from its inputs; equal bytes mean that the figure stands.

    The law is taken by the hashes of the receipt. Raises ReceiptError when the receipt cannot be
    read or a document version is not at hand.
    """
    request = _read(receipt)
    documents = tuple(_find_document(law, document) for document in request.documents)
    return make_receipt(
        Law(documents, request.adoptions),
        request.instrument,
        request.inputs,
        request.on,
        other_awards=request.other_awards,
        paid_yuan=request.paid_yuan,
        package_version=request.package_version,
    ).to_bytes()


@dataclass(frozen=True)
class _Request:
    """What a receipt says was asked, without the result."""

    instrument: str
    inputs: Mapping[str, str]
    on: date
    other_awards: tuple[str, ...]
    paid_yuan: str
    documents: tuple[PinnedDocument, ...]
    adoptions: tuple[Adoption, ...]
    package_version: str


def _read(receipt: bytes) -> _Request:
    try:
        value = json.loads(receipt.decode("utf-8"))
        if value["format"] != FORMAT:
            raise ReceiptError(
                "receipt_format_unknown",
                "核定回执的格式版本为 {format}，本程序只认识 {known}，不能复算。",
                format=value["format"],
                known=FORMAT,
            )
        return _Request(
            instrument=str(value["instrument"]),
            inputs={str(name): str(text) for name, text in value["inputs"].items()},
            on=date.fromisoformat(value["on"]),
            other_awards=tuple(str(text) for text in value["other_awards"]),
            paid_yuan=str(value["paid_yuan"]),
            documents=tuple(_read_pinned(entry) for entry in value["documents"]),
            adoptions=tuple(_read_adoption(entry) for entry in value["adoptions"]),
            package_version=str(value["package_version"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReceiptError(
            "receipt_unreadable", "核定回执不完整或已损坏，不能复算；请核对原始文件。"
        ) from error


def _read_pinned(entry: Mapping[str, str]) -> PinnedDocument:
    version = date.fromisoformat(entry["version"])
    return PinnedDocument(entry["id"], version, entry["sha256"], entry["source_sha256"])


def _read_adoption(entry: Mapping[str, str]) -> Adoption:
    adopted_on = date.fromisoformat(entry["adopted_on"])
    return Adoption(entry["document"], entry["number"], adopted_on)


def _find_document(law: Law, pinned: PinnedDocument) -> PolicyDocument:
    for document in law.documents:
        found = (document.id, document.sha256, document.source_sha256)
        if found == (pinned.id, pinned.sha256, pinned.source_sha256):
            return document
    raise ReceiptError(
        "law_version_missing",
        "没有找到回执所用的政策数据 {document}（{version} 起，SHA-256 {sha256}）；"
        "请取回当时的数据文件再复算。",
        document=pinned.id,
        version=pinned.version.isoformat(),
        sha256=pinned.sha256,
    )


def _award_key(award: Award) -> tuple[str, int]:
    return award.id, award.amount_fen


def _pin(
    law: Law, document: PolicyDocument, others: Sequence[Award], on: date
) -> tuple[PinnedDocument, ...]:
    """The versions that the result rests on, the one that orders overlaps included."""
    used = {document.id: document, OVERLAP_DOCUMENT: law.document_on(OVERLAP_DOCUMENT, on)}
    for award in others:
        if not award.id.startswith(OTHER_PREFIX):
            found, _ = law.instrument_on(award.id, on)
            used[found.id] = found
    return tuple(
        PinnedDocument(id_, used[id_].in_force_from, used[id_].sha256, used[id_].source_sha256)
        for id_ in sorted(used)
    )


def _adoptions_of(law: Law, pinned: Sequence[PinnedDocument]) -> tuple[Adoption, ...]:
    found = (law.adoption_of(document.id) for document in pinned)
    return tuple(adoption for adoption in found if adoption is not None)
