"""Follow-ups as pages show them, and what waits for whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from flask import url_for

from matchmaker import clock
from matchmaker.accounts.permissions import can
from matchmaker.actor import Actor, RoleName
from matchmaker.effects.followups import queries as followups
from matchmaker.effects.followups.models import Followup, Report
from matchmaker.effects.followups.permissions import INSPECT
from matchmaker.effects.followups.rules import (
    OPENS_BEFORE,
    STATE_LABELS,
    FollowupState,
    is_late,
)
from matchmaker.effects.showrooms import queries as showrooms
from matchmaker.files.queries import list_files
from matchmaker.rewards import queries as rewards
from matchmaker.rewards.rules import ClawbackState
from matchmaker.web.filters import format_yuan
from matchmaker.web.waiting import WaitingItem

TONES = {
    FollowupState.EXPECTED: "plain",
    FollowupState.SUBMITTED: "unsure",
    FollowupState.RETURNED: "bad",
    FollowupState.ACCEPTED: "good",
    FollowupState.FAILED: "bad",
}
NOT_PUBLIC = "未公开"


def make_row(row: Followup, today: date) -> dict[str, Any]:
    """One follow-up in a list."""
    late = is_late(row.state, row.due_on, today)
    return {
        "id": row.id,
        "scene": row.designation.application.title,
        "number": row.designation.number,
        "months": label_months(row.months),
        "due_on": row.due_on,
        "label": f"{STATE_LABELS[row.state]}（逾期）" if late else STATE_LABELS[row.state],
        "tone": "bad" if late else TONES[row.state],
        "chased": f"已催报{row.chase_count}次" if row.chase_count else "",
    }


def label_months(months: int) -> str:
    """The period in words."""
    return f"入选后{months}个月"


def make_figures(
    pairs: Sequence[tuple[Followup, Report]], *, is_public: bool
) -> list[dict[str, Any]]:
    """The figures over time as the rows of a table."""
    return [
        {
            "months": label_months(row.months),
            "due_on": row.due_on,
            "units": report.units,
            "hours": report.hours,
            "failures": report.failures,
            "savings": format_yuan(report.savings_fen)
            if report.savings_public or not is_public
            else NOT_PUBLIC,
            "note": report.note,
        }
        for row, report in pairs
    ]


def make_chart(pairs: Sequence[tuple[Followup, Report]]) -> dict[str, Any]:
    """Hours as a line over the periods, robots and failures as bars beside it."""

    def series(name: str, kind: str, axis: int, values: list[int]) -> dict[str, Any]:
        return {"name": name, "type": kind, "yAxisIndex": axis, "data": values}

    reports = [report for _, report in pairs]
    return {
        "tooltip": {"trigger": "axis"},
        "legend": {"top": 0, "bottom": "auto", "data": ["累计运行时长", "在用台数", "累计故障"]},
        "grid": {"top": 56},
        "xAxis": {"type": "category", "data": [label_months(row.months) for row, _ in pairs]},
        "yAxis": [
            {"type": "value", "name": "小时"},
            {"type": "value", "name": "台、次", "splitLine": {"show": False}},
        ],
        "series": [
            series("累计运行时长", "line", 0, [report.hours for report in reports]),
            series("在用台数", "bar", 1, [report.units for report in reports]),
            series("累计故障", "bar", 1, [report.failures for report in reports]),
        ],
    }


def list_reports(row: Followup) -> list[dict[str, Any]]:
    """Every report of a follow-up with its files, newest first."""
    return [
        {
            "report": report,
            "savings": format_yuan(report.savings_fen),
            "files": list_files(*report.file_subject),
        }
        for report in reversed(row.reports)
    ]


def list_waiting(actor: Actor) -> Iterator[WaitingItem]:
    """Lines of the home pages: reports that are due or late, reports to decide on."""
    if actor.has_role(RoleName.OWNER, RoleName.SUPPLIER) and actor.organisation_id is not None:
        yield from _unit_waiting(actor)
    if can(actor, INSPECT):
        yield from _bureau_waiting(actor)


def _unit_waiting(actor: Actor) -> Iterator[WaitingItem]:
    today = clock.today()
    audience = "owner" if actor.has_role(RoleName.OWNER) else "supplier"
    for row in followups.list_due(actor, today + OPENS_BEFORE):
        late = is_late(row.state, row.due_on, today)
        state = "已逾期" if late else ("已退回补正" if row.decision_note else "应填报")
        yield WaitingItem(
            audience=audience,
            title=f"{row.designation.application.title}：{label_months(row.months)}跟踪{state}",
            url=url_for(f"{audience}_followups.show", followup_id=row.id),
            act="去填报",
            note=row.decision_note[:60],
            deadline=row.due_on,
            rank=10 if late or row.decision_note else 30,
        )
    coming = showrooms.count_coming(actor, clock.now())
    if coming:
        yield WaitingItem(
            audience=audience,
            title="已预约参观的人数",
            url=url_for(f"{audience}_showrooms.index"),
            act="查看预约",
            count=coming,
            rank=60,
        )


#: Who acts on which state of a claw-back: role, state, title, act.
_CLAWBACKS = (
    (RoleName.APPROVER, ClawbackState.PROPOSED, "待决定的奖补追回", "去审批"),
    (RoleName.OFFICER, ClawbackState.APPROVED, "已决定追回、尚未全部退回的奖补", "去登记退回"),
)


def _bureau_waiting(actor: Actor) -> Iterator[WaitingItem]:
    counts = followups.count_by_state(actor)
    if counts[FollowupState.SUBMITTED] and actor.has_role(RoleName.OFFICER):
        yield WaitingItem(
            audience="bureau",
            title="待审核的跟踪填报",
            url=url_for("bureau_followups.index", state=FollowupState.SUBMITTED.value),
            act="去审核",
            count=counts[FollowupState.SUBMITTED],
            rank=30,
        )
    late = len(followups.list_followups(actor, late_on=clock.today()))
    if late:
        yield WaitingItem(
            audience="bureau",
            title="逾期未报的跟踪填报",
            url=url_for("bureau_followups.index", late=1),
            act="去查看",
            count=late,
            rank=40,
        )
    for role, state, title, act in _CLAWBACKS:
        count = rewards.count_clawbacks(state) if actor.has_role(role) else 0
        if count:
            yield WaitingItem(
                audience="bureau",
                title=title,
                url=url_for("bureau_claims.index", status="paid"),
                act=act,
                count=count,
                rank=20,
            )
