"""Score sheets and minutes of a round for its archive."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from matchmaker.reporting.archives.packing import Member
from matchmaker.reporting.archives.rules import Edition, make_json, pick, show_points
from matchmaker.selection import records
from matchmaker.selection.applications import queries as applications
from matchmaker.selection.hearings import queries as hearings
from matchmaker.selection.results import agreed
from matchmaker.selection.results.models import RoundResult
from matchmaker.selection.results.rules import ResultState
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.rules import Stage
from matchmaker.selection.scoring.models import ScoreSheet


def list_sheets(
    round_: SelectionRound, every: Sequence[RoundResult], edition: Edition
) -> Iterator[Member]:
    """Every submitted sheet; ``counted`` marks those that the stage's present result rests on."""
    codes = {key: code for code, (key, _) in applications.list_codes(round_.id).items()}
    sheets = [s for s in records.list_sheets(round_.id) if _is_ranked(s)]
    counted = find_counted(sheets, codes, every)
    keys = {item.id: item.key for item in round_.criteria}
    for sheet in sheets:
        assignment = sheet.assignment
        code, judge = codes[assignment.application_id], assignment.member.key
        body: dict[str, Any] = {
            "scene": code,
            "judge": judge,
            "stage": assignment.stage,
            "counted": sheet.id in counted,
            **pick(sheet, "version", "state", "revision_number", "submitted_at"),
            "scores": {keys[line.criterion_id]: show_points(line.score) for line in sheet.lines},
        }
        if edition is Edition.INTERNAL:
            body["judge_name"] = assignment.member.expert.name
            body["note"] = sheet.note
            body["notes"] = {keys[line.criterion_id]: line.note for line in sheet.lines}
        name = f"scores/{assignment.stage.value}/{code}-{judge}-v{sheet.version}.json"
        yield Member(name, make_json(body))


def _is_ranked(sheet: ScoreSheet) -> bool:
    return sheet.assignment.stage is not Stage.CALIBRATION and sheet.submitted_at is not None


def find_counted(
    sheets: Sequence[ScoreSheet], codes: Mapping[int, str], every: Sequence[RoundResult]
) -> set[int]:
    """Of each judge and scene the newest sheet that was in when the result was computed."""
    present = {row.stage: row for row in every if row.state is not ResultState.SUPERSEDED}
    recused = {
        (stage, cell["scene"], cell["judge"])
        for stage, row in present.items()
        for cell in json.loads(row.snapshot)["scores"]
        if cell["score"] is None
    }
    newest: dict[int, ScoreSheet] = {}
    for sheet in sorted(sheets, key=lambda item: item.version):
        stage = sheet.assignment.stage
        pair = (stage, codes[sheet.assignment.application_id], sheet.assignment.member.key)
        result = present.get(stage)
        if result is None or sheet.submitted_at is None or pair in recused:
            continue
        if sheet.submitted_at <= result.computed_at:
            newest[sheet.assignment_id] = sheet
    return {sheet.id for sheet in newest.values()}


def list_minutes(round_: SelectionRound, edition: Edition) -> Iterator[Member]:
    """Recusals, resolutions, corrections, questions, agenda; persons in the internal edition."""
    codes = {key: code for code, (key, _) in applications.list_codes(round_.id).items()}
    yield Member("minutes/recusals.json", make_json(_list_recusals(round_, codes, edition)))
    yield Member("minutes/resolutions.json", make_json(_list_resolutions(round_, edition)))
    if edition is Edition.PUBLIC:
        return
    reopenings = [
        pick(row, "sheet_id", "reason", "state", "requested_at", "decided_at", "decision_reason")
        for row in records.list_reopenings(round_.id)
    ]
    questions = [
        pick(row, "sheet_id", "kind", "detail", "asked_at", "answer", "answered_at")
        for row in records.list_questions(round_.id)
    ]
    presentations = [
        {"scene": codes[row.application_id]} | pick(row, "starts_at", "minutes", "place")
        for row in records.list_presentations(round_.id)
    ]
    hearing = hearings.find_hearing(round_.id)
    names = ("order_kind", "seed", "draws", "changed_at", "started_at")
    agenda = {
        "order": pick(hearing, *names) if hearing else None,
        "presentations": presentations,
    }
    yield Member("minutes/corrections.json", make_json(reopenings))
    yield Member("minutes/questions.json", make_json(questions))
    yield Member("minutes/agenda.json", make_json(agenda))
    yield Member("minutes/hearing.json", make_json(_list_hearing(round_, codes)))


def _list_hearing(round_: SelectionRound, codes: Mapping[int, str]) -> list[dict[str, Any]]:
    """Questions and answers of the hearing; a corrected entry stands beside its correction."""
    names = ("id", "question", "answer", "reason", "corrects_id", "written_at", "edited_at")
    return [
        {
            "scene": codes[row.application_id],
            "judge": row.member.key if row.member else None,
            **pick(row, *names),
        }
        for row in records.list_hearing_entries(round_.id)
    ]


def _list_recusals(
    round_: SelectionRound, codes: Mapping[int, str], edition: Edition
) -> list[dict[str, Any]]:
    found = []
    for row in records.list_conflicts(round_.id):
        body = {"scene": codes[row.application_id], "judge": row.member.key}
        body |= pick(row, "source", "state", "raised_at", "decided_at")
        if edition is Edition.INTERNAL:
            body |= pick(row, "reason", "decision_reason")
            body["judge_name"] = row.member.expert.name
        found.append(body)
    return found


def _list_resolutions(round_: SelectionRound, edition: Edition) -> list[dict[str, Any]]:
    """The panel's votes; who was present and what was said in the internal edition only."""
    names = ("id", "kind", "state", "carried", "scenes", "entitled", "ballots", "held_on")
    counts = ("votes_for", "votes_against", "votes_abstained", "snapshot_sha256")
    dates = ("recorded_at", "decided_at")
    told = ("voters", "reason", "minutes", "decision_note") if edition is Edition.INTERNAL else ()
    return [pick(row, *names, *counts, *dates, *told) for row in agreed.list_resolutions(round_.id)]
