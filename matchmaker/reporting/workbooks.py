"""Everything of a round as one Excel workbook; figures are read from the rows that decide them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.documents.excel import Cell, Column, ColumnKind, Sheet, write_workbook
from matchmaker.funding.queries import compute_totals
from matchmaker.publishing import queries as notices
from matchmaker.publishing.rules import KIND_LABELS, NoticeKind
from matchmaker.publishing.rules import STATE_LABELS as NOTICE_STATES
from matchmaker.reporting.archives.awards import list_claims
from matchmaker.reporting.archives.judging import find_counted
from matchmaker.rewards.queries import sum_paid, sum_returned
from matchmaker.rewards.rules import STATUS_LABELS
from matchmaker.selection import records
from matchmaker.selection.applications import queries as applications
from matchmaker.selection.applications.rules import STATE_LABELS as APPLICATION_STATES
from matchmaker.selection.objections import queries as objections
from matchmaker.selection.objections.rules import STATE_LABELS as OBJECTION_STATES
from matchmaker.selection.results import queries as results
from matchmaker.selection.results.rules import STATE_LABELS as RESULT_STATES
from matchmaker.selection.results.wording import name_units
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.permissions import INSPECT_ROUND
from matchmaker.selection.rounds.rules import RULE_LABELS, STAGE_LABELS, TIE_CHAIN, Stage
from matchmaker.selection.scoring.rules import SHEET_LABELS, compute_total

_YUAN, _NUMBER, _DATE = ColumnKind.YUAN, ColumnKind.NUMBER, ColumnKind.DATE
Row = tuple[Cell, ...]


def export_round(actor: Actor, round_: SelectionRound) -> bytes:
    """The workbook of a round, with an entry in the trail.

    Scores and the ranking are in it once the list was proposed, so that nobody reads totals early.
    """
    require(actor, INSPECT_ROUND)
    is_locked = results.get_latest(round_, Stage.FINAL) is not None
    sheets = [_list_applications(actor, round_)]
    if is_locked:
        sheets += [_list_criteria(round_), _list_scores(round_), _list_ranking(round_)]
    sheets += [_list_published(actor, round_), _list_designated(round_)]
    sheets += [_list_objections(round_), _list_awards(round_)]
    record(actor, "reporting.export_round", "round_workbook", round_.code, with_scores=is_locked)
    return write_workbook(sheets, title=round_.title)


def _note(round_: SelectionRound, what: str) -> str:
    demo = "（演示数据，不代表有关单位意见）" if round_.is_demo else ""
    return f"{round_.title}：{what}{demo}"


def _yuan(fen: int | None) -> Decimal | None:
    return None if fen is None else Decimal(fen) / 100


def _list_applications(actor: Actor, round_: SelectionRound) -> Sheet:
    vocabulary = load_vocabulary()
    sectors = {item.id: item.zh for item in vocabulary.sectors}
    districts = {item.id: item.zh for item in vocabulary.districts}
    rows: list[Row] = [
        (
            row.code,
            row.title,
            name_units(row),
            sectors.get(row.sector or "", ""),
            districts.get(row.district or "", ""),
            _yuan(row.revision.investment_fen) if row.revision else None,
            row.submitted_at,
            APPLICATION_STATES[row.state],
        )
        for row in applications.list_of_round(actor, round_.id)
    ]
    columns = (
        *(Column("编号", 16), Column("名称", 36), Column("申报单位", 40), Column("领域", 14)),
        *(Column("区县", 12), Column("申报投入（元）", 18, _YUAN), Column("提交日期", 14, _DATE)),
        Column("状态", 14),
    )
    return Sheet("申报", columns, rows, _note(round_, f"申报 {len(rows)} 份"))


def _list_criteria(round_: SelectionRound) -> Sheet:
    """What weighs how much in the final stage, so that the sheets add up outside the platform."""
    columns = (
        *(Column("指标", 36), Column("权重", 8, _NUMBER)),
        *(Column("评委打分占", 12, _NUMBER), Column("现场核查占", 12, _NUMBER)),
    )
    rows: list[Row] = [
        (item.name, item.weight, item.weight - item.inspection_points, item.inspection_points)
        for item in round_.criteria
    ]
    text = (
        "复评合计＝（各指标得分×评委打分占＋现场核查得分×现场核查占）÷100，初评由评委打全部权重。"
        f"综合得分：计入排序的合计，{RULE_LABELS[round_.rule]}"
    )
    return Sheet("指标", columns, rows, _note(round_, text))


def _list_scores(round_: SelectionRound) -> Sheet:
    """Each sheet with the total that enters the ranking: the inspection's points are part of it."""
    codes = {key: code for code, (key, _) in applications.list_codes(round_.id).items()}
    columns = (
        *(Column("阶段", 8), Column("编号", 16), Column("评委", 14), Column("版本", 6, _NUMBER)),
        *(Column(item.name, 14, _NUMBER) for item in round_.criteria),
        *(Column("现场核查", 10, _NUMBER), Column("合计", 10, _NUMBER), Column("计入排序", 10)),
        *(Column("状态", 12), Column("提交时间", 14, _DATE)),
    )
    sheets = list(records.list_sheets(round_.id))
    counted = find_counted(sheets, codes, records.list_results(round_.id))
    visits = applications.map_inspection_scores(list(codes))
    rows: list[Row] = []
    for sheet in sheets:
        work = sheet.assignment
        given = {line.criterion_id: line.score or 0 for line in sheet.lines}
        site = visits.get(work.application_id) if work.stage is Stage.FINAL else None
        rows.append(
            (
                STAGE_LABELS[work.stage],
                codes[work.application_id],
                work.member.expert.name,
                sheet.version,
                *(_points(given.get(item.id, 0)) for item in round_.criteria),
                _points(site),
                _add_up(round_, given, work.stage, site),
                sheet.id in counted,
                SHEET_LABELS[sheet.state],
                sheet.submitted_at,
            )
        )
    return Sheet("评分", columns, rows, _note(round_, "评分表，只供内部使用，不得公开"))


def _points(hundredths: int | None) -> Decimal | None:
    return None if hundredths is None else Decimal(hundredths) / 100


def _add_up(
    round_: SelectionRound, given: Mapping[int, int], stage: Stage, site: int | None
) -> Decimal | None:
    """A sheet's exact total as the ranking adds it; None while the inspection is missing."""
    parts: list[tuple[int, int]] = []
    for item in round_.criteria:
        visited = item.inspection_points if stage is Stage.FINAL else 0
        parts.append((item.weight - visited, given.get(item.id, 0)))
        if visited:
            if site is None:
                return None
            parts.append((visited, site))
    total = compute_total(parts)
    return Decimal(total.numerator) / total.denominator / 100


def _list_ranking(round_: SelectionRound) -> Sheet:
    columns = (
        *(Column("阶段", 8), Column("版次", 6, _NUMBER), Column("名单状态", 16)),
        *(Column("名次", 6, _NUMBER), Column("编号", 16), Column("名称", 36)),
        *(Column("综合得分", 10), Column("精确值", 16), Column("有效评分", 10, _NUMBER)),
        *(Column("入选", 8), Column("递补", 8), Column("同分处理", 20)),
        Column("快照校验值", 66),
    )
    rows: list[Row] = [
        (
            *(STAGE_LABELS[result.stage], result.version, RESULT_STATES[result.state]),
            *(entry.rank, entry.application.code, entry.application.title),
            *(entry.official, entry.official_exact, entry.valid_scores),
            "待定" if entry.selected is None else entry.selected,
            entry.reserve,
            TIE_CHAIN.get(entry.tie_broken_by or "", ""),
            result.snapshot_sha256,
        )
        for result in records.list_results(round_.id)
        for entry in result.entries
    ]
    return Sheet("排序", columns, rows, _note(round_, "历次排序"))


def _list_published(actor: Actor, round_: SelectionRound) -> Sheet:
    """The lists as they were published, line by line, with their period."""
    columns = (
        *(
            Column("公告", 40),
            Column("类别", 12),
            Column("状态", 10),
            Column("发布日期", 14, _DATE),
        ),
        *(Column("公示开始", 14, _DATE), Column("公示截止", 14, _DATE), Column("序号或编号", 18)),
        *(Column("名称", 36), Column("申报单位", 40), Column("综合得分", 10)),
    )
    kinds = (NoticeKind.PUBLICITY, NoticeKind.RESULT)
    rows: list[Row] = [
        (
            *(notice.title, KIND_LABELS[notice.kind], NOTICE_STATES[notice.state]),
            *(notice.published_at, notice.starts_on, notice.ends_on),
            *(str(cell) for cell in line[:4]),
        )
        for notice in notices.list_about(actor, "selection_round", round_.code)
        if notice.kind in kinds
        for line in notice.rows
    ]
    return Sheet("公示名单", columns, rows, _note(round_, "公示和结果公布的名单"))


def _list_designated(round_: SelectionRound) -> Sheet:
    columns = (
        *(Column("证书编号", 18), Column("编号", 16), Column("名称", 36), Column("单位", 40)),
        Column("公布日期", 14, _DATE),
    )
    named = sorted(results.list_designations(round_.id), key=lambda row: row.number)
    rows: list[Row] = [
        (
            *(row.number, row.application.code, row.application.title),
            *(name_units(row.application), row.designated_on),
        )
        for row in named
    ]
    return Sheet("命名", columns, rows, _note(round_, f"命名 {len(rows)} 个"))


def _list_objections(round_: SelectionRound) -> Sheet:
    titles = dict(applications.list_codes(round_.id).values())
    columns = (
        *(Column("受理编号", 32), Column("针对", 36), Column("状态", 16), Column("提出人", 20)),
        *(Column("提出日期", 14, _DATE), Column("受理期限", 14, _DATE)),
        *(Column("核查期限", 14, _DATE), Column("答复期限", 14, _DATE)),
        *(Column("内容", 50), Column("核查情况", 50), Column("答复", 50)),
    )
    found = objections.list_of_results(results.list_result_ids(round_))
    rows: list[Row] = [
        (
            *(row.desk_number, titles.get(row.application_id or 0, "整个名单")),
            *(OBJECTION_STATES[row.state], row.name, row.filed_at),
            *(row.accept_by, row.enquire_by, row.answer_by, row.text, row.enquiry, row.answer),
        )
        for row in found
    ]
    return Sheet("异议", columns, rows, _note(round_, f"异议 {len(rows)} 件"))


def _list_awards(round_: SelectionRound) -> Sheet:
    columns = (
        *(Column("申领编号", 16), Column("证书编号", 18), Column("场景", 36), Column("单位", 30)),
        *(Column("措施", 12), Column("状态", 20), Column("审定投入（元）", 18, _YUAN)),
        *(Column("核定金额（元）", 18, _YUAN), Column("是否可兑付", 12)),
        *(Column("应付（元）", 18, _YUAN), Column("已拨付（元）", 18, _YUAN)),
        *(Column("已追回（元）", 18, _YUAN), Column("回执校验值", 66)),
    )
    return Sheet("奖励", columns, list(_iter_awards(round_)), _note(round_, "奖励核定和拨付"))


def _iter_awards(round_: SelectionRound) -> Iterator[Row]:
    named = {row.id: row.number for row in results.list_designations(round_.id)}
    for claim in list_claims(round_):
        row = claim.determination
        verified = compute_totals(claim.ledger).verified_fen if claim.ledger else None
        head = (claim.number, named[claim.designation_id or 0], claim.project)
        about = (claim.organisation.name, claim.instrument, STATUS_LABELS[claim.status])
        if row is None:
            yield (*head, *about, _yuan(verified), None, None, None, None, None, "")
            continue
        yield (
            *(*head, *about, _yuan(verified), _yuan(row.award_fen), row.is_binding),
            *(_yuan(row.payable_fen), _yuan(sum_paid(row)), _yuan(sum_returned(row))),
            row.receipt_sha256,
        )
