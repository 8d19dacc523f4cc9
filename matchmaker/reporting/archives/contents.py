"""What an archive holds, section by section, read inside one transaction.

The public edition keeps what was published and what the recalculation needs; persons, contacts,
texts of applications, files and accounts stay in the internal one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from matchmaker.actor import COMMAND_LINE
from matchmaker.audit.queries import list_entries_about
from matchmaker.files.queries import list_files
from matchmaker.files.storage import open_path
from matchmaker.policy.publicity import SATURDAY
from matchmaker.policy.queries import get_calendar
from matchmaker.publishing import queries as notices
from matchmaker.reporting.archives import verify_result
from matchmaker.reporting.archives.awards import list_awards, list_claim_ids
from matchmaker.reporting.archives.judging import list_minutes, list_sheets
from matchmaker.reporting.archives.packing import Member
from matchmaker.reporting.archives.rules import (
    EDITION_LABELS,
    Edition,
    check_ready,
    make_json,
    pick,
    show_points,
)
from matchmaker.selection import records
from matchmaker.selection.applications import queries as applications
from matchmaker.selection.applications.models import Application
from matchmaker.selection.applications.rules import PRIVATE_CONTENT
from matchmaker.selection.objections import queries as objections
from matchmaker.selection.results import agreed
from matchmaker.selection.results import queries as results
from matchmaker.selection.results.models import RoundResult
from matchmaker.selection.results.queries import PUBLIC_STATES
from matchmaker.selection.results.rules import ResultState
from matchmaker.selection.rounds import queries as rounds
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.programmes import get_programme
from matchmaker.selection.rounds.rules import Stage

_ROUND = (
    *("code", "title", "programme", "year", "state", "notice_text", "quota", "consortium_max"),
    *("needs_district_review", "needs_department_opinion"),
    *("publicity_days", "opens_at", "closes_at", "frozen_at", "lot_commitment"),
    *("investment_from", "investment_to", "is_demo"),
)
_CRITERION = ("key", "name", "description", "weight", "inspection_points", "basis", "anchors")
_LINE = ("rank", "official", "official_exact", "valid_scores", "selected", "reserve")


def collect(round_: SelectionRound, edition: Edition) -> tuple[list[Member], dict[str, str]]:
    """Every file of the archive but the manifest, and what heads the manifest.

    Raises Conflict before the list was proposed (public edition: published).
    """
    final = results.get_latest(round_, Stage.FINAL)
    check_ready(
        edition,
        has_final=final is not None,
        is_public=final is not None and final.state in PUBLIC_STATES,
    )
    every = list(records.list_results(round_.id))
    members = [
        *_write_guide(round_, edition),
        Member("rules/round.json", make_json(_describe_round(round_))),
        Member("rules/calendar.json", make_json(_describe_calendar(every))),
        *_list_applications(round_, every, edition),
        *list_sheets(round_, every, edition),
        *list_minutes(round_, edition),
        *_list_notices(round_),
        *_list_objections(round_, edition),
        *(part for row in every for part in _list_calculation(row)),
        Member("designations.json", make_json(_list_designations(round_))),
        *list_awards(round_, edition),
        Member("trail.json", make_json(_list_trail(round_, every, edition))),
    ]
    about = {
        "round": round_.code,
        "title": round_.title,
        "edition": edition.value,
        "snapshot_sha256": final.snapshot_sha256 if final else "",
    }
    return members, about


def _write_guide(round_: SelectionRound, edition: Edition) -> Iterator[Member]:
    text = (
        f"{round_.title}归档（{EDITION_LABELS[edition]}）\n\n"
        "核验：python3 verify_result.py 归档包.zip --expect 清单校验值\n"
        "核验程序只用 Python 标准库，核对每个文件，重算排序和奖励，对照名单、异议和办理记录。\n"
        "清单校验值管全部文件，由公布归档的单位给出，公开版的印在评选页面上；"
        "给出它，任何改动都会被发现。\n"
        "公示所印的评分快照校验值只管评分，结果公布所印的评选规则校验值只管规则。\n"
        "不给清单校验值时，只能说明包内各部分互相一致。\n"
        "Check: python3 verify_result.py ARCHIVE.zip --expect HASH-OF-THE-MANIFEST\n"
    )
    yield Member("README.txt", text.encode())
    yield Member("verify_result.py", Path(verify_result.__file__).read_bytes())


def _describe_round(round_: SelectionRound) -> dict[str, Any]:
    programme = get_programme(round_.programme)
    return {
        **pick(round_, *_ROUND),
        "clause": programme.clause,
        "instrument": programme.instrument,
        "binding": programme.binding,
        "settings": dict(rounds.read_settings(round_)),
        "criteria": [pick(item, *_CRITERION) for item in round_.criteria],
        "gates": [pick(item, "position", "name", "question", "basis") for item in round_.gates],
        "attachments": [
            pick(item, "position", "name", "note", "required") for item in round_.attachments
        ],
    }


def _describe_calendar(every: Sequence[RoundResult]) -> dict[str, list[date]]:
    """Weekdays off and weekend days at work within the publicity periods."""
    calendar = get_calendar()
    days = {
        row.publicity_from + timedelta(n)
        for row in every
        if row.publicity_from is not None and row.publicity_to is not None
        for n in range((row.publicity_to - row.publicity_from).days + 1)
    }
    at_work = {day: calendar.is_working_day(day) for day in sorted(days)}
    return {
        "holidays": [d for d, works in at_work.items() if not works and d.weekday() < SATURDAY],
        "workdays": [d for d, works in at_work.items() if works and d.weekday() >= SATURDAY],
    }


def _list_applications(
    round_: SelectionRound, every: Sequence[RoundResult], edition: Edition
) -> Iterator[Member]:
    shown = {
        entry.application_id
        for result in every
        if result.publicity_from is not None
        for entry in result.entries
        if entry.selected
    }
    for row in records.list_applications(round_.id):
        visit = applications.find_inspection(row.id)
        body: dict[str, Any] = {
            "code": row.code,
            "title": row.title if edition is Edition.INTERNAL or row.id in shown else "",
            "inspection_score": show_points(visit.score) if visit else None,
        }
        if edition is Edition.INTERNAL or row.id in shown:
            body |= {
                **pick(row, "sector", "district"),
                "members": [pick(item, "side", "name", "is_lead") for item in row.members],
            }
        if edition is Edition.INTERNAL:
            files = list(_list_files(row))
            body |= _describe_application(row, files)
            yield from (member for _, member in files)
        yield Member(f"applications/{row.code}.json", make_json(body))


def _describe_application(
    row: Application, files: Sequence[tuple[dict[str, Any], Member]]
) -> dict[str, Any]:
    visit = applications.find_inspection(row.id)
    place = ("inspected_on", "place", "inspectors", "units_seen", "running_hours", "findings")
    revision = ("number", "content", "investment_fen", "sha256", "created_at")
    return {
        **pick(row, "state", "demand_code", "submitted_at", "rectify_note", "decision_note"),
        "credit_codes": {item.name: item.credit_code for item in row.members},
        "revisions": [pick(item, *revision) for item in row.revisions],
        "private_fields": sorted(PRIVATE_CONTENT),
        "gates": [
            {"name": line.gate.name}
            | (pick(line.decision, "passed", "evidence", "decided_at") if line.decision else {})
            for line in applications.list_gates(row)
        ],
        "opinions": [
            pick(item, "kind", "recommends", "text", "unit", "given_at")
            for item in applications.list_opinions(row)
        ],
        "inspection": pick(visit, *place) if visit else None,
        "files": [facts for facts, _ in files],
    }


def _list_files(row: Application) -> Iterator[tuple[dict[str, Any], Member]]:
    """The stored files of an application: checklist first, then the inspection's photos."""
    subjects = [
        (line.item.name, line.attachment.file_subject)
        for line in applications.list_checklist(row)
        if line.attachment is not None
    ]
    visit = applications.find_inspection(row.id)
    if visit is not None:
        subjects.append(("现场核查", visit.file_subject))
    number = 0
    for label, (kind, key) in subjects:
        for file in list_files(kind, key):
            number += 1
            extension = file.name.rpartition(".")[2].lower()
            path = f"applications/{row.code}/{number:02d}-{file.sha256[:12]}.{extension}"
            facts = {"line": label, "name": file.name, "sha256": file.sha256, "path": path}
            yield facts, Member(path, path=open_path(file.sha256))


def _list_notices(round_: SelectionRound) -> Iterator[Member]:
    columns = ("id", "kind", "state", "title", "body", "issuer", "columns", "rows", "revision")
    about = ("subject_type", "subject_id", "valid_until")
    dates = ("published_at", "starts_on", "ends_on", "withdrawn_reason")
    hashes = ("chain_seq", "chain_hash", "snapshot_sha256")
    for row in notices.list_about(COMMAND_LINE, "selection_round", round_.code):
        body = pick(row, *columns, *about, *dates, *hashes) | {
            "corrections": [pick(item, "at", "reason", "changes") for item in row.corrections]
        }
        yield Member(f"publicity/{row.id:06d}-{row.kind.value}.json", make_json(body))


def _list_objections(round_: SelectionRound, edition: Edition) -> Iterator[Member]:
    codes = {key: code for code, (key, _) in applications.list_codes(round_.id).items()}
    rows = objections.list_of_results(results.list_result_ids(round_))
    for number, row in enumerate(sorted(rows, key=lambda row: row.id), start=1):
        body = {
            "number": number,
            "target": codes.get(row.application_id) if row.application_id else None,
            "open": row.deadline is not None,
            **pick(row, "state", "filed_at", "accept_by", "enquire_by", "answer_by"),
            **pick(row, "handled_at", "enquired_at", "answered_at"),
        }
        if edition is Edition.INTERNAL:
            body |= pick(row, "receipt", "name", "contact", "text", "evidence")
            body |= pick(row, "enquiry", "answer")
            body["files"] = [pick(item, "name", "sha256") for item in list_files(*row.file_subject)]
        yield Member(f"objections/{number:04d}.json", make_json(body))
        if edition is Edition.INTERNAL:
            for position, file in enumerate(list_files(*row.file_subject), start=1):
                extension = file.name.rpartition(".")[2].lower()
                name = f"objections/{number:04d}/{position:02d}-{file.sha256[:12]}.{extension}"
                yield Member(name, path=open_path(file.sha256))


def _list_calculation(row: RoundResult) -> Iterator[Member]:
    folder = f"calculation/{row.stage.value}-v{row.version}"
    rule = results.read_stored_rule(row)
    yield Member(f"{folder}/snapshot.json", row.snapshot.encode())
    applied = {
        "quota": rule.quota,
        "rule": rule.score_rule,
        "quorum": rule.quorum,
        "pass_mark": rule.pass_mark,
        "item_floor": rule.item_floor,
        "tie_chain": list(rule.tie_chain),
        "lot": rule.lot,
        "ballots": dict(rule.ballots),
        "withheld": sorted(rule.withheld),
        "items": dict(rule.items),
    }
    settings = {"settings": row.rule, "settings_sha256": row.rule_sha256, "applied": applied}
    yield Member(f"{folder}/rule.json", make_json(settings))
    names = ("stage", "version", "state", "snapshot_sha256", "rule_sha256", "package_version")
    dates = ("computed_at", "publicity_from", "publicity_to", "confirmed_at", "warnings")
    body = pick(row, *names, *dates) | {
        "current": row.state is not ResultState.SUPERSEDED,
        "notice": row.notice_id,
        "resolutions": row.resolution_ids,
        "ranking": [
            {"scene": entry.application.code}
            | pick(entry, *_LINE, "tie_broken_by", "below_quorum", "failed")
            for entry in row.entries
        ],
    }
    yield Member(f"{folder}/result.json", make_json(body))


def _list_designations(round_: SelectionRound) -> list[dict[str, Any]]:
    rows = sorted(results.list_designations(round_.id), key=lambda row: row.number)
    return [pick(row, "number", "designated_on") | {"scene": row.application.code} for row in rows]


def _list_trail(
    round_: SelectionRound, every: Sequence[RoundResult], edition: Edition
) -> list[dict[str, Any]]:
    """The trail's entries about the round, oldest first.

    Others lie between them, so that only neighbours link; what each says can be hashed again in the
    internal edition, where it is complete.
    """
    asked = objections.list_of_results([row.id for row in every])
    subjects = {
        "selection_round": [round_.id],
        "selection_application": [row.id for row in records.list_applications(round_.id)],
        "selection_result": [row.id for row in every],
        "selection_objection": [row.id for row in asked],
        "selection_resolution": [row.id for row in agreed.list_resolutions(round_.id)],
        "claim": list_claim_ids(round_),
        "notice": [
            row.id for row in notices.list_about(COMMAND_LINE, "selection_round", round_.code)
        ],
    }
    public = ("seq", "at", "action", "prev_hash", "hash")
    who = ("actor_kind", "actor_id", "actor_name")
    full = (*public, *who, "subject_type", "subject_id", "outcome", "data")
    names = full if edition is Edition.INTERNAL else public
    return [pick(entry, *names) for entry in list_entries_about(subjects)]
