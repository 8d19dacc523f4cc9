"""What the notice of a round says of its settings: composed from them, never typed."""

from __future__ import annotations

import re
from datetime import datetime

from matchmaker.clock import CHINA, format_day
from matchmaker.errors import InvalidInput
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.programmes import get_programme

#: The number of places in the typed text; 不超过12个月 and the like are other matters.
_QUOTA = re.compile(r"评选[^。；\n]*?不超过\s*([0-9]+)\s*个(?![月工自字])")


def write_call(round_: SelectionRound) -> str:
    """The typed text, with number, times and way of applying as the round is set.

    Raises ``InvalidInput`` where the typed text names another number of places.
    """
    typed = round_.notice_text.strip()
    others = {n for n in _QUOTA.findall(typed) if int(n) != round_.quota}
    if others:
        raise InvalidInput(
            "notice_quota",
            "通知正文写的名额（{typed}个）与本次评选设定的名额（{quota}个）不一致，请改正后再开始申报。",
            field="notice_text",
            typed="、".join(sorted(others)),
            quota=round_.quota,
        )
    programme = get_programme(round_.programme)
    return "\n".join(
        (
            typed,
            "评选数量、申报时间和方式",
            f"评选{programme.zh}不超过{round_.quota}个，宁缺毋滥。",
            f"申报时间：{_period(round_)}，以服务器时间为准。",
            f"申报方式：登录本平台，在“年度评选”中填写并提交，联合申报的单位不超过{round_.consortium_max}家。",
        )
    )


def _period(round_: SelectionRound) -> str:
    begins = f"{format_moment(round_.opens_at)}至" if round_.opens_at else "自本通知发布之日起至"
    return f"{begins}{format_moment(round_.closes_at)}" if round_.closes_at else begins + "另行通知"


def format_moment(moment: datetime) -> str:
    """A moment as an official text prints it.

    >>> format_moment(datetime(2026, 1, 5, 9, 0, tzinfo=CHINA))
    '2026年1月5日9:00'
    """
    local = moment.astimezone(CHINA)
    return f"{format_day(local.date())}{local.hour}:{local:%M}"
