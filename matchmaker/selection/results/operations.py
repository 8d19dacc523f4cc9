"""Acts on results: shortlist, proposal, publicity, amendment, confirmation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from matchmaker import __version__, clock, outbox
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db, lock
from matchmaker.errors import Conflict, IllegalTransition, PermissionDenied
from matchmaker.policy.publicity import end_of_publicity
from matchmaker.publishing import operations as publishing
from matchmaker.publishing import queries as notices
from matchmaker.publishing.rules import NoticeKind
from matchmaker.selection.applications import queries as applications
from matchmaker.selection.applications.models import Application
from matchmaker.selection.applications.rules import JUDGED_STATES, ApplicationState
from matchmaker.selection.objections import queries as objections
from matchmaker.selection.panels import queries as panels
from matchmaker.selection.panels.rules import check_reason
from matchmaker.selection.ranking import RankedScene, Ranking, rank_scenes
from matchmaker.selection.result import build_official_result
from matchmaker.selection.results import queries, rules
from matchmaker.selection.results.models import Designation, ResultEntry, RoundResult
from matchmaker.selection.results.rules import ResultState
from matchmaker.selection.results.wording import write_publicity, write_result
from matchmaker.selection.rounds import queries as rounds
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.operations import ISSUER, move_round
from matchmaker.selection.rounds.permissions import APPROVE_ROUND, MANAGE_ROUND
from matchmaker.selection.rounds.programmes import get_programme
from matchmaker.selection.rounds.rules import RoundState, Stage
from matchmaker.selection.snapshot import ScoreTable


def start_stage(actor: Actor, round_: SelectionRound, stage: Stage) -> None:
    """Open a stage to the judges once every application of it has enough of them."""
    require(actor, MANAGE_ROUND)
    undecided = applications.list_in_states(
        round_.id, (ApplicationState.SUBMITTED, ApplicationState.RECTIFYING)
    )
    if undecided:
        raise Conflict(
            "review_unfinished",
            "还有 {count} 份申报没有审查结论，不能开始评审。",
            count=len(undecided),
        )
    judged = queries.list_judged(round_, stage)
    if not judged:
        raise Conflict("nothing_to_judge", "没有进入本阶段评审的申报。")
    quorum = round_.quorum_final if stage is Stage.FINAL else round_.quorum_preliminary
    _check_enough_judges(round_, stage, judged, quorum)
    target = RoundState.FINAL if stage is Stage.FINAL else RoundState.PRELIMINARY
    move_round(actor, round_, target)
    outbox.send("selection.stage_started", round_id=round_.id, stage=stage.value)


def _check_enough_judges(
    round_: SelectionRound, stage: Stage, judged: Sequence[Application], quorum: int
) -> None:
    barred = panels.list_barred_pairs(round_.id)
    counts = dict.fromkeys((row.id for row in judged), 0)
    for item in panels.list_assignments(round_.id, stage):
        if (item.application_id, item.member_id) not in barred and item.application_id in counts:
            counts[item.application_id] += 1
    rules.check_quorum([row.code for row in judged if counts[row.id] < quorum])


def close_preliminary(actor: Actor, round_: SelectionRound) -> RoundResult:
    """Rank the first stage and name the shortlist; scenes equal at its end are all taken in."""
    require(actor, MANAGE_ROUND)
    lock(db.session(), f"selection_round:{round_.id}")
    if round_.state is not RoundState.PRELIMINARY:
        raise IllegalTransition("not_preliminary", "当前不在初评阶段。")
    result = _store_result(actor, round_, Stage.PRELIMINARY, lot=None, ballots={})
    for entry in result.entries:
        taken = entry.selected is not False
        entry.application.state = (
            ApplicationState.SHORTLISTED if taken else ApplicationState.NOT_SHORTLISTED
        )
    result.state = ResultState.CONFIRMED
    move_round(actor, round_, RoundState.SHORTLIST)
    outbox.send("selection.shortlisted", round_id=round_.id)
    return result


def propose_result(
    actor: Actor,
    round_: SelectionRound,
    *,
    lot: str | None = None,
    ballots: Mapping[str, int] | None = None,
) -> RoundResult:
    """Rank the final stage, freeze the snapshot, and propose the list.

    ``lot`` is the text that was committed to; ``ballots`` are recorded votes by application code.
    """
    require(actor, MANAGE_ROUND)
    lock(db.session(), f"selection_round:{round_.id}")
    if round_.state not in {RoundState.FINAL, RoundState.RANKED}:
        raise IllegalTransition("not_final", "复评结束后才能拟定名单。")
    rules.check_lot(lot, round_.lot_commitment)
    result = _store_result(actor, round_, Stage.FINAL, lot=lot or None, ballots=ballots or {})
    if round_.state is RoundState.FINAL:
        move_round(actor, round_, RoundState.RANKED)
    return result


def _store_result(
    actor: Actor,
    round_: SelectionRound,
    stage: Stage,
    *,
    lot: str | None,
    ballots: Mapping[str, int],
) -> RoundResult:
    rules.check_all_in(queries.describe_missing(round_, stage))
    rows = {row.code: row for row in queries.list_judged(round_, stage)}
    table = queries.read_table(round_, stage)
    rule = queries.read_rule(round_, stage, lot=lot, ballots=dict(ballots))
    ranking = rank_scenes(table, rule)
    without = sorted(set(rows) - set(table.scenes))
    below = [line.scene for line in ranking.scenes if line.below_quorum]
    rules.check_quorum(sorted({*without, *below}))
    _supersede_old(round_, stage)
    result = _make_result(actor, round_, stage, table, ranking)
    result.lot, result.ballots = lot, dict(ballots)
    result.judges = build_official_result(table, rule)["judges"]
    result.entries = [
        _make_entry(position, line, rows[line.scene])
        for position, line in enumerate(ranking.scenes, start=1)
    ]
    db.session.add(result)
    db.session.flush()
    record(
        actor,
        "selection.compute_result",
        "selection_result",
        result.id,
        stage=stage.value,
        version=result.version,
        snapshot_sha256=result.snapshot_sha256,
        rule_sha256=result.rule_sha256,
    )
    return result


def _supersede_old(round_: SelectionRound, stage: Stage) -> None:
    old = queries.get_latest(round_, stage)
    if old is not None:
        old.state = ResultState.SUPERSEDED


def _make_result(
    actor: Actor, round_: SelectionRound, stage: Stage, table: ScoreTable, ranking: Ranking
) -> RoundResult:
    settings = dict(rounds.read_settings(round_))
    return RoundResult(
        round_id=round_.id,
        stage=stage,
        version=queries.next_version(round_, stage),
        state=ResultState.PROPOSED,
        snapshot=table.canonical_bytes.decode(),
        snapshot_sha256=table.sha256,
        rule=settings,
        rule_sha256=rules.compute_rule_hash(settings),
        package_version=__version__,
        warnings=list(ranking.warnings),
        computed_at=clock.now(),
        computed_by_id=actor.user_id,
    )


def _make_entry(position: int, line: RankedScene, row: Application) -> ResultEntry:
    score = line.official.score
    return ResultEntry(
        application_id=row.id,
        application=row,
        position=position,
        rank=line.rank,
        official=None if score is None else rules.format_official(score),
        official_exact=None if score is None else str(score),
        valid_scores=line.official.valid_scores,
        selected=line.selected,
        reserve=line.reserve,
        tie_broken_by=line.tie_broken_by.value if line.tie_broken_by else None,
        below_quorum=line.below_quorum,
        failed=list(line.failed),
    )


def publish_result(actor: Actor, round_: SelectionRound, result: RoundResult) -> RoundResult:
    """Show the proposed list to the public for the notice's working days; a second person acts."""
    require(actor, APPROVE_ROUND)
    if result.state is not ResultState.PROPOSED or result.stage is not Stage.FINAL:
        raise IllegalTransition("not_proposed", "只有拟定的名单可以公示。")
    if actor.user_id is not None and actor.user_id == result.computed_by_id:
        raise PermissionDenied("second_person", "拟定人与公示审批人不能是同一人。")
    rules.check_cut_decided(
        [entry.application.code for entry in result.entries if entry.selected is None]
    )
    first_day = clock.today()
    result.publicity_from = first_day
    result.publicity_to = end_of_publicity(first_day, round_.publicity_days)
    text = write_publicity(round_, result)
    notice = publishing.create_notice(
        actor,
        kind=NoticeKind.PUBLICITY,
        title=text.title,
        body=text.body,
        columns=text.columns,
        rows=text.rows,
        issuer=ISSUER,
        starts_on=result.publicity_from,
        ends_on=result.publicity_to,
        subject=("selection_round", round_.code),
        snapshot_sha256=result.snapshot_sha256,
        is_demo=round_.is_demo,
    )
    publishing.publish_notice(actor, notice)
    result.notice_id = notice.id
    result.state = ResultState.PUBLICITY
    move_round(actor, round_, RoundState.PUBLICITY)
    record(
        actor,
        "selection.publish_result",
        "selection_result",
        result.id,
        notice_id=notice.id,
        publicity_to=result.publicity_to.isoformat(),
    )
    outbox.send(
        "selection.result_published",
        round_id=round_.id,
        result_id=result.id,
        notice_id=notice.id,
        publicity_to=result.publicity_to.isoformat(),
    )
    return result


def exclude_after_objection(
    actor: Actor, round_: SelectionRound, row: Application, reason: str
) -> None:
    """Take an application off after an upheld objection; the list is proposed and shown anew."""
    require(actor, MANAGE_ROUND)
    text = check_reason(reason)
    result = queries.get_public(round_)
    if round_.state is not RoundState.PUBLICITY or result is None:
        raise IllegalTransition("not_in_publicity", "只有公示期间可以按异议处理结果调整名单。")
    if row.round_id != round_.id or row.state not in JUDGED_STATES:
        raise Conflict("not_on_list", "这份申报不在公示名单中。")
    if not objections.has_upheld(result.id, row.id):
        raise Conflict("no_upheld_objection", "没有针对这份申报且成立的异议，不能调整名单。")
    row.state = ApplicationState.REJECTED
    row.decision_note = text
    result.state = ResultState.SUPERSEDED
    move_round(actor, round_, RoundState.RANKED)
    record(actor, "selection.exclude_application", "selection_application", row.id, reason=text)
    outbox.send("selection.application_excluded", application_id=row.id, result_id=result.id)


def confirm_result(actor: Actor, round_: SelectionRound) -> list[Designation]:
    """Announce the result: the period is over, no objection is open, the quota holds."""
    require(actor, APPROVE_ROUND)
    lock(db.session(), f"selection_round:{round_.id}")
    result = queries.get_public(round_)
    if result is None or result.state is not ResultState.PUBLICITY:
        raise IllegalTransition("not_in_publicity", "名单还没有公示，不能公布结果。")
    last_day = read_last_day(actor, result)
    rules.check_publicity_over(clock.today(), last_day)
    rules.check_no_open_objection(objections.list_open_numbers(result.id))
    chosen = [entry for entry in result.entries if entry.selected]
    upheld = [
        e.application.code for e in chosen if objections.has_upheld(result.id, e.application_id)
    ]
    if upheld:
        raise Conflict(
            "upheld_on_list",
            "以下申报的异议成立，请先调整名单并重新公示：{names}。",
            names="、".join(upheld),
        )
    if len(chosen) > round_.quota:
        raise Conflict("over_quota", "入选数量超过名额，不能公布结果。")
    for entry in result.entries:
        entry.application.state = (
            ApplicationState.DESIGNATED if entry.selected else ApplicationState.NOT_DESIGNATED
        )
    found = [_designate(round_, result, entry, n) for n, entry in enumerate(chosen, start=1)]
    db.session.add_all(found)
    result.state = ResultState.CONFIRMED
    result.confirmed_at, result.confirmed_by_id = clock.now(), actor.user_id
    move_round(actor, round_, RoundState.CONFIRMED)
    text = write_result(round_, result)
    notice = publishing.create_notice(
        actor,
        kind=NoticeKind.RESULT,
        title=text.title,
        body=text.body,
        columns=text.columns,
        rows=text.rows,
        issuer=ISSUER,
        subject=("selection_round", round_.code),
        snapshot_sha256=result.snapshot_sha256,
        is_demo=round_.is_demo,
    )
    publishing.publish_notice(actor, notice)
    db.session.flush()
    record(
        actor,
        "selection.confirm_result",
        "selection_result",
        result.id,
        designated=[item.number for item in found],
    )
    outbox.send("selection.result_confirmed", round_id=round_.id, result_id=result.id)
    for item in found:
        outbox.send("selection.scene_designated", designation_id=item.id)
    return found


def read_last_day(actor: Actor, result: RoundResult) -> date:
    """The last day of the publicity period as its notice shows it now, corrections included."""
    if result.notice_id is None or result.publicity_to is None:
        raise IllegalTransition("not_in_publicity", "名单还没有公示。")
    notice = notices.get_notice(actor, result.notice_id)
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
