"""The list of all instruments, as the command line, the policy page and the API show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from matchmaker.policy.instrument import Instrument
from matchmaker.policy.law import DocumentStatus, Law, PolicyDocument

STATUS_LABELS = {
    DocumentStatus.IN_FORCE: "已印发施行",
    DocumentStatus.DRAFT: "征求意见稿",
    DocumentStatus.SUPERSEDED: "已被替代",
}


@dataclass(frozen=True)
class CatalogueEntry:
    """One instrument with the version of its document that a day falls under."""

    document: PolicyDocument
    instrument: Instrument
    binding: bool

    @property
    def id(self) -> str:
        return self.instrument.id

    def as_json(self) -> dict[str, Any]:
        document, instrument = self.document, self.instrument
        return {
            "id": instrument.id,
            "title": instrument.title,
            "document": document.id,
            "document_title": document.title,
            "document_number": document.number or None,
            "clause": instrument.clause,
            "status": document.status.value,
            "binding": self.binding,
            "in_force_from": document.in_force_from.isoformat(),
            "in_force_to": document.in_force_to.isoformat(),
            "facts": [
                {"name": fact.name, "kind": fact.kind.value, "required": fact.is_required}
                for fact in instrument.facts
            ],
        }

    @property
    def line(self) -> str:
        """One line for reading."""
        document = self.document
        period = f"{document.in_force_from.isoformat()} 至 {document.in_force_to.isoformat()}"
        status = STATUS_LABELS[document.status]
        clause = document.cite(self.instrument.clause)
        return f"{self.id}  {clause}  {self.instrument.title}  {status}  {period}"


def list_catalogue(law: Law, on: date) -> tuple[CatalogueEntry, ...]:
    """All instruments sorted by id."""
    entries = []
    for id_ in law.instrument_ids:
        document, instrument = law.instrument_on(id_, on)
        entries.append(CatalogueEntry(document, instrument, law.is_binding(document, on)))
    return tuple(entries)
