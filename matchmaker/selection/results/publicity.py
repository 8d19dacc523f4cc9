"""From the proposed list to designated scenes: publicity, objections, amendment, confirmation.

Each act holds the round's lock and reads the server's clock under it, so that an objection of the
last second and a confirmation of the next one cannot miss each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from matchmaker import clock, outbox
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db, lock
from matchmaker.errors import Conflict, DomainError, IllegalTransition, PermissionDenied
from matchmaker.files.rules import CheckedUpload
from matchmaker.policy.publicity import end_of_publicity
from matchmaker.policy.queries import get_calendar
from matchmaker.publishing import operations as publishing
from matchmaker.publishing import queries as notices
from matchmaker.publishing.models import Notice
from matchmaker.publishing.rules import NoticeKind, NoticeState
from matchmaker.selection.applications.rules import ApplicationState
from matchmaker.selection.objections import operations as objecting
from matchmaker.selection.objections import queries as objections
from matchmaker.selection.objections.models import Objection
from matchmaker.selection.results import agreed, queries, rules
from matchmaker.selection.results.models import Designation, ResultEntry, RoundResult
from matchmaker.selection.results.rules import ResultState
from matchmaker.selection.results.wording import ListText, write_publicity, write_result
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.operations import ISSUER, move_round
from matchmaker.selection.rounds.permissions import APPROVE_ROUND
from matchmaker.selection.rounds.programmes import get_programme
from matchmaker.selection.rounds.rules import RoundState, Stage


def publish_result(actor: Actor, round_: SelectionRound, result: RoundResult) -> RoundResult:
    """Show the proposed list to the public for the notice's working days; a second person acts."""
    require(actor, APPROVE_ROUND)
    hold_round(round_, result)
    if result.state is not ResultState.PROPOSED or result.stage is not Stage.FINAL:
        raise IllegalTransition("not_proposed", "只有拟定的名单可以公示。")
    if actor.user_id is not None and actor.user_id == result.computed_by_id:
        raise PermissionDenied("second_person", "拟定人与公示审批人不能是同一人。")
    _check_publishable(round_, result)
    first_day = clock.today()
    last_day = end_of_publicity(first_day, round_.publicity_days, calendar=get_calendar())
    result.publicity_from, result.publicity_to = first_day, last_day
    earlier = queries.find_last_published(round_, result)
    text = write_publicity(round_, result, replaces=earlier)
    notice = _publish(actor, round_, result, NoticeKind.PUBLICITY, text)
    result.notice_id = notice.id
    result.state = ResultState.PUBLICITY
    move_round(actor, round_, RoundState.PUBLICITY)
    record(
        actor,
        "selection.publish_result",
        "selection_result",
        result.id,
        notice_id=notice.id,
        publicity_to=last_day.isoformat(),
    )
    outbox.send(
        "selection.result_published",
        round_id=round_.id,
        result_id=result.id,
        notice_id=notice.id,
        publicity_to=last_day.isoformat(),
    )
    return result


def _check_publishable(round_: SelectionRound, result: RoundResult) -> None:
    rules.check_cut_decided(
        [entry.application.code for entry in result.entries if entry.selected is None]
    )
    _check_scores_unchanged(round_, result)
    agreed.check_followed(result)


def hold_round(round_: SelectionRound, *rows: RoundResult) -> None:
    """Take the round's lock and read the rows again, as they stand under it."""
    session = db.session()
    session.flush()
    lock(session, f"selection_round:{round_.id}")
    for row in (round_, *rows):
        session.refresh(row)


def _check_scores_unchanged(round_: SelectionRound, result: RoundResult) -> None:
    """Raise ``Conflict`` when scores are not those of the frozen snapshot, or may still change."""
    rules.check_conflicts_decided(queries.list_undecided(round_, Stage.FINAL))
    if queries.has_changed(round_, result):
        raise Conflict(
            "scores_changed",
            "名单拟定后有效评分发生变化（如评委回避、申报撤回），请撤回公示（已公示的）并重新拟定名单。",
        )


def _publish(
    actor: Actor,
    round_: SelectionRound,
    result: RoundResult,
    kind: NoticeKind,
    text: ListText,
) -> Notice:
    has_period = kind is NoticeKind.PUBLICITY
    notice = publishing.create_notice(
        actor,
        kind=kind,
        title=text.title,
        body=text.body,
        columns=text.columns,
        rows=text.rows,
        issuer=ISSUER,
        starts_on=result.publicity_from if has_period else None,
        ends_on=result.publicity_to if has_period else None,
        subject=("selection_round", round_.code),
        snapshot_sha256=result.snapshot_sha256,
        is_demo=round_.is_demo,
    )
    publishing.publish_notice(actor, notice)
    return notice


def file_objection(
    actor: Actor,
    round_: SelectionRound,
    *,
    application_id: int | None,
    name: str,
    contact: str,
    text: str,
    evidence: str = "",
    uploads: Sequence[CheckedUpload] = (),
) -> Objection:
    """Anyone may object by name to the list that is shown, until midnight of its last day."""
    hold_round(round_)
    result = queries.get_public(round_)
    if result is None or result.state is not ResultState.PUBLICITY or not result.publicity_from:
        raise IllegalTransition("publicity_over", "目前没有正在公示的名单，不能提出异议。")
    return objecting.file_objection(
        actor,
        result_id=result.id,
        application_ids=frozenset(e.application_id for e in result.entries if e.selected),
        application_id=application_id,
        first_day=result.publicity_from,
        last_day=read_last_day(actor, result),
        name=name,
        contact=contact,
        text=text,
        evidence=evidence,
        uploads=uploads,
    )


def confirm_result(actor: Actor, round_: SelectionRound) -> list[Designation]:
    """Announce the result: the period is over, no objection is open, the quota holds."""
    require(actor, APPROVE_ROUND)
    hold_round(round_)
    result = queries.get_public(round_)
    if result is None or result.state is not ResultState.PUBLICITY:
        raise IllegalTransition("not_in_publicity", "名单还没有公示，不能公布结果。")
    chosen = [entry for entry in result.entries if entry.selected]
    _check_confirmable(actor, round_, result)
    for entry in result.entries:
        entry.application.state = (
            ApplicationState.DESIGNATED if entry.selected else ApplicationState.NOT_DESIGNATED
        )
    found = [_designate(round_, result, entry, n) for n, entry in enumerate(chosen, start=1)]
    db.session.add_all(found)
    result.state = ResultState.CONFIRMED
    result.confirmed_at, result.confirmed_by_id = clock.now(), actor.user_id
    move_round(actor, round_, RoundState.CONFIRMED)
    numbers = {item.application_id: item.number for item in found}
    objected = bool(objections.list_of_results(queries.list_result_ids(round_)))
    text = write_result(round_, result, numbers, objected=objected)
    notice = _publish(actor, round_, result, NoticeKind.RESULT, text)
    db.session.flush()
    record(
        actor,
        "selection.confirm_result",
        "selection_result",
        result.id,
        designated=[item.number for item in found],
        notice_id=notice.id,
    )
    outbox.send("selection.result_confirmed", round_id=round_.id, result_id=result.id)
    for item in found:
        outbox.send("selection.scene_designated", designation_id=item.id)
    return found


def list_upheld_entries(round_: SelectionRound, result: RoundResult) -> list[ResultEntry]:
    """Selected lines against which an objection was upheld: they have to come off the list."""
    upheld = objections.list_upheld(queries.list_result_ids(round_))
    taken = {row.application_id for row in upheld}
    return [entry for entry in result.entries if entry.selected and entry.application_id in taken]


def is_list_refuted(result: RoundResult) -> bool:
    """True when an objection to the whole list was upheld."""
    return any(row.application_id is None for row in objections.list_upheld([result.id]))


def find_obstacle(actor: Actor, round_: SelectionRound, result: RoundResult) -> DomainError | None:
    """Why the next step of a list cannot be taken now, whoever takes it; None when it can.

    A proposed list is published next, one in publicity is announced.
    """
    try:
        if result.state is ResultState.PROPOSED:
            _check_publishable(round_, result)
        elif result.state is ResultState.PUBLICITY:
            _check_confirmable(actor, round_, result)
    except DomainError as error:
        return error
    return None


def _check_confirmable(actor: Actor, round_: SelectionRound, result: RoundResult) -> None:
    rules.check_publicity_over(clock.today(), read_last_day(actor, result))
    every = queries.list_result_ids(round_)
    rules.check_no_open_objection(objections.list_open_numbers(every))
    if is_list_refuted(result):
        raise Conflict(
            "upheld_on_list", "针对整个名单的异议成立，请撤回公示，重新拟定名单后再公示。"
        )
    upheld = [entry.application.code for entry in list_upheld_entries(round_, result)]
    if upheld:
        raise Conflict(
            "upheld_on_list",
            "以下申报的异议成立，请先调整名单并重新公示：{names}。",
            names="、".join(upheld),
        )
    if sum(bool(entry.selected) for entry in result.entries) > round_.quota:
        raise Conflict("over_quota", "入选数量超过名额，不能公布结果。")
    _check_scores_unchanged(round_, result)


def read_last_day(actor: Actor, result: RoundResult) -> date:
    """The last day of the publicity period as its notice shows it now, corrections included."""
    if result.notice_id is None or result.publicity_to is None:
        raise IllegalTransition("not_in_publicity", "名单还没有公示。")
    notice = notices.get_notice(actor, result.notice_id)
    if notice.state is NoticeState.WITHDRAWN and result.state is ResultState.PUBLICITY:
        raise IllegalTransition(
            "notice_withdrawn", "公示页面已被撤下，请撤回名单，重新拟定后再公示。"
        )
    return notice.ends_on or result.publicity_to


def _designate(
    round_: SelectionRound, result: RoundResult, entry: ResultEntry, number: int
) -> Designation:
    programme = get_programme(round_.programme)
    revision = entry.application.revision
    return Designation(
        application_id=entry.application_id,
        round_id=round_.id,
        result_id=result.id,
        number=f"HZ-{programme.letters}-{round_.year}-{number:02d}",
        designated_on=clock.today(),
        declared_investment_fen=revision.investment_fen if revision else None,
    )
