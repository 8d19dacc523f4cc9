"""Verifications as the firm, the bureau and a test centre see them, and the form's decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from matchmaker.accounts.queries import get_organisation
from matchmaker.actor import Actor
from matchmaker.errors import InvalidInput
from matchmaker.suppliers.verification import operations
from matchmaker.suppliers.verification.models import Verification
from matchmaker.suppliers.verification.rules import OPEN_STATES, STATE_LABELS, VerificationState

TONES = {
    VerificationState.SUBMITTED: "info",
    VerificationState.ASSIGNED: "info",
    VerificationState.VERIFIED: "good",
    VerificationState.DOCUMENTED: "good",
    VerificationState.REJECTED: "bad",
    VerificationState.RECALLED: "plain",
}
LABELS = {
    "value": "申报值",
    "number": "证书编号",
    "issuer": "发证机构",
    "report_number": "报告编号",
    "institution": "检测机构",
    "result": "检测结论",
}


@dataclass(frozen=True)
class VerificationRow:
    """A verification as a list and its page show it."""

    id: int
    label: str
    firm: str
    in_charge: str
    state: str
    tone: str
    is_open: bool
    is_late: bool
    due_on: date
    submitted_at: datetime
    decided_at: datetime | None
    proven_until: date | None
    statement: str
    opinion: str
    values: list[tuple[str, str]]


def present_verification(row: Verification, today: date) -> VerificationRow:
    """One verification in words."""
    is_open = row.state in OPEN_STATES
    centre = get_organisation(row.assigned_to) if row.assigned_to is not None else None
    return VerificationRow(
        id=row.id,
        label=row.fact_label,
        firm=row.supplier.short_name,
        in_charge=centre.name if centre else "市经信局",
        state=STATE_LABELS[row.state],
        tone=TONES[row.state],
        is_open=is_open,
        is_late=is_open and row.due_on < today,
        due_on=row.due_on,
        submitted_at=row.submitted_at,
        decided_at=row.decided_at,
        proven_until=row.proven_until,
        statement=row.statement,
        opinion=row.opinion,
        values=[
            (label, str(row.fact_value[key]))
            for key, label in LABELS.items()
            if row.fact_value.get(key)
        ],
    )


def decide(
    actor: Actor,
    row: Verification,
    *,
    outcome: str,
    proven_until: date | None,
    opinion: str,
) -> None:
    """Carry out the button that was pressed."""
    if outcome == "verified":
        operations.verify_fact(actor, row, proven_until=proven_until, opinion=opinion)
    elif outcome == "documented":
        operations.accept_documents(actor, row, proven_until=proven_until, opinion=opinion)
    elif outcome == "rejected":
        if not opinion.strip():
            raise InvalidInput("reason_missing", "不予通过的，请写明理由。", field="opinion")
        operations.reject_verification(actor, row, reason=opinion)
    else:
        raise InvalidInput("outcome_missing", "请选择核验结论。")
