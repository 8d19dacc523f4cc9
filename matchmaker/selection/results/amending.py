"""A published list is amended after an upheld objection, or taken back: both in the open."""

from __future__ import annotations

from matchmaker import outbox
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.errors import Conflict, IllegalTransition
from matchmaker.publishing import operations as publishing
from matchmaker.publishing import queries as notices
from matchmaker.publishing.rules import NoticeState
from matchmaker.selection.applications.models import Application
from matchmaker.selection.applications.rules import JUDGED_STATES, ApplicationState
from matchmaker.selection.objections import queries as objections
from matchmaker.selection.panels.rules import check_reason
from matchmaker.selection.results import queries
from matchmaker.selection.results.models import RoundResult
from matchmaker.selection.results.publicity import hold_round
from matchmaker.selection.results.rules import ResultState
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.operations import move_round
from matchmaker.selection.rounds.permissions import APPROVE_ROUND, MANAGE_ROUND
from matchmaker.selection.rounds.rules import RoundState


def exclude_after_objection(
    actor: Actor, round_: SelectionRound, row: Application, reason: str
) -> None:
    """Take an application off after an upheld objection; the list is proposed and shown anew."""
    require(actor, MANAGE_ROUND)
    text = check_reason(reason)
    hold_round(round_)
    result = queries.get_public(round_)
    if round_.state is not RoundState.PUBLICITY or result is None:
        raise IllegalTransition("not_in_publicity", "只有公示期间可以按异议处理结果调整名单。")
    if row.round_id != round_.id or row.state not in JUDGED_STATES:
        raise Conflict("not_on_list", "这份申报不在公示名单中。")
    if not objections.has_upheld(queries.list_result_ids(round_), row.id):
        raise Conflict("no_upheld_objection", "没有针对这份申报且成立的异议，不能调整名单。")
    row.state = ApplicationState.REJECTED
    row.decision_note = text
    _take_back(actor, round_, result, f"异议成立，名单调整后重新公示：{text}")
    record(actor, "selection.exclude_application", "selection_application", row.id, reason=text)
    outbox.send("selection.application_excluded", application_id=row.id, result_id=result.id)


def withdraw_list(actor: Actor, round_: SelectionRound, reason: str) -> None:
    """Take a published list back in the open; it is proposed and shown anew."""
    require(actor, APPROVE_ROUND)
    text = check_reason(reason)
    hold_round(round_)
    result = queries.get_public(round_)
    if round_.state is not RoundState.PUBLICITY or result is None:
        raise IllegalTransition("not_in_publicity", "只有公示中的名单可以撤回。")
    _take_back(actor, round_, result, text)
    record(actor, "selection.withdraw_list", "selection_result", result.id, reason=text)


def _take_back(actor: Actor, round_: SelectionRound, result: RoundResult, reason: str) -> None:
    notice = notices.get_notice(actor, result.notice_id or 0)
    if notice.state is NoticeState.PUBLISHED:
        publishing.withdraw_notice(actor, notice, reason)
    result.state = ResultState.SUPERSEDED
    move_round(actor, round_, RoundState.RANKED)
    outbox.send("selection.list_withdrawn", round_id=round_.id, result_id=result.id)
