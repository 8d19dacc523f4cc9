"""Pure decisions about the panel's votes on the list (合议决议): who votes and what counts.

A vote never changes a score or a rank: it keeps a scene off the list, lifts that again, or orders
scenes that share the place at the cut.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from matchmaker.errors import InvalidInput
from matchmaker.selection.panels.rules import check_reason

MINUTES_MIN = 10
MINUTES_MAX = 5000


class ResolutionKind(StrEnum):
    """What the panel voted on."""

    WITHHOLD = "withhold"
    RESTORE = "restore"
    BALLOT = "ballot"


KIND_LABELS: Mapping[ResolutionKind, str] = {
    ResolutionKind.WITHHOLD: "不列入建议名单",
    ResolutionKind.RESTORE: "恢复列入",
    ResolutionKind.BALLOT: "同分投票",
}


class ResolutionState(StrEnum):
    """A resolution counts once a second person or the chair has confirmed it."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    DECLINED = "declined"


RESOLUTION_LABELS: Mapping[ResolutionState, str] = {
    ResolutionState.PENDING: "待确认",
    ResolutionState.CONFIRMED: "已确认",
    ResolutionState.DECLINED: "不予确认",
}


@dataclass(frozen=True, kw_only=True)
class ResolutionDraft:
    """A vote as entered. ``voters`` are ids of panel members who were present.

    A ballot has ``ballots`` (votes by code) and abstentions, the other kinds votes for and against.
    """

    kind: ResolutionKind
    scenes: tuple[str, ...]
    voters: frozenset[int]
    votes_for: int = 0
    votes_against: int = 0
    votes_abstained: int = 0
    ballots: Mapping[str, int] = field(default_factory=dict)
    held_on: date
    reason: str
    minutes: str


def check_vote(draft: ResolutionDraft, entitled: Collection[int], today: date) -> None:
    """Raise ``InvalidInput`` for a vote that could not have been held so."""
    check_reason(draft.reason)
    if not MINUTES_MIN <= len(draft.minutes.strip()) <= MINUTES_MAX:
        raise InvalidInput(
            "minutes_missing",
            "请填写会议纪要（{least} 至 {most} 个字）。",
            field="minutes",
            least=MINUTES_MIN,
            most=MINUTES_MAX,
        )
    if draft.held_on > today:
        raise InvalidInput("vote_date", "表决日期不能晚于今天。", field="held_on")
    if not draft.voters <= set(entitled):
        raise InvalidInput(
            "voter_not_entitled",
            "参加表决的只能是本轮评审中与所议场景没有回避关系的评委，请核对到会人员。",
            field="voters",
        )
    if not draft.voters or 3 * len(draft.voters) < 2 * len(entitled):
        raise InvalidInput(
            "vote_quorum",
            "到会评委不足有权表决人数（{count} 人）的三分之二，表决无效。",
            field="voters",
            count=len(entitled),
        )
    _check_counts(draft)


def _check_counts(draft: ResolutionDraft) -> None:
    is_ballot = draft.kind is ResolutionKind.BALLOT
    given = list(draft.ballots.values()) if is_ballot else [draft.votes_for, draft.votes_against]
    given.append(draft.votes_abstained)
    if min(given) < 0 or sum(given) != len(draft.voters):
        raise InvalidInput(
            "vote_count",
            "票数合计 {given} 张，应与到会评委 {voters} 人一致，每人一票。",
            field="votes_abstained",
            given=sum(given),
            voters=len(draft.voters),
        )
    if is_ballot and set(draft.ballots) != set(draft.scenes):
        raise InvalidInput("ballot_scenes", "请填写每个同分场景的得票数。", field="votes_abstained")


def is_carried(draft: ResolutionDraft) -> bool:
    """True when more than half of those present voted for it; a ballot always says something."""
    return draft.kind is ResolutionKind.BALLOT or 2 * draft.votes_for > len(draft.voters)
