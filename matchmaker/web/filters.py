"""What templates may compute: pure functions on money, dates, texts and shares of a bar.

``install(environment)`` registers them; ``docs/style-guide.md`` shows each with an example.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment
from markupsafe import Markup, escape

from matchmaker.clock import CHINA

#: Shown where a value was not given; never an empty cell.
ABSENT = "—"

#: Stands for a form whose protection against forgery has run out.
STALE_FORM = "页面停留过久或登录状态已变化，请核对内容后重新提交。"

FEN_PER_YUAN = 100
FEN_PER_WAN = 1_000_000

#: verdict -> (label, tone, icon); the tone alone never carries the meaning.
VERDICTS: Mapping[str, tuple[str, str, str]] = {
    "met": ("满足", "good", "check"),
    "unmet": ("不满足", "bad", "cross"),
    "unknown": ("待核实", "unsure", "question"),
}

#: evidence -> (label, explanation), weakest first.
EVIDENCE: Mapping[str, tuple[str, str]] = {
    "unverified": ("未核验", "平台整理，尚未在来源中查实"),
    "claimed": ("自述", "企业自述或见于公开来源"),
    "documented": ("有材料", "已提交证明材料"),
    "verified": ("已核验", "经主管部门或检测机构核验，在有效期内"),
}

#: Icon of a sector in static/images/icons.svg.
SECTOR_ICONS: Mapping[str, str] = {
    "工业制造": "gear",
    "市政巡检": "rail",
    "医疗康养": "pulse",
    "文旅服务": "pagoda",
    "应急作业": "flame",
    "安保巡逻": "shield",
    "城市管理": "city",
    "教育科研": "book",
    "生活服务": "cup",
    "物流": "box",
}


def format_yuan(fen: int | None) -> str:
    """``1,500,000.00元``; ``—`` for None.

    >>> format_yuan(150000000)
    '1,500,000.00元'
    """
    if fen is None:
        return ABSENT
    return f"{Decimal(fen) / FEN_PER_YUAN:,.2f}元"


def _wan_figure(fen: int) -> str:
    figure = f"{Decimal(fen) / FEN_PER_WAN:,.6f}"
    return figure.rstrip("0").rstrip(".")


def format_wan(fen: int | None) -> str:
    """``150万元``, exact to the fen; ``—`` for None.

    >>> format_wan(123456789)
    '123.456789万元'
    """
    return ABSENT if fen is None else f"{_wan_figure(fen)}万元"


def format_wan_range(low: int | None, high: int | None) -> str:
    """``180万元—300万元``, ``180万元以上``, ``300万元以内`` or ``面议``; both bounds in fen."""
    if low is None and high is None:
        return "面议"
    if high is None:
        return f"{format_wan(low)}以上"
    if low is None:
        return f"{format_wan(high)}以内"
    return format_wan(low) if low == high else f"{format_wan(low)}—{format_wan(high)}"


def format_number(value: int | Decimal | float | None) -> str:
    """With separators of thousands: ``12,345``; ``—`` for None."""
    return ABSENT if value is None else f"{value:,}"


def format_percent(share: Decimal | float | None, digits: int = 0) -> str:
    """A share (0.125) as ``12.5%``, rounded half up; ``—`` for None."""
    if share is None:
        return ABSENT
    step = Decimal(1).scaleb(-digits)
    return f"{(Decimal(str(share)) * 100).quantize(step, ROUND_HALF_UP)}%"


def format_file_size(size: int) -> str:
    """Bytes as ``3.4 MB``; below 1,024 as ``512 字节``."""
    if size < 1024:
        return f"{size} 字节"
    unit, amount = "KB", Decimal(size) / 1024
    for larger in ("MB", "GB"):
        if amount < 1024:
            break
        unit, amount = larger, amount / 1024
    return f"{amount:.1f} {unit}"


def _legal_day(value: date | datetime | str) -> date:
    if isinstance(value, str):
        return date.fromisoformat(value[:10])
    return value.astimezone(CHINA).date() if isinstance(value, datetime) else value


def format_date(value: date | datetime | str | None) -> str:
    """``2026年11月20日``, the legal day in China; ISO text is taken too; ``—`` for None."""
    if value is None:
        return ABSENT
    day = _legal_day(value)
    return f"{day.year}年{day.month}月{day.day}日"


def format_datetime(moment: datetime | None) -> str:
    """``2026年11月20日 09:30`` in China's time; ``—`` for None."""
    if moment is None:
        return ABSENT
    local = moment.astimezone(CHINA)
    return f"{format_date(local)} {local:%H:%M}"


def format_iso(value: date | datetime | str | None) -> str:
    """The machine form for ``<time datetime>``."""
    if value is None or isinstance(value, str):
        return value or ""
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value.isoformat()


def format_remaining(deadline: date | datetime | str | None, now: datetime) -> str:
    """``还有 12 天 3 小时``; a date lasts to its end in China; past it ``已截止``."""
    if deadline is None:
        return "长期有效"
    left = end_of(deadline) - now
    if left <= timedelta(0):
        return "已截止"
    hours = left.seconds // 3600
    if left.days:
        return f"还有 {left.days} 天 {hours} 小时" if hours else f"还有 {left.days} 天"
    return f"还有 {hours} 小时 {left.seconds % 3600 // 60} 分"


def end_of(deadline: date | datetime | str) -> datetime:
    """The moment a deadline passes: itself, or the midnight in China that ends its day."""
    if isinstance(deadline, datetime):
        return deadline
    day = _legal_day(deadline) + timedelta(days=1)
    return datetime(day.year, day.month, day.day, tzinfo=CHINA)


def highlight(text: str | None, terms: Iterable[str]) -> Markup:
    """The escaped text with each of the terms inside ``<mark>``, longest first, in either case."""
    if not text:
        return Markup("")
    wanted = sorted({term for term in terms if term.strip()}, key=lambda term: (-len(term), term))
    if not wanted:
        return escape(text)
    pieces = re.split(f"({'|'.join(map(re.escape, wanted))})", text, flags=re.IGNORECASE)
    marked = (
        Markup("<mark>{}</mark>").format(piece) if odd else escape(piece)
        for odd, piece in zip((index % 2 for index in range(len(pieces))), pieces, strict=True)
    )
    return Markup("").join(marked)


def initial_of(name: str | None) -> str:
    """The one character that stands for a name in a round mark; place names are passed over."""
    text = re.sub(r"^(浙江省?|杭州市?)(?=.)", "", (name or "").strip())
    return text[:1].upper() or "客"


def page_window(page: int, pages: int, *, around: int = 2) -> list[int | None]:
    """The page numbers to show: first, last and those around; ``None`` stands for a gap.

    >>> page_window(6, 12)
    [1, None, 4, 5, 6, 7, 8, None, 12]
    """
    shown = {1, pages, *range(page - around, page + around + 1)}
    numbers: list[int | None] = []
    previous = 0
    for number in sorted(n for n in shown if 1 <= n <= pages):
        if number - previous == 2:
            numbers.append(previous + 1)
        elif number - previous > 2:
            numbers.append(None)
        numbers.append(number)
        previous = number
    return numbers


def query_with(items: Iterable[tuple[str, str]], /, **changes: object) -> str:
    """``?a=1&b=2`` from the present pairs with some keys replaced, or dropped where None.

    Any change but one of the page itself goes back to the first page.
    """
    dropped = changes.keys() | (set() if "page" in changes else {"page"})
    pairs = [(key, value) for key, value in items if key not in dropped and value != ""]
    for key, value in changes.items():
        if isinstance(value, (list, tuple)):
            pairs += [(key, str(each)) for each in value]
        elif value is not None:
            pairs.append((key, str(value)))
    return f"?{urlencode(pairs)}"


@dataclass(frozen=True)
class Segment:
    """One piece of a bar, in the units of its drawing."""

    name: str
    points: float
    start: float
    width: float
    index: int


def bar_segments(parts: Sequence[Any], whole: float = 100, width: float = 100) -> list[Segment]:
    """Lay the parts (``name``, ``points``) end to end on a bar that is ``width`` long at ``whole``.

    Parts that together exceed the whole are scaled to fit; a part below zero takes no room.
    """
    pairs = [
        (part["name"], float(part["points"]))
        if isinstance(part, Mapping)
        else (part.name, float(part.points))
        for part in parts
    ]
    total = math.fsum(max(points, 0.0) for _, points in pairs)
    scale = width / max(float(whole), total) if max(float(whole), total) > 0 else 0.0
    segments: list[Segment] = []
    start = 0.0
    for index, (name, points) in enumerate(pairs, start=1):
        length = max(points, 0.0) * scale
        segments.append(Segment(name, points, round(start, 3), round(length, 3), index))
        start += length
    return segments


@dataclass(frozen=True)
class FormError:
    """One line of a form's error summary; ``target`` is the id of the field, if it has one."""

    target: str | None
    label: str
    message: str


def list_form_errors(form: Any) -> list[FormError]:
    """All errors of a WTForms form in the order of its fields, nested forms and lists included."""
    lines = [FormError(None, "", str(message)) for message in getattr(form, "form_errors", ())]
    for field in form:
        lines += _field_errors(field)
    return lines


def _field_errors(field: Any) -> list[FormError]:
    if field.type == "CSRFTokenField":
        return [FormError(None, "", STALE_FORM)] if field.errors else []
    if hasattr(field, "entries"):
        own = [message for message in field.errors if isinstance(message, str)]
        nested = [line for entry in field.entries for line in _field_errors(entry)]
    elif isinstance(field.errors, Mapping):
        return list_form_errors(field.form)
    else:
        own, nested = list(field.errors), []
    return [FormError(field.id, str(field.label.text), str(message)) for message in own] + nested


FILTERS = {
    "yuan": format_yuan,
    "wan": format_wan,
    "number": format_number,
    "percent": format_percent,
    "file_size": format_file_size,
    "date_zh": format_date,
    "datetime_zh": format_datetime,
    "iso": format_iso,
    "remaining": format_remaining,
    "highlight": highlight,
    "initial": initial_of,
}

GLOBALS: Mapping[str, object] = {
    "wan_range": format_wan_range,
    "end_of": end_of,
    "page_window": page_window,
    "query_with": query_with,
    "bar_segments": bar_segments,
    "list_form_errors": list_form_errors,
    "VERDICTS": VERDICTS,
    "EVIDENCE": EVIDENCE,
    "SECTOR_ICONS": SECTOR_ICONS,
    "ABSENT": ABSENT,
}


def install(environment: Environment) -> None:
    """Register every filter and global on the templates' environment."""
    environment.filters.update(FILTERS)
    environment.globals.update(GLOBALS)
