"""Pure decisions about requests for an account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from matchmaker.accounts.people import rules as people
from matchmaker.actor import RoleName
from matchmaker.errors import InvalidInput
from matchmaker.steps import take_step

NOTE_MAX = 500
#: Names and addresses of decided requests are kept for so long.
CONTACT_KEPT = timedelta(days=180)


class RequestState(StrEnum):
    """Where a request stands."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class RequestStep(StrEnum):
    """What an administrator does with a request."""

    ACCEPT = "accept"
    DECLINE = "decline"


STATE_LABELS: Mapping[RequestState, str] = {
    RequestState.SUBMITTED: "待办理",
    RequestState.ACCEPTED: "已开通",
    RequestState.DECLINED: "未予开通",
}
STEP_LABELS: Mapping[RequestStep, str] = {
    RequestStep.ACCEPT: "开通",
    RequestStep.DECLINE: "答复不予开通",
}
TRANSITIONS: Mapping[tuple[RequestState, RequestStep], RequestState] = {
    (RequestState.SUBMITTED, RequestStep.ACCEPT): RequestState.ACCEPTED,
    (RequestState.SUBMITTED, RequestStep.DECLINE): RequestState.DECLINED,
}
#: Kinds of units that ask by themselves, with what their people are; others are opened at the desk.
ROLES_BY_KIND: Mapping[str, RoleName] = {
    "owner": RoleName.OWNER,
    "supplier": RoleName.SUPPLIER,
}


@dataclass(frozen=True, kw_only=True)
class RequestDraft:
    """A request as typed."""

    unit: str
    credit_code: str
    kind: str
    name: str
    email: str
    phone: str
    district: str | None = None
    note: str = ""


def check_request(draft: RequestDraft) -> RequestDraft:
    """The request in its stored form; raises InvalidInput.

    What is on the platform already plays no part: the answer tells nobody who has an account.
    """
    if draft.kind not in ROLES_BY_KIND:
        raise InvalidInput("kind_missing", "请选择单位类型。", field="kind")
    phone = people.check_phone(draft.phone)
    if phone is None:
        raise InvalidInput("phone_missing", "请填写联系电话，便于核实。", field="phone")
    if len(draft.note.strip()) > NOTE_MAX:
        raise InvalidInput("note_long", "说明不超过 {most} 个字。", field="note", most=NOTE_MAX)
    return RequestDraft(
        unit=people.check_unit_name(draft.unit),
        credit_code=people.check_credit_code(draft.credit_code),
        kind=draft.kind,
        name=people.check_name(draft.name),
        email=people.check_email(draft.email),
        phone=phone,
        district=draft.district or None,
        note=draft.note.strip(),
    )


def next_state(state: RequestState, step: RequestStep) -> RequestState:
    """The state after a step; raises ``IllegalTransition``."""
    return take_step(
        TRANSITIONS, state, step, subject="这项申请", states=STATE_LABELS, steps=STEP_LABELS
    )
