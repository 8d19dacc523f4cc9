"""Pure decisions about objections: states, who may file until when, deadlines."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from matchmaker.errors import IllegalTransition, InvalidInput

TEXT_MAX = 3000
#: Shorter than this no fact is told.
TEXT_MIN = 10
#: Working days within which an objection is accepted or declined after it was filed, and within
#: which the enquiry ends and the answer is given after it was accepted.
ACCEPT_DAYS = 3
ENQUIRE_DAYS = 10
ANSWER_DAYS = 15
FILES_MAX = 5
#: The receipt number: 16 signs of 32, which nobody guesses and nobody misreads.
RECEIPT_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V", "—": "-", "－": "-"})


class ObjectionState(StrEnum):
    """Where an objection stands."""

    FILED = "filed"
    ACCEPTED = "accepted"
    ENQUIRED = "enquired"
    DECLINED = "declined"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


STATE_LABELS: Mapping[ObjectionState, str] = {
    ObjectionState.FILED: "已收到，待受理",
    ObjectionState.ACCEPTED: "已受理，核查中",
    ObjectionState.ENQUIRED: "核查完毕，待答复",
    ObjectionState.DECLINED: "不予受理",
    ObjectionState.UPHELD: "异议成立",
    ObjectionState.DISMISSED: "异议不成立",
}

#: States in which the list cannot be confirmed.
OPEN_STATES = frozenset({ObjectionState.FILED, ObjectionState.ACCEPTED, ObjectionState.ENQUIRED})

_NEXT: Mapping[ObjectionState, frozenset[ObjectionState]] = {
    ObjectionState.FILED: frozenset({ObjectionState.ACCEPTED, ObjectionState.DECLINED}),
    ObjectionState.ACCEPTED: frozenset({ObjectionState.ENQUIRED}),
    ObjectionState.ENQUIRED: frozenset({ObjectionState.UPHELD, ObjectionState.DISMISSED}),
}


def make_receipt(today: date, signs: str) -> str:
    """The receipt number of an objection filed today; ``signs`` are 16 random ones.

    >>> make_receipt(date(2026, 12, 8), "0123456789ABCDEF")
    'YY20261208-0123-4567-89AB-CDEF'
    """
    groups = [signs[start : start + 4] for start in range(0, len(signs), 4)]
    return f"YY{today:%Y%m%d}-{'-'.join(groups)}"


def mask_receipt(receipt: str) -> str:
    """A receipt number as the desk sees it: the whole of it is the key to the objector's query.

    >>> mask_receipt("YY20261208-0123-4567-89AB-CDEF")
    'YY20261208-****-****-****-CDEF'
    """
    day, *groups = receipt.split("-")
    return "-".join([day, *("****" for _ in groups[:-1]), *groups[-1:]])


def read_receipt(text: str) -> str:
    """A receipt number as it was typed, with signs that are easily misread put right.

    >>> read_receipt(" yy20261208-O123-4567-89ab-cdef ")
    'YY20261208-0123-4567-89AB-CDEF'
    """
    found = "".join(text.upper().split())
    return found[:2] + found[2:].translate(_MISREAD)


def find_deadline(
    state: ObjectionState, *, accept_by: date, enquire_by: date | None, answer_by: date | None
) -> date | None:
    """The deadline of the step that an open objection waits for; None once it was decided."""
    return {
        ObjectionState.FILED: accept_by,
        ObjectionState.ACCEPTED: enquire_by,
        ObjectionState.ENQUIRED: answer_by,
    }.get(state)


def check_transition(now: ObjectionState, target: ObjectionState) -> None:
    """Raise ``IllegalTransition`` unless an objection may go there."""
    if target not in _NEXT.get(now, frozenset()):
        raise IllegalTransition(
            "objection_step",
            "异议当前为“{now}”，不能转为“{target}”。",
            now=STATE_LABELS[now],
            target=STATE_LABELS[target],
        )


def compute_digest(receipt: str, name: str, contact: str, text: str, evidence: str) -> str:
    """SHA-256 of an objection as it was filed, for the trail, which must not hold the person.

    The receipt, which cannot be guessed, keeps name and contact from being tried out.
    """
    content = json.dumps([receipt, name, contact, text, evidence], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()


def check_filing(*, name: str, contact: str, text: str) -> None:
    """Raise ``InvalidInput`` for an objection that is not signed or says nothing."""
    for field, value, label, limit in (
        ("name", name, "姓名或单位名称", 120),
        ("contact", contact, "联系方式", 120),
        ("text", text, "异议内容和理由", TEXT_MAX),
    ):
        if not value.strip():
            raise InvalidInput("objection_incomplete", "请填写{label}。", field=field, label=label)
        if len(value) > limit:
            raise InvalidInput(
                "objection_long",
                "{label}不超过 {limit} 字。",
                field=field,
                label=label,
                limit=limit,
            )
    if len(text.strip()) < TEXT_MIN:
        raise InvalidInput(
            "objection_short",
            "请写明具体事实，不少于 {least} 个字。",
            field="text",
            least=TEXT_MIN,
        )


def check_within_publicity(today: date, first_day: date, last_day: date) -> None:
    """Raise ``IllegalTransition`` outside the publicity period; both days count."""
    if not first_day <= today <= last_day:
        raise IllegalTransition(
            "publicity_over", "异议应在公示期内提出，本次公示期已届满或尚未开始。"
        )
