"""Pure decisions about panels: when a judge has a conflict, and what a conflict does."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from matchmaker.errors import IllegalTransition, InvalidInput


class MemberRole(StrEnum):
    """The part of a person in a panel."""

    CHAIR = "chair"
    MEMBER = "member"
    RESERVE = "reserve"


ROLE_LABELS: Mapping[MemberRole, str] = {
    MemberRole.CHAIR: "组长",
    MemberRole.MEMBER: "评委",
    MemberRole.RESERVE: "候补评委",
}


class ConflictSource(StrEnum):
    """Who brought a conflict up."""

    DECLARED = "declared"
    DETECTED = "detected"
    APPLICANT = "applicant"


SOURCE_LABELS: Mapping[ConflictSource, str] = {
    ConflictSource.DECLARED: "评委申明",
    ConflictSource.DETECTED: "系统比对",
    ConflictSource.APPLICANT: "申报单位提出",
}


class ConflictState(StrEnum):
    """What was decided about it. A pending conflict already bars, a stated one does not yet."""

    PENDING = "pending"
    #: Brought up by others than the judge after the scores were open: counts until it is decided.
    STATED = "stated"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


CONFLICT_LABELS: Mapping[ConflictState, str] = {
    ConflictState.PENDING: "待核定（暂不参评）",
    ConflictState.STATED: "待核定（核定前评分有效）",
    ConflictState.CONFIRMED: "已回避",
    ConflictState.REJECTED: "核定不需回避",
}

#: States in which the judge neither sees nor scores nor votes.
BARRING = frozenset({ConflictState.PENDING, ConflictState.CONFIRMED})
UNDECIDED = frozenset({ConflictState.PENDING, ConflictState.STATED})

REASON_MIN = 4
#: What an applicant states against a judge is told with its facts.
EVIDENCE_MIN = 10


@dataclass(frozen=True)
class Affiliations:
    """Units that a person or a consortium belongs to, by everything that identifies a unit."""

    organisation_ids: frozenset[int] = frozenset()
    credit_codes: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    #: Units that have signed a contract with these units on the platform.
    contract_partner_ids: frozenset[int] = frozenset()


def normalise_unit(name: str) -> str:
    """The form in which names of units are compared.

    >>> normalise_unit(" 演示 大学（杭州） ")
    '演示大学(杭州)'
    """
    return "".join(name.split()).replace("（", "(").replace("）", ")")


def find_conflict(judge: Affiliations, parties: Affiliations) -> str | None:
    """Why the judge may not read an application of these parties, or None."""
    if judge.organisation_ids & parties.organisation_ids:
        return "评委所在单位是申报联合体成员"
    if judge.credit_codes & parties.credit_codes:
        return "评委任职或兼职单位的统一社会信用代码与申报联合体成员相同"
    if judge.names & parties.names:
        return "评委任职或兼职单位的名称与申报联合体成员相同"
    if judge.contract_partner_ids & parties.organisation_ids:
        return "评委所在单位与申报联合体成员有合同往来"
    return None


def is_barred(states: Collection[ConflictState]) -> bool:
    """True when any of the conflicts of a judge with an application bars."""
    return any(state in BARRING for state in states)


def find_first_state(source: ConflictSource, *, opened: bool) -> ConflictState:
    """The state in which a conflict is stored; ``opened`` when the scores have been seen.

    Who has seen them must not drop one alone, so from then on only the judge's own word bars at
    once.
    """
    if source is ConflictSource.DECLARED:
        return ConflictState.PENDING
    if opened:
        return ConflictState.STATED
    detected = source is ConflictSource.DETECTED
    return ConflictState.CONFIRMED if detected else ConflictState.PENDING


def check_reason(reason: str, *, field: str = "reason", least: int = REASON_MIN) -> str:
    """The trimmed reason; raises ``InvalidInput`` for one that says nothing."""
    text = reason.strip()
    if len(text) < least:
        raise InvalidInput(
            "reason_missing", "请写明理由（不少于 {least} 个字）。", field=field, least=least
        )
    if len(text) > 1000:
        raise InvalidInput("reason_long", "理由不超过 1000 字。", field=field)
    return text


def check_relations(reasons: Mapping[str, str]) -> None:
    """Raise ``InvalidInput`` naming every scene (title → relation) whose relation says nothing."""
    silent = [title for title, reason in reasons.items() if len(reason.strip()) < REASON_MIN]
    if silent:
        raise InvalidInput(
            "relation_missing",
            "请写明与以下申报的关系（各不少于 {least} 个字）：{names}。",
            least=REASON_MIN,
            names="、".join(silent),
        )


def check_declared(declared: bool) -> None:
    """Raise ``IllegalTransition`` before the undertaking and the declaration are signed."""
    if not declared:
        raise IllegalTransition(
            "declaration_missing", "请先签署评审承诺和回避声明，再查阅申报材料。"
        )
