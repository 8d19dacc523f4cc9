"""What comes from firms' profiles: claims of a compiled profile, proofs that have ended."""

from __future__ import annotations

from typing import Any

from matchmaker import clock
from matchmaker.actor import VISITOR, Actor
from matchmaker.notifications.inbox.telling import Note, source_of, tell, tell_same
from matchmaker.notifications.rules import NotificationKind
from matchmaker.notifications.sources.people import list_firm_people
from matchmaker.notifications.subjects import Subject, SubjectKind
from matchmaker.suppliers import queries as suppliers
from matchmaker.suppliers.claims import queries as claims
from matchmaker.suppliers.claims.models import STATE_LABELS
from matchmaker.suppliers.proofs.nightly import FORGOTTEN
from matchmaker.suppliers.proofs.queries import list_ending_proofs


def tell_claim_decided(payload: dict[str, Any]) -> None:
    """A claim of a compiled profile was decided: the people of the unit that asked."""
    claim_id = payload["claim_id"]

    def make(actor: Actor) -> Note | None:
        claim = claims.get_claim(actor, claim_id)
        return Note(
            kind=NotificationKind.CLAIM_DECIDED,
            title=f"认领“{claim.supplier.legal_name}”的申请{STATE_LABELS[claim.state]}",
            path=f"/supplier/claims/{claim_id}",
            source=source_of(payload),
            subject=Subject(SubjectKind.PROFILE_CLAIM, str(claim_id)),
        )

    tell(list_firm_people(claims.find_claiming_unit(claim_id)), make)


def tell_proofs_ended(payload: dict[str, Any]) -> None:
    """Proofs that have ended and were not renewed; those that are about to end have their night."""
    supplier = suppliers.get_supplier(VISITOR, payload["code"])
    today = clock.today()
    ended = [
        proof
        for proof in list_ending_proofs(supplier.id, today=today)
        if today - FORGOTTEN <= proof.until < today
    ]
    if not ended:
        return
    note = Note(
        kind=NotificationKind.PROOF_ENDING,
        title=f"贵单位有 {len(ended)} 项证明已到期，请更新",
        path="/supplier/proofs",
        source=source_of(payload),
        subject=Subject(SubjectKind.OWN_FIRM, str(supplier.id)),
    )
    tell_same(list_firm_people(supplier.organisation_id), note)
