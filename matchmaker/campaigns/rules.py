"""Pure decisions about calls and editions: phases, dates, what changed between two editions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from matchmaker.errors import InvalidInput
from matchmaker.steps import take_step

TITLE_MAX = 100
TEXT_MAX = 20_000
#: A call shorter than this gives owners no time to write a need.
SHORTEST_DAYS = 7
LONGEST_DAYS = 366


class CampaignState(StrEnum):
    """Whether a call is public; its phase follows from its dates."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Phase(StrEnum):
    """Where a published call stands on a day."""

    COMING = "coming"
    OPEN = "open"
    CLOSED = "closed"


PHASE_LABELS = {Phase.COMING: "未开始", Phase.OPEN: "征集中", Phase.CLOSED: "已截止"}
STATE_LABELS = {
    CampaignState.DRAFT: "草稿",
    CampaignState.PUBLISHED: "已发布",
    CampaignState.WITHDRAWN: "已撤下",
}


class Step(StrEnum):
    """What can be done to a call."""

    PUBLISH = "publish"
    WITHDRAW = "withdraw"


TRANSITIONS: Mapping[tuple[CampaignState, Step], CampaignState] = {
    (CampaignState.DRAFT, Step.PUBLISH): CampaignState.PUBLISHED,
    (CampaignState.PUBLISHED, Step.WITHDRAW): CampaignState.WITHDRAWN,
}


def next_state(state: CampaignState, step: Step) -> CampaignState:
    """The state after a step; raises ``IllegalTransition`` where the step does not exist."""
    return take_step(TRANSITIONS, state, step, subject="征集通知", states=STATE_LABELS)


def phase_on(opens_on: date, closes_on: date, day: date) -> Phase:
    """Where a call stands; its first and last day are both open."""
    if day < opens_on:
        return Phase.COMING
    return Phase.OPEN if day <= closes_on else Phase.CLOSED


def check_call(*, title: str, text: str, opens_on: date, closes_on: date) -> None:
    """Raise ``InvalidInput`` unless title, text and dates make a call."""
    if not title or len(title) > TITLE_MAX:
        raise InvalidInput(
            "title", "请填写名称，不超过 {limit} 个字。", field="title", limit=TITLE_MAX
        )
    if not text or len(text) > TEXT_MAX:
        raise InvalidInput(
            "text", "请填写征集说明，不超过 {limit} 个字。", field="text", limit=TEXT_MAX
        )
    days = (closes_on - opens_on).days + 1
    if days < SHORTEST_DAYS:
        raise InvalidInput(
            "too_short",
            "征集期只有 {days} 天，至少应为 {least} 天，请核对起止日期。",
            field="closes_on",
            days=max(days, 0),
            least=SHORTEST_DAYS,
        )
    if days > LONGEST_DAYS:
        raise InvalidInput("too_long", "征集期不得超过一年，请核对年份。", field="closes_on")


class ListKind(StrEnum):
    """The published lists."""

    SCENE = "scene"
    JOB = "job"
    COMPONENT = "component"
    CHALLENGE = "challenge"
    SUPPLY = "supply"
    SOLUTION = "solution"


LIST_LABELS = {
    ListKind.SCENE: "场景需求清单",
    ListKind.JOB: "“就业”岗位清单",
    ListKind.COMPONENT: "零部件需求清单",
    ListKind.CHALLENGE: "揭榜挂帅榜单",
    ListKind.SUPPLY: "供给清单",
    ListKind.SOLUTION: "解决方案清单",
}

Row = Sequence[str]


@dataclass(frozen=True)
class ChangedRow:
    """An entry that stayed but reads differently: (column, before, after) for each cell."""

    key: str
    name: str
    cells: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class EditionChanges:
    """What an edition has that the one before had not, and the other way round."""

    added: tuple[Row, ...]
    removed: tuple[Row, ...]
    changed: tuple[ChangedRow, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.removed or self.changed)


def compute_changes(columns: Row, before: Sequence[Row], after: Sequence[Row]) -> EditionChanges:
    """Compare two editions of one list by the key in the first column; the second is the name."""
    old = {row[0]: row for row in before}
    new = {row[0]: row for row in after}
    changed = [
        ChangedRow(key, row[1], cells)
        for key, row in new.items()
        if key in old and (cells := _changed_cells(columns, old[key], row))
    ]
    return EditionChanges(
        added=tuple(row for key, row in new.items() if key not in old),
        removed=tuple(row for key, row in old.items() if key not in new),
        changed=tuple(changed),
    )


def _changed_cells(columns: Row, before: Row, after: Row) -> tuple[tuple[str, str, str], ...]:
    pairs = zip(columns, before, after, strict=True)
    return tuple((label, old, new) for label, old, new in pairs if old != new)
