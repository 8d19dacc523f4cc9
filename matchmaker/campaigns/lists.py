"""The rows of each list as a visitor may see them, in words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import joinedload

from matchmaker.actor import VISITOR
from matchmaker.campaigns.models import Campaign
from matchmaker.campaigns.queries import within
from matchmaker.campaigns.rules import ListKind
from matchmaker.catalogue.vocabulary import Vocabulary, load_vocabulary
from matchmaker.db import db
from matchmaker.demands.models import DemandListing
from matchmaker.demands.queries import visible_to
from matchmaker.demands.rules import OPEN_STATUSES, ListingKind
from matchmaker.demands.wording import describe_field
from matchmaker.suppliers.exchange import as_supply_row
from matchmaker.suppliers.profiles import list_profiles
from matchmaker.suppliers.showcase.models import Solution
from matchmaker.suppliers.showcase.queries import list_published_solutions

_WAN_FEN = 1_000_000
_COMMON = ("编号", "名称", "行业领域", "所在区县", "发布单位")
_DEMAND_COLUMNS: dict[ListKind, tuple[str, ...]] = {
    ListKind.SCENE: (*_COMMON, "任务", "数量（台、套）", "预算（万元）", "合作方式", "应答截止"),
    ListKind.JOB: (*_COMMON, "任务", "班次与工时", "岗位人数", "作业地点", "应答截止"),
    ListKind.COMPONENT: (*_COMMON, "配套整机", "接口与协议", "数量（台、套）", "应答截止"),
    ListKind.CHALLENGE: (*_COMMON, "攻关目标", "考核指标", "支持方式", "应答截止"),
}
_SUPPLY_COLUMNS = ("编号", "产品型号", "企业", "形态", "行业领域", "任务", "合作方式")
_SOLUTION_COLUMNS = ("编号", "方案名称", "企业", "行业领域", "任务", "合作方式", "方案摘要")


@dataclass(frozen=True)
class Snapshot:
    """A list at one moment; the first column is the key, the second the name."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    has_demo: bool

    @property
    def sha256(self) -> str:
        """The digest that is printed on every form of the edition."""
        content = [list(self.columns), *map(list, self.rows)]
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def take_snapshot(kind: ListKind, campaign: Campaign | None, today: date) -> Snapshot:
    """The list as a visitor could read it now, ordered by key; of one call where one is given."""
    if kind is ListKind.SUPPLY:
        return _take_supply(today)
    if kind is ListKind.SOLUTION:
        return _take_solutions()
    return _take_demands(kind, campaign)


def _take_demands(kind: ListKind, campaign: Campaign | None) -> Snapshot:
    vocabulary, make = load_vocabulary(), _ROW_MAKERS[kind]
    query = visible_to(VISITOR).where(
        DemandListing.status.in_(OPEN_STATUSES), DemandListing.kind == ListingKind(kind.value)
    )
    if campaign is not None:
        query = query.where(*within(campaign))
    loaded = query.options(joinedload(DemandListing.organisation)).order_by(DemandListing.code)
    listings = db.session.scalars(loaded).all()
    rows = tuple((*_common(row, vocabulary), *make(row, vocabulary)) for row in listings)
    return Snapshot(_DEMAND_COLUMNS[kind], rows, any(row.is_demo for row in listings))


def _common(row: DemandListing, vocabulary: Vocabulary) -> tuple[str, ...]:
    return (
        row.code,
        row.title,
        vocabulary.sector(row.sector).zh if row.sector else "",
        vocabulary.district(row.district).zh if row.district else "",
        row.organisation.name,
    )


def _tasks(row: DemandListing, vocabulary: Vocabulary) -> str:
    return "、".join(vocabulary.task(each.task).zh for each in row.tasks)


def _deadline(row: DemandListing, vocabulary: Vocabulary) -> str:
    return describe_field("deadline", row.deadline, vocabulary) if row.deadline else ""


def _wan(fen: int | None) -> str:
    if fen is None:
        return ""
    whole, rest = divmod(fen, _WAN_FEN)
    return f"{whole}.{rest:06d}".rstrip("0").rstrip(".")


def _budget(row: DemandListing) -> str:
    low, high = _wan(row.budget_low_fen), _wan(row.budget_high_fen)
    return f"{low}—{high}" if low and high and low != high else low or high or "面议"


def _scene_cells(row: DemandListing, vocabulary: Vocabulary) -> tuple[str, ...]:
    modes = "、".join(vocabulary.mode(each.mode).zh for each in row.modes)
    count = str(row.quantity or "")
    return (_tasks(row, vocabulary), count, _budget(row), modes, _deadline(row, vocabulary))


def _job_cells(row: DemandListing, vocabulary: Vocabulary) -> tuple[str, ...]:
    return (
        _tasks(row, vocabulary),
        row.facts.get("shift", ""),
        str(row.quantity or ""),
        row.facts.get("site", ""),
        _deadline(row, vocabulary),
    )


def _component_cells(row: DemandListing, vocabulary: Vocabulary) -> tuple[str, ...]:
    facts = (row.facts.get("host_robot", ""), row.facts.get("interface", ""))
    return (*facts, str(row.quantity or ""), _deadline(row, vocabulary))


def _challenge_cells(row: DemandListing, vocabulary: Vocabulary) -> tuple[str, ...]:
    facts = (row.facts.get(key, "") for key in ("goal", "indicators", "support"))
    return (*facts, _deadline(row, vocabulary))


_ROW_MAKERS: dict[ListKind, Callable[[DemandListing, Vocabulary], tuple[str, ...]]] = {
    ListKind.SCENE: _scene_cells,
    ListKind.JOB: _job_cells,
    ListKind.COMPONENT: _component_cells,
    ListKind.CHALLENGE: _challenge_cells,
}


def _take_supply(today: date) -> Snapshot:
    profiles = list_profiles(VISITOR)
    rows = sorted((as_supply_row(profile, today) for profile in profiles), key=lambda r: r.code)
    return Snapshot(
        _SUPPLY_COLUMNS,
        tuple((r.code, r.model, r.firm, r.form, r.sectors, r.tasks, r.modes) for r in rows),
        any(profile.is_demo for profile in profiles),
    )


def _take_solutions() -> Snapshot:
    vocabulary = load_vocabulary()
    rows = sorted(list_published_solutions(), key=lambda row: row.id)
    return Snapshot(_SOLUTION_COLUMNS, tuple(_solution_cells(r, vocabulary) for r in rows), False)


def _solution_cells(row: Solution, vocabulary: Vocabulary) -> tuple[str, ...]:
    return (
        f"FA{row.id:04d}",
        row.title,
        row.supplier.legal_name,
        vocabulary.sector(row.sector).zh,
        "、".join(vocabulary.task(task).zh for task in row.tasks),
        "、".join(vocabulary.mode(mode).zh for mode in row.modes),
        row.summary,
    )
