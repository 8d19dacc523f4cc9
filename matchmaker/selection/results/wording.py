"""The texts of the publicity page and of the announcement of a result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matchmaker.clock import format_day
from matchmaker.selection.applications.models import Application
from matchmaker.selection.applications.rules import Side
from matchmaker.selection.results.models import ResultEntry, RoundResult
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.programmes import Programme, get_programme


@dataclass(frozen=True)
class ListText:
    """A notice with a list."""

    title: str
    body: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def write_publicity(
    round_: SelectionRound, result: RoundResult, *, replaces: RoundResult | None = None
) -> ListText:
    """The 公示 of a proposed list; ``replaces`` is the list that was shown before it."""
    programme = get_programme(round_.programme)
    chosen = [entry for entry in result.entries if entry.selected]
    body = "\n".join(
        (
            f"根据{programme.clause}及《关于开展{round_.title}的通知》，经{_list_steps(round_)}，"
            f"{_propose(programme, len(chosen))}，现予公示。",
            f"公示期为{round_.publicity_days}个工作日，自{format_day(result.publicity_from)}"
            f"至{format_day(result.publicity_to)}止。",
            "公示期内，单位和个人对名单有异议的，可在本平台实名提出并附证据。"
            "匿名或者没有具体事实的异议不予受理。异议未答复前，不公布评选结果。",
            *_amendment_note(replaces),
            *_draft_note(programme),
        )
    )
    return ListText(
        title=f"{round_.title}拟入选名单公示{'（调整后）' if replaces else ''}",
        body=body,
        columns=_columns(programme),
        rows=_rows(chosen),
    )


def _list_steps(round_: SelectionRound) -> str:
    """What an application went through, as the round is set."""
    inspected = any(item.inspection_points for item in round_.criteria)
    steps = [
        ("单位申报", True),
        ("区县初审", round_.needs_district_review),
        ("行业主管部门提出意见", round_.needs_department_opinion),
        ("资格审查", True),
        ("现场核查", inspected),
        ("专家评审", True),
    ]
    return "、".join(name for name, taken in steps if taken)


def _propose(programme: Programme, count: int) -> str:
    if not count:
        return "没有申报达到入选条件，入选名单拟予空缺"
    return f"拟定以下{count}个{programme.subject}入选"


def _amendment_note(replaces: RoundResult | None) -> tuple[str, ...]:
    if replaces is None:
        return ()
    day = format_day(replaces.publicity_from)
    return (f"名单按规定作了调整，{day}发布的公示同时撤回，公示期重新计算。",)


def write_result(
    round_: SelectionRound, result: RoundResult, numbers: Mapping[int, str], *, objected: bool
) -> ListText:
    """The announcement after the publicity period; ``numbers`` of designation by application.

    ``objected``: objections were filed, and all of them answered.
    """
    programme = get_programme(round_.programme)
    chosen = [entry for entry in result.entries if entry.selected]
    shown = "公示期间收到的异议已全部办理完毕" if objected else "经公示无异议"
    body = "\n".join(
        (
            f"{shown}，现将{round_.title}结果予以公布，"
            f"共{len(chosen)}个{programme.subject}入选，命名为“杭州市{programme.zh}”。"
            if chosen
            else "本次评选没有申报达到入选条件，入选名单空缺。",
            "奖励金额以专项审计核定的实际投入为准，另行核定。",
            f"本次评选所用规则的校验值（SHA-256）：{result.rule_sha256}。",
            *_draft_note(programme),
        )
    )
    return ListText(
        title=f"{round_.title}结果公布",
        body=body,
        columns=("编号", f"{programme.subject}名称", "申报单位", "综合得分"),
        rows=tuple(
            (numbers[entry.application_id], *row[1:])
            for entry, row in zip(chosen, _rows(chosen), strict=True)
        ),
    )


def _draft_note(programme: Programme) -> tuple[str, ...]:
    if programme.binding:
        return ()
    return (
        "本项评选所依据的行动方案尚为征求意见稿，正式印发前，有关金额均为测算值，不作为兑付依据。",
    )


def _columns(programme: Programme) -> tuple[str, ...]:
    return ("序号", f"{programme.subject}名称", "申报单位", "综合得分")


def _rows(chosen: list[ResultEntry]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (str(number), entry.application.title, name_units(entry.application), entry.official or "")
        for number, entry in enumerate(chosen, start=1)
    )


def name_units(application: Application) -> str:
    """The consortium in one line, owners first."""
    members = sorted(application.members, key=lambda m: (m.side is not Side.OWNER, m.position))
    return "、".join(member.name for member in members)
