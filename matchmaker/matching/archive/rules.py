"""Facts as JSON and back, and the names by which equal facts are known. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from matchmaker.matching.constraints import Capability, Evidence, Operator, Requirement, Value
from matchmaker.matching.facts import DemandFacts, ProductFacts

Content = dict[str, Any]


def compute_digest(content: Content) -> str:
    """SHA-256 of the content, whatever the order of its keys."""
    text = json.dumps(content, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def describe_offer(offer: ProductFacts) -> Content:
    """An offer as JSON; private wishes are no part of an offer and are left out."""
    content = asdict(offer)
    del content["wishes"]
    for capability in content["capabilities"]:
        until = capability["valid_until"]
        capability["evidence"] = capability["evidence"].value
        capability["valid_until"] = until.isoformat() if until else None
    return content


def read_offer(content: Content) -> ProductFacts:
    """The offer that ``describe_offer`` described."""
    capabilities = tuple(
        Capability(
            attribute=item["attribute"],
            value=_value(item["value"]),
            evidence=Evidence(item["evidence"]),
            source=item["source"],
            valid_until=date.fromisoformat(item["valid_until"]) if item["valid_until"] else None,
        )
        for item in content["capabilities"]
    )
    return ProductFacts(**_with_tuples(content) | {"capabilities": capabilities})


def describe_need(need: DemandFacts, unwelcome: Collection[str]) -> Content:
    """A need as JSON, with the firms (ids) whose wishes it did not meet."""
    content = asdict(need)
    for requirement in content["requirements"]:
        requirement["operator"] = requirement["operator"].value
    return {"need": content, "unwelcome": sorted(unwelcome)}


def read_need(content: Content) -> tuple[DemandFacts, frozenset[str]]:
    """The need that ``describe_need`` described, and the firms that did not want it."""
    need = content["need"]
    requirements = tuple(
        Requirement(
            attribute=item["attribute"],
            operator=Operator(item["operator"]),
            value=_value(item["value"]),
            hard=item["hard"],
        )
        for item in need["requirements"]
    )
    facts = DemandFacts(**_with_tuples(need) | {"requirements": requirements})
    return facts, frozenset(content["unwelcome"])


def _value(stored: Any) -> Value:
    return tuple(stored) if isinstance(stored, list) else stored


def _with_tuples(content: Content) -> Content:
    return {key: tuple(v) if isinstance(v, list) else v for key, v in content.items()}


@dataclass(frozen=True)
class CorpusContent:
    """Which offers a corpus holds, each by the digest of its facts.

    ``counted`` are the offers whose texts gave the statistics; the same as ``offers`` where
    nothing has changed since they were counted.
    """

    counted: Mapping[str, str]
    offers: Mapping[str, str]

    @property
    def digest(self) -> str:
        """The same for the same offers with the same statistics, on any machine."""
        offers, counted = compute_members_digest(self.offers), self.counted_digest
        return offers if offers == counted else compute_digest({"c": counted, "o": offers})

    @property
    def counted_digest(self) -> str:
        """Digest of a corpus of the counted offers alone."""
        return compute_members_digest(self.counted)

    @property
    def changed(self) -> list[str]:
        """Ids whose text is not as it was counted: new, edited or gone."""
        ids = self.counted.keys() | self.offers.keys()
        return sorted(key for key in ids if self.counted.get(key) != self.offers.get(key))


def compute_members_digest(members: Mapping[str, str]) -> str:
    """Digest of a list of offers."""
    return compute_digest(dict(members))


def describe_corpus(content: CorpusContent) -> Content:
    """A corpus as JSON: whole where its own texts were counted, else what differs from these."""
    if content.digest == content.counted_digest:
        return {"offers": dict(content.offers)}
    changes = {key: content.offers.get(key) for key in content.changed}
    return {"counted": content.counted_digest, "changes": changes}


def list_parts(content: Content) -> frozenset[str]:
    """Digests of the records that a corpus, as ``describe_corpus`` gives it, rests on."""
    if "offers" in content:
        return frozenset(content["offers"].values())
    changed = {digest for digest in content["changes"].values() if digest is not None}
    return frozenset({content["counted"], *changed})


def apply_changes(counted: Mapping[str, str], changes: Mapping[str, str | None]) -> dict[str, str]:
    """The members after the changes; None means gone."""
    merged = {**counted, **changes}
    return {key: digest for key, digest in sorted(merged.items()) if digest is not None}
