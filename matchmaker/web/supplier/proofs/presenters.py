"""Rows of the firm's page of proofs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for

from matchmaker.suppliers.models import Product, Supplier
from matchmaker.suppliers.proofs.queries import EndingProof, list_certificates, list_tests
from matchmaker.suppliers.rules import Evidence
from matchmaker.web.shared import suppliers as shared


@dataclass(frozen=True)
class FactRow:
    """Something of the profile that can be proven."""

    label: str
    value: str
    evidence: Evidence
    is_expired: bool
    until: date | None
    verify_url: str
    remove_url: str


def list_facts(
    supplier: Supplier, products: Sequence[Product], today: date
) -> list[tuple[str, list[FactRow]]]:
    """What can be proven: the firm's certificates, then product by product."""
    certificates = list_certificates(supplier.id)
    groups = [
        (
            "企业证书",
            [
                _proof_row(line, "certificate", _remove_certificate(line.id))
                for line in shared.list_certificate_lines(
                    (row for row in certificates if row.product_id is None), today
                )
            ],
        )
    ]
    for product in products:
        rows = [
            FactRow(
                label=spec.label,
                value=spec.value,
                evidence=spec.evidence,
                is_expired=spec.is_expired,
                until=spec.until,
                verify_url=url_for(
                    "supplier_proofs.new_verification", kind="capability", id_=spec.id
                ),
                remove_url="",
            )
            for spec in shared.list_specs(product, today)
        ]
        rows += [
            _proof_row(line, "certificate", _remove_certificate(line.id))
            for line in shared.list_certificate_lines(
                (row for row in certificates if row.product_id == product.id), today
            )
        ]
        rows += [
            _proof_row(
                line,
                "test",
                url_for("supplier_proofs.remove_test", code=product.code, id_=line.id),
            )
            for line in shared.list_test_lines(list_tests(product.id), today)
        ]
        groups.append((product.model, rows))
    return groups


def _remove_certificate(id_: int) -> str:
    return url_for("supplier_proofs.remove_certificate", id_=id_)


def _proof_row(line: shared.ProofLine, kind: str, remove_url: str) -> FactRow:
    return FactRow(
        label=line.label,
        value=line.detail,
        evidence=line.evidence,
        is_expired=line.is_expired,
        until=line.until,
        verify_url=url_for("supplier_proofs.new_verification", kind=kind, id_=line.id),
        remove_url=remove_url,
    )


@dataclass(frozen=True)
class EndingRow:
    """A proof that has ended or ends soon."""

    label: str
    until: date
    is_over: bool
    verify_url: str


def list_ending(rows: Iterable[EndingProof], today: date) -> list[EndingRow]:
    """Proofs to renew, soonest first."""
    return [
        EndingRow(
            label=row.title,
            until=row.until,
            is_over=row.until < today,
            verify_url=url_for("supplier_proofs.new_verification", kind=row.kind, id_=row.id),
        )
        for row in rows
    ]
