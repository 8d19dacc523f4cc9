"""Capability profiles (能力画像): everything of a product that may be matched, as frozen values.

Private wishes are not part of a profile: nothing computed from profiles can show them. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from matchmaker.catalogue.values import Value
from matchmaker.suppliers.rules import Evidence, compute_evidence


@dataclass(frozen=True, slots=True)
class CapabilityFact:
    """One figure. ``evidence`` is as stored; ``proven_until`` is the last day of its proof."""

    attribute: str
    value: Value
    evidence: Evidence
    sources: tuple[str, ...]
    proven_until: date | None = None

    def evidence_on(self, today: date) -> Evidence:
        """The evidence as it counts on a day."""
        return compute_evidence(self.evidence, self.proven_until, today)


@dataclass(frozen=True, slots=True)
class CertificateFact:
    """A certificate of the product or of its firm; ``certificate`` is a catalogue id or empty."""

    certificate: str
    attribute: str
    text: str
    evidence: Evidence
    proven_until: date | None
    valid_until: date | None
    is_of_product: bool

    def evidence_on(self, today: date) -> Evidence:
        """The evidence as it counts on a day; a certificate past its own date proves nothing."""
        ends = [day for day in (self.proven_until, self.valid_until) if day is not None]
        return compute_evidence(self.evidence, min(ends, default=None), today)


@dataclass(frozen=True, slots=True)
class ModeFact:
    """A cooperation mode on offer and its price per the mode's unit, if the firm states one."""

    mode: str
    evidence: Evidence
    price_fen: int | None


@dataclass(frozen=True, slots=True)
class ProductProfile:
    """A product as matching reads it: ``id`` "unitree-g1", ``supplier_id`` "S001", else row ids.

    Ids of sectors, tasks, forms, modes, attributes and certificates are the catalogue's.
    """

    id: str
    row_id: int
    supplier_id: str
    supplier_row_id: int
    supplier_name: str
    supplier_legal_name: str
    kind: str
    model: str
    form: str
    sectors: tuple[str, ...]
    tasks: tuple[str, ...]
    task_words: tuple[str, ...]
    description: str
    city: str | None
    district: str | None
    modes: tuple[ModeFact, ...]
    capabilities: tuple[CapabilityFact, ...]
    certificates: tuple[CertificateFact, ...]
    is_overseas: bool
    is_demo: bool
