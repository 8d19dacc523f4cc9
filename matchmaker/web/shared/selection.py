"""Rounds, applications and results as pages show them to everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from matchmaker.actor import Actor
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.errors import DomainError
from matchmaker.selection.applications import rules as application_rules
from matchmaker.selection.applications.models import Application
from matchmaker.selection.applications.rules import (
    CONTENT_LABELS,
    PRIVATE_CONTENT,
    ApplicationState,
    Side,
)
from matchmaker.selection.results.models import RoundResult
from matchmaker.selection.results.publicity import read_last_day
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.programmes import get_programme
from matchmaker.selection.rounds.rules import (
    ANCHOR_LEVELS,
    HUNDREDTHS,
    RULE_LABELS,
    STATE_LABELS,
    TIE_CHAIN,
    RoundState,
)
from matchmaker.selection.scoring.rules import format_score

ROUND_TONES = {
    RoundState.DRAFT: "plain",
    RoundState.OPEN: "info",
    RoundState.PUBLICITY: "gold",
    RoundState.CONFIRMED: "good",
    RoundState.CANCELLED: "bad",
}
APPLICATION_TONES = {
    ApplicationState.DRAFT: "plain",
    ApplicationState.SUBMITTED: "unsure",
    ApplicationState.RECTIFYING: "bad",
    ApplicationState.QUALIFIED: "info",
    ApplicationState.REJECTED: "bad",
    ApplicationState.SHORTLISTED: "info",
    ApplicationState.DESIGNATED: "good",
}
SIDE_LABELS = {Side.OWNER: "场景业主", Side.SUPPLIER: "机器人企业"}
#: The way of a round as its pages draw it: label → the states that are behind it when passed.
_WAY = (
    ("申报", (RoundState.OPEN,)),
    ("资格审查", (RoundState.REVIEW,)),
    ("初评", (RoundState.PRELIMINARY,)),
    ("现场核查", (RoundState.SHORTLIST,)),
    ("复评", (RoundState.FINAL, RoundState.RANKED)),
    ("公示", (RoundState.PUBLICITY,)),
    ("公布", (RoundState.CONFIRMED,)),
)
_ORDER = list(RoundState)


@dataclass(frozen=True)
class Badge:
    """A word and its tone for the ``badge`` macro."""

    label: str
    tone: str


def round_badge(row: SelectionRound) -> Badge:
    """Where a round stands."""
    return Badge(STATE_LABELS[row.state], ROUND_TONES.get(row.state, "info"))


def application_badge(row: Application) -> Badge:
    """Where an application stands."""
    label = application_rules.STATE_LABELS[row.state]
    return Badge(label, APPLICATION_TONES.get(row.state, "plain"))


def list_steps(row: SelectionRound) -> list[dict[str, str]]:
    """The way of the round for the ``steps`` macro."""
    way = [step for step in _WAY if row.stages == 2 or step[0] not in {"初评", "现场核查"}]
    found = []
    for label, states in way:
        if row.state is RoundState.CANCELLED:
            state = "stopped"
        elif row.state in states:
            state = "done" if row.state is RoundState.CONFIRMED else "now"
        else:
            state = "done" if _ORDER.index(row.state) > _ORDER.index(states[-1]) else "next"
        shown = "评审" if label == "复评" and row.stages == 1 else label
        found.append({"label": shown, "state": state})
    return found


def list_criteria(row: SelectionRound) -> list[dict[str, Any]]:
    """Criteria with their anchors."""
    return [
        {
            "id": item.id,
            "key": item.key,
            "name": item.name,
            "weight": item.weight,
            "inspection_points": item.inspection_points,
            "description": item.description,
            "basis": item.basis,
            "anchors": [
                (level, text)
                for level, text in zip(ANCHOR_LEVELS, item.anchors, strict=True)
                if text
            ],
        }
        for item in row.criteria
    ]


def list_rules(row: SelectionRound) -> list[tuple[str, str]]:
    """The rules of the round as (term, text) pairs."""
    stages = (
        f"初评（每个申报{row.judges_per_scene}位评委）、复评（全体无利害关系的评委）两轮"
        if row.stages == 2
        else "全体无利害关系的评委一轮评审"
    )
    marks = []
    if row.pass_mark is not None:
        marks.append(f"总分不低于{format_score(row.pass_mark)}分")
    if row.item_pass_percent:
        marks.append(f"各项平均得分不低于该项满分的{row.item_pass_percent}%")
    ties = "；".join(TIE_CHAIN[step] for step in row.tie_chain)
    opinions = [
        label
        for label, needed in (
            ("区县初审意见", row.needs_district_review),
            ("行业主管部门意见", row.needs_department_opinion),
        )
        if needed
    ]
    return [
        ("名额", f"{row.quota}个，宁缺毋滥"),
        ("资格审查", "、".join(["资格条件逐项核对", *opinions])),
        ("评审方式", stages),
        ("成绩计算", RULE_LABELS[row.rule]),
        (
            "有效评分",
            f"每个申报的有效评分不少于{row.quorum_final}份，回避的评委不计分、不计零分",
        ),
        ("入选条件", "，且".join(marks) or "按得分排序"),
        ("同分处理", f"依次比较：{ties}"),
        ("联合体", f"不超过{row.consortium_max}家，供需双方均应参加"),
        ("公示", f"{row.publicity_days}个工作日"),
    ]


def list_parties(row: Application) -> list[dict[str, str]]:
    """The consortium for a page."""
    return [
        {
            "name": member.name,
            "side": SIDE_LABELS[member.side],
            "lead": "牵头单位" if member.is_lead else "",
            "credit_code": member.credit_code or "",
        }
        for member in row.members
    ]


def label_sector(sector: str | None) -> str:
    """The Chinese label of a sector, or nothing."""
    found = load_vocabulary().sectors.find(sector) if sector else None
    return found.zh if found else ""


def label_district(district: str | None) -> str:
    """The Chinese label of a district, or nothing."""
    found = load_vocabulary().districts.find(district) if district else None
    return found.zh if found else ""


def list_content(row: Application, data: dict[str, Any], *, private: bool) -> list[tuple[str, str]]:
    """Content of an application as (label, text); ``private`` lines only where allowed."""
    labels = {**CONTENT_LABELS, **get_programme(row.round.programme).labels}
    found = []
    for key, label in labels.items():
        if key in {"title", "investment_fen"} or (key in PRIVATE_CONTENT and not private):
            continue
        text = str(data.get(key) or "")
        if text:
            found.append((label, text))
    return found


def list_result_rows(result: RoundResult, *, all_lines: bool) -> list[dict[str, Any]]:
    """Lines of a result; the public sees the selected ones only."""
    return [
        {
            "rank": entry.rank,
            "code": entry.application.code,
            "application_id": entry.application_id,
            "title": entry.application.title,
            "units": "、".join(member.name for member in entry.application.members),
            "sector": label_sector(entry.application.sector),
            "official": entry.official,
            "exact": entry.official_exact,
            "valid_scores": entry.valid_scores,
            "selected": entry.selected,
            "reserve": entry.reserve,
            "tie": entry.tie_broken_by,
            "below_quorum": entry.below_quorum,
            "failed": entry.failed,
        }
        for entry in result.entries
        if all_lines or entry.selected
    ]


def show_points(value: Fraction | int | None) -> str:
    """Hundredths for display."""
    return format_score(value)


def parse_hundredths(text: str) -> int | None:
    """Hundredths from a typed number with at most two decimals; None when it is none."""
    whole, _, decimals = text.strip().partition(".")
    if not (whole.isascii() and whole.isdigit() and len(whole) <= 6):
        return None
    if decimals and not (decimals.isascii() and decimals.isdigit() and len(decimals) <= 2):
        return None
    return int(whole) * HUNDREDTHS + int((decimals + "00")[:2])


def find_last_day(actor: Actor, result: RoundResult | None) -> date | None:
    """The last day of a published list for display; None before and after a withdrawal."""
    if result is None or result.notice_id is None:
        return None
    try:
        return read_last_day(actor, result)
    except DomainError:
        return None


def programme_of(row: SelectionRound) -> Any:
    """The programme of a round."""
    return get_programme(row.programme)
