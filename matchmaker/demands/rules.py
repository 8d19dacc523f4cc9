"""Pure decisions about listings: kinds, states and steps, who must review, how long it may take."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from enum import StrEnum

from matchmaker.steps import take_step

#: A published listing so many days past its deadline without an outcome is chased.
CHASE_AFTER_DAYS = 14


class ListingKind(StrEnum):
    """The four kinds of listing; they share one life cycle."""

    SCENE = "scene"
    JOB = "job"
    COMPONENT = "component"
    CHALLENGE = "challenge"


KIND_LABELS = {
    ListingKind.SCENE: "场景需求",
    ListingKind.JOB: "“就业”岗位",
    ListingKind.COMPONENT: "零部件需求",
    ListingKind.CHALLENGE: "揭榜挂帅",
}

#: Letters of the running number: XQ2026-0001.
CODE_PREFIXES = {
    ListingKind.SCENE: "XQ",
    ListingKind.JOB: "GW",
    ListingKind.COMPONENT: "PT",
    ListingKind.CHALLENGE: "JB",
}


class ListingStatus(StrEnum):
    """Where a listing stands. The three ways of closing are states of their own."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RECTIFICATION = "rectification"
    RETURNED = "returned"
    PUBLISHED = "published"
    ANSWERED = "answered"
    AGREED = "agreed"
    UNMET = "unmet"
    WITHDRAWN = "withdrawn"
    DEPLOYED = "deployed"


STATUS_LABELS = {
    ListingStatus.DRAFT: "草稿",
    ListingStatus.SUBMITTED: "待审核",
    ListingStatus.RECTIFICATION: "待整改",
    ListingStatus.RETURNED: "已退回",
    ListingStatus.PUBLISHED: "征集中",
    ListingStatus.ANSWERED: "已有应答",
    ListingStatus.AGREED: "已成交",
    ListingStatus.UNMET: "无合适方案",
    ListingStatus.WITHDRAWN: "已撤回",
    ListingStatus.DEPLOYED: "已部署",
}

#: What everybody may see. A withdrawn listing is not public any more.
PUBLIC_STATUSES = frozenset(
    {
        ListingStatus.PUBLISHED,
        ListingStatus.ANSWERED,
        ListingStatus.AGREED,
        ListingStatus.UNMET,
        ListingStatus.DEPLOYED,
    }
)
#: Still looking for suppliers.
OPEN_STATUSES = frozenset({ListingStatus.PUBLISHED, ListingStatus.ANSWERED})
#: The owner may change the text without leaving a public history.
EDITABLE_STATUSES = frozenset(
    {ListingStatus.DRAFT, ListingStatus.RECTIFICATION, ListingStatus.RETURNED}
)


class Step(StrEnum):
    """What can be done to a listing as a whole."""

    SUBMIT = "submit"
    RECALL = "recall"
    PUBLISH = "publish"
    RECTIFY = "rectify"
    RETURN = "return"
    ANSWER = "answer"
    AGREE = "agree"
    GIVE_UP = "give_up"
    WITHDRAW = "withdraw"
    DEPLOY = "deploy"
    REOPEN = "reopen"


STEP_LABELS = {
    Step.SUBMIT: "提交审核",
    Step.RECALL: "撤回提交",
    Step.PUBLISH: "审核通过并发布",
    Step.RECTIFY: "要求整改",
    Step.RETURN: "退回",
    Step.ANSWER: "登记应答",
    Step.AGREE: "登记成交",
    Step.GIVE_UP: "登记无合适方案",
    Step.WITHDRAW: "撤回",
    Step.DEPLOY: "登记部署",
    Step.REOPEN: "重新开放",
}

_S = ListingStatus
TRANSITIONS: Mapping[tuple[ListingStatus, Step], ListingStatus] = {
    (_S.DRAFT, Step.SUBMIT): _S.SUBMITTED,
    (_S.RECTIFICATION, Step.SUBMIT): _S.SUBMITTED,
    (_S.RETURNED, Step.SUBMIT): _S.SUBMITTED,
    (_S.SUBMITTED, Step.RECALL): _S.DRAFT,
    (_S.SUBMITTED, Step.PUBLISH): _S.PUBLISHED,
    (_S.SUBMITTED, Step.RECTIFY): _S.RECTIFICATION,
    (_S.SUBMITTED, Step.RETURN): _S.RETURNED,
    (_S.PUBLISHED, Step.ANSWER): _S.ANSWERED,
    (_S.PUBLISHED, Step.AGREE): _S.AGREED,
    (_S.ANSWERED, Step.AGREE): _S.AGREED,
    (_S.PUBLISHED, Step.GIVE_UP): _S.UNMET,
    (_S.ANSWERED, Step.GIVE_UP): _S.UNMET,
    (_S.SUBMITTED, Step.WITHDRAW): _S.WITHDRAWN,
    (_S.RECTIFICATION, Step.WITHDRAW): _S.WITHDRAWN,
    (_S.RETURNED, Step.WITHDRAW): _S.WITHDRAWN,
    (_S.PUBLISHED, Step.WITHDRAW): _S.WITHDRAWN,
    (_S.ANSWERED, Step.WITHDRAW): _S.WITHDRAWN,
    (_S.AGREED, Step.DEPLOY): _S.DEPLOYED,
    (_S.AGREED, Step.REOPEN): _S.PUBLISHED,
    (_S.UNMET, Step.REOPEN): _S.PUBLISHED,
    (_S.WITHDRAWN, Step.REOPEN): _S.DRAFT,
}


def next_status(status: ListingStatus, step: Step) -> ListingStatus:
    """The status after a step; raises ``IllegalTransition`` where the step does not exist."""
    return take_step(
        TRANSITIONS, status, step, subject="需求", states=STATUS_LABELS, steps=STEP_LABELS
    )


class ReviewPart(StrEnum):
    """The two reviews that a listing needs before it is published."""

    SECTOR = "sector"
    DISTRICT = "district"


PART_LABELS = {ReviewPart.SECTOR: "行业主管部门", ReviewPart.DISTRICT: "属地区县"}


class Decision(StrEnum):
    """What a review can end with."""

    APPROVE = "approve"
    RECTIFY = "rectify"
    RETURN = "return"


DECISION_LABELS = {
    Decision.APPROVE: "通过",
    Decision.RECTIFY: "整改",
    Decision.RETURN: "退回",
}


def list_missing_parts(approved: Collection[ReviewPart]) -> tuple[ReviewPart, ...]:
    """The reviews that have not approved the present submission yet."""
    return tuple(part for part in ReviewPart if part not in approved)


def is_overdue(status: ListingStatus, deadline: date | None, today: date) -> bool:
    """True when the deadline passed over 14 days ago and no outcome was recorded."""
    if status not in OPEN_STATUSES or deadline is None:
        return False
    return today > deadline + timedelta(days=CHASE_AFTER_DAYS)


def format_code(kind: ListingKind, year: int, number: int) -> str:
    """The running number as it is printed.

    >>> format_code(ListingKind.SCENE, 2026, 7)
    'XQ2026-0007'
    """
    return f"{CODE_PREFIXES[kind]}{year}-{number:04d}"
