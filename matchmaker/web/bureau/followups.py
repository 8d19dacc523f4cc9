"""The bureau's desk for follow-ups: the queue, one follow-up with its reports, the decision."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.accounts.permissions import can, require
from matchmaker.actor import Actor
from matchmaker.effects.followups import operations, queries
from matchmaker.effects.followups.models import Followup
from matchmaker.effects.followups.permissions import DECIDE, FAIL, INSPECT
from matchmaker.effects.followups.rules import OPEN_STATES, STATE_LABELS, FollowupState, is_late
from matchmaker.rewards import queries as rewards
from matchmaker.web.base import current_actor, gate
from matchmaker.web.shared import effects as present
from matchmaker.web.shared.followup_pages import FILE, ID, send_evidence

bp = Blueprint("bureau_followups", __name__, url_prefix="/bureau/followups")
gate(bp, "bureau")


@bp.get("")
def index() -> ResponseReturnValue:
    actor, today = current_actor(), clock.today()
    require(actor, INSPECT)
    text = request.args.get("state", "")
    state = FollowupState(text) if text in set(FollowupState) else None
    late_only = bool(request.args.get("late"))
    late = queries.list_followups(actor, late_on=today)
    rows = late if late_only else queries.list_followups(actor, state=state)
    counts = queries.count_by_state(actor)
    shown = [each for each in FollowupState if counts[each] or each is state]
    return render_template(
        "bureau/followups/index.html",
        rows=[present.make_row(row, today) for row in rows],
        tabs=[
            ("全部", url_for(".index"), state is None and not late_only, counts.total()),
            ("逾期未报", url_for(".index", late=1), late_only, len(late)),
            *(
                (
                    STATE_LABELS[each],
                    url_for(".index", state=each.value),
                    each is state,
                    counts[each],
                )
                for each in shown
            ),
        ],
        demo_data=any(row.designation.application.is_demo for row in rows),
    )


@bp.get(f"/{ID}")
def show(followup_id: int) -> ResponseReturnValue:
    actor, today = current_actor(), clock.today()
    row = queries.get_followup(actor, followup_id)
    same = queries.list_of_designation(row.designation_id)
    pairs = [(each, each.report) for each in same if each.report is not None]
    late = is_late(row.state, row.due_on, today)
    may_fail = row.state is FollowupState.SUBMITTED or (row.state in OPEN_STATES and late)
    return render_template(
        "bureau/followups/show.html",
        row=row,
        card=present.make_row(row, today),
        reports=present.list_reports(row),
        figures=present.make_figures(pairs, is_public=False),
        option=present.make_chart(pairs),
        may_decide=row.state is FollowupState.SUBMITTED and can(actor, DECIDE, row),
        may_fail=may_fail and can(actor, FAIL, row),
        claim=_find_paid_claim(actor, row),
        demo_data=row.designation.application.is_demo,
    )


def _find_paid_claim(actor: Actor, row: Followup) -> int | None:
    """The claim that money could be asked back from."""
    if row.state is not FollowupState.FAILED:
        return None
    claim = rewards.find_claim_of_designation(actor, row.designation_id)
    return claim.id if claim else None


@bp.get(f"/{ID}/files/{FILE}")
def download(followup_id: int, report_id: int, token: str) -> ResponseReturnValue:
    return send_evidence(queries.get_followup(current_actor(), followup_id), report_id, token)


@bp.post(f"/{ID}/accept")
def accept(followup_id: int) -> ResponseReturnValue:
    return _decide(followup_id, operations.accept_report, "已审核通过，数据在场景页面公开。")


@bp.post(f"/{ID}/return")
def give_back(followup_id: int) -> ResponseReturnValue:
    def act(actor: Actor, row: Followup) -> None:
        operations.return_report(actor, row, reason=request.form.get("note", ""))

    return _decide(followup_id, act, "已退回补正。")


@bp.post(f"/{ID}/fail")
def fail(followup_id: int) -> ResponseReturnValue:
    def act(actor: Actor, row: Followup) -> None:
        operations.fail_followup(actor, row, reason=request.form.get("note", ""))

    return _decide(followup_id, act, "已认定为未达到要求。")


def _decide(
    followup_id: int, act: Callable[[Actor, Followup], None], message: str
) -> ResponseReturnValue:
    actor = current_actor()
    act(actor, queries.get_followup(actor, followup_id))
    flash(message, "success")
    return redirect(url_for(".show", followup_id=followup_id))
