"""The agenda of a hearing as PDF: for the desk, for one judge, for one application's units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from matchmaker.clock import CHINA
from matchmaker.documents.pdf import render_pdf
from matchmaker.selection.applications.models import Application
from matchmaker.selection.hearings.models import Hearing, PresentationSlot
from matchmaker.selection.hearings.queries import AgendaLine
from matchmaker.selection.hearings.rules import ORDER_LABELS, OrderKind, hash_lot
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.operations import ISSUER

_TEMPLATE = "hearing_agenda.typ"
_DEMO = "本议程为演示数据，不代表有关单位意见。"


def write_desk_agenda(
    round_: SelectionRound,
    hearing: Hearing | None,
    lines: Sequence[AgendaLine],
    barred: Mapping[int, Sequence[str]],
) -> bytes:
    """The whole agenda with the judges who leave the room; never outside the bureau."""
    rows = [
        [
            str(line.number),
            time,
            f"{line.application.code} {line.application.title}",
            _name_units(line.application),
            "、".join(barred.get(line.application.id, ())) or "无",
        ]
        for line, time in zip(lines, _show_times(lines), strict=True)
    ]
    data = {
        "subtitle": "（组织单位用，含回避信息，不得外传）",
        "facts": [*_facts(lines), ["顺序", describe_order(hearing)]],
        "widths": ["auto", "auto", "1.4fr", "1.4fr", "auto"],
        "header": ["序号", "时间", "申报", "申报单位", "应回避评委"],
        "rows": rows,
        "notes": ["应回避的评委在该场答辩开始前退场，不提问、不打分、不参加讨论。"],
    }
    return _render(round_, hearing, lines, data)


def write_panel_agenda(
    round_: SelectionRound, hearing: Hearing | None, lines: Sequence[AgendaLine]
) -> bytes:
    """The presentations that one judge hears; no other judge is named."""
    rows = [
        [str(line.number), time, line.application.title, _name_units(line.application)]
        for line, time in zip(lines, _show_times(lines), strict=True)
    ]
    data = {
        "subtitle": "（评委用）",
        "facts": _facts(lines),
        "widths": ["auto", "auto", "1.4fr", "1.4fr"],
        "header": ["序号", "时间", "申报名称", "申报单位"],
        "rows": rows,
        "notes": [
            "本议程只列您承担评审任务的申报。议程和答辩内容不得外传。",
            "答辩记录在评分页面申报材料一侧查阅，随时刷新即为最新。",
        ],
    }
    return _render(round_, hearing, lines, data)


def write_notice(round_: SelectionRound, hearing: Hearing | None, line: AgendaLine) -> bytes:
    """When and where one application is presented; no judge and no other application in it."""
    data = {
        "subtitle": "（申报单位用）",
        "facts": [
            ["申报名称", line.application.title],
            ["申报编号", line.application.code],
            ["申报单位", _name_units(line.application)],
            ["时间", f"{_show_day(line.slot.starts_at)}{_show_hours(line)}"],
            ["时长", f"{line.slot.minutes}分钟（含评委提问）"],
            ["地点", line.slot.place],
            ["顺序", f"第{line.number}场，{describe_order(hearing)}"],
        ],
        "widths": [],
        "header": [],
        "rows": [],
        "notes": [
            "请提前十五分钟到场签到，逾期未到的，按评选通知的规定办理。",
            "时间如有调整，以平台页面和通知为准。",
            *_explain_draw(hearing, line.application),
        ],
    }
    return _render(round_, hearing, [line], data)


def describe_order(hearing: Hearing | None) -> str:
    """How the order came about, in words."""
    if hearing is None:
        return ORDER_LABELS[OrderKind.STATED]
    label = ORDER_LABELS[hearing.order_kind]
    if hearing.order_kind is not OrderKind.DRAWN:
        return label
    return f"{label}（种子“{hearing.seed}”，第{hearing.draws}次抽签）"


def _explain_draw(hearing: Hearing | None, row: Application) -> list[str]:
    if hearing is None or hearing.order_kind is not OrderKind.DRAWN:
        return []
    lot = hash_lot(hearing.seed, row.code)
    return [
        "抽签办法：将“种子|申报编号”按 UTF-8 编码计算 SHA-256 值，由小到大为答辩顺序。"
        f"贵单位的签号前十六位为 {lot[:16]}，可自行核算。"
    ]


def _facts(lines: Sequence[AgendaLine]) -> list[list[str]]:
    days = _unique(_show_day(line.slot.starts_at) for line in lines)
    places = _unique(line.slot.place for line in lines)
    return [["日期", "、".join(days)], ["地点", "、".join(places)], ["场次", f"{len(lines)}场"]]


def _unique(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))


def _show_day(moment: datetime) -> str:
    day = moment.astimezone(CHINA)
    return f"{day.year}年{day.month}月{day.day}日"


def _show_hours(line: AgendaLine) -> str:
    start, end = line.slot.starts_at.astimezone(CHINA), line.ends_at.astimezone(CHINA)
    return f"{start:%H:%M}—{end:%H:%M}"


def _show_times(lines: Sequence[AgendaLine]) -> list[str]:
    """Day and hours of each presentation, and its place where there are several."""
    places = {line.slot.place for line in lines}
    days = [line.slot.starts_at.astimezone(CHINA) for line in lines]
    return [
        f"{day.month}月{day.day}日 {_show_hours(line)}"
        + (f"\n{line.slot.place}" if len(places) > 1 else "")
        for day, line in zip(days, lines, strict=True)
    ]


def _name_units(row: Application) -> str:
    return "、".join(member.name for member in row.members)


def _render(
    round_: SelectionRound,
    hearing: Hearing | None,
    lines: Sequence[AgendaLine],
    data: Mapping[str, object],
) -> bytes:
    moment = _find_moment(hearing, [line.slot for line in lines])
    return render_pdf(
        _TEMPLATE,
        {
            "title": f"{round_.title}答辩议程",
            **data,
            "issuer": ISSUER,
            "day": _show_day(moment),
            "provenance": [_DEMO] if round_.is_demo else [],
        },
        made_at=moment,
    )


def _find_moment(hearing: Hearing | None, slots: Sequence[PresentationSlot]) -> datetime:
    """When the agenda last changed; agendas of before this was noted are dated by their start."""
    if hearing is None:
        return min(slot.starts_at for slot in slots)
    return hearing.changed_at
