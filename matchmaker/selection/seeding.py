"""Rounds of the demonstration: 2025 finished, 2026 being judged, one open. None in production.

Each act goes through the rooms' own operations, with the clock set to the demonstrated day.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import yaml
from sqlalchemy import select

from matchmaker import clock
from matchmaker.actor import COMMAND_LINE, VISITOR
from matchmaker.clock import demonstrate
from matchmaker.config import Settings
from matchmaker.db import db, read_tx, write_tx
from matchmaker.files.demonstration import keep_document, keep_picture
from matchmaker.paths import SEEDS
from matchmaker.selection.applications import consortium, review
from matchmaker.selection.applications import operations as applying
from matchmaker.selection.applications.models import Application
from matchmaker.selection.applications.rules import OpinionKind
from matchmaker.selection.hearings import agenda
from matchmaker.selection.hearings.seeding import correct_record, hold_hearing
from matchmaker.selection.objections import operations as objections
from matchmaker.selection.panels import assigning
from matchmaker.selection.panels import operations as panels
from matchmaker.selection.panels import queries as panel_queries
from matchmaker.selection.panels.models import Assignment
from matchmaker.selection.panels.rules import MemberRole
from matchmaker.selection.results import operations as results
from matchmaker.selection.results.models import RoundResult
from matchmaker.selection.rounds import operations as rounds
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.programmes import get_programme, start_draft
from matchmaker.selection.rounds.rules import HUNDREDTHS, Stage
from matchmaker.selection.scoring import operations as scoring
from matchmaker.selection.scoring.rules import LineDraft
from matchmaker.selection.seed_texts import RoundDays, at_ten, find_expert, make_source

_FILE = SEEDS / "selection" / "demonstration.yaml"
#: How many scenes of a round come with files.
_WITH_FILES = 4


def seed_selection(settings: Settings) -> dict[str, int]:
    """Add the demonstration rounds that are missing."""
    if settings.production:
        return {"年度评选": 0, "申报": 0}
    data = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    with read_tx():
        known = set(db.session.scalars(select(SelectionRound.code)))
    for entry in data["rounds"]:
        if f"{entry['year']}-{entry['programme']}" not in known:
            with write_tx():
                _Seeder(_date_opening(entry), data["judges"]).run()
    return {
        "年度评选": len(data["rounds"]),
        "申报": sum(len(entry.get("scenes", ())) for entry in data["rounds"]),
    }


def _date_opening(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """The entry; one that shall be open now has its days counted from today."""
    if "opens_days_ago" not in entry:
        return entry
    today = at_ten(clock.today())
    return {
        **entry,
        "opens": today - timedelta(days=entry["opens_days_ago"]),
        "closes": today + timedelta(days=entry["closes_in_days"]),
    }


class _Seeder:
    """Carries one round of the demonstration from its notice to the state it shall be in."""

    def __init__(self, entry: Mapping[str, Any], judges: list[dict[str, Any]]) -> None:
        self.entry = entry
        self.days = RoundDays.of(entry)
        self.judges = judges[: entry["panel"]]
        #: Fixed, so that every installation shows the same scores.
        self.rng = random.Random(f"{entry['programme']}-{entry['year']}")  # noqa: S311
        with demonstrate(self.days.opens):
            self.round = self._open_round()
        self.scenes: dict[str, Application] = {}

    def run(self) -> None:
        if self.entry["state"] == "open":
            return
        with demonstrate(self.days.applied):
            self.scenes = {scene["demand"]: self._apply(scene) for scene in self.entry["scenes"]}
        with demonstrate(self.days.closed):
            rounds.close_applications(COMMAND_LINE, self.round)
        with demonstrate(self.days.qualified):
            for code, row in self.scenes.items():
                self._qualify(row, self._scene(code))
        with demonstrate(self.days.empanelled):
            self._build_panel()
        self._judge(Stage.FINAL if self.round.stages == 1 else Stage.PRELIMINARY)
        if self.entry["state"] == "confirmed":
            self._finish()

    def _scene(self, code: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = next(s for s in self.entry["scenes"] if s["demand"] == code)
        return found

    def _open_round(self) -> SelectionRound:
        draft = replace(
            start_draft(get_programme(self.entry["programme"]), self.entry["year"]),
            stages=self.entry["stages"],
            panel_size=self.entry["panel"],
            opens_at=self.entry["opens"],
            closes_at=self.entry["closes"],
        )
        row = rounds.create_round(COMMAND_LINE, draft, is_demo=True)
        rounds.open_applications(COMMAND_LINE, row)
        return row

    def _apply(self, scene: Mapping[str, Any]) -> Application:
        source = make_source(self.entry, scene)
        row = applying.start_application(COMMAND_LINE, self.round, source, is_demo=True)
        files = [keep_document("申报附件")] if self._shows_files(scene) else []
        for item in self.round.attachments:
            if item.required:
                note = "" if files else "演示申报，纸质材料未附。"
                applying.set_attachment(COMMAND_LINE, row, item.id, note=note, uploads=files)
                files = []
        applying.submit_application(COMMAND_LINE, row)
        return row

    def _qualify(self, row: Application, scene: Mapping[str, Any]) -> None:
        for gate in self.round.gates:
            review.decide_gate(
                COMMAND_LINE, row, gate.id, passed=True, evidence="已核对申报材料，符合要求。"
            )
        for kind, unit in (
            (OpinionKind.DISTRICT, "所在区县经信部门"),
            (OpinionKind.DEPARTMENT, "行业主管部门"),
        ):
            opinion = review.give_opinion(
                COMMAND_LINE,
                row,
                kind,
                recommends=True,
                text=f"场景真实，运行{scene['months']}个月，同意推荐。",
            )
            opinion.unit = f"{unit}（演示）"
        for member in row.unconfirmed:
            consortium.confirm_membership(COMMAND_LINE, row, member, sha256=row.content_sha256)
        review.qualify_application(COMMAND_LINE, row)

    def _build_panel(self) -> None:
        for position, judge in enumerate(self.judges):
            role = MemberRole.CHAIR if position == 0 else MemberRole.MEMBER
            member = panels.add_member(COMMAND_LINE, self.round, find_expert(judge), role)
            if judge.get("account") == "judge2@demo.example" and self.round.stages == 2:
                continue
            panels.sign_declaration(COMMAND_LINE, member, name=member.expert.name, conflicts={})

    def _judge(self, stage: Stage) -> None:
        if stage is Stage.FINAL:
            with demonstrate(self.days.inspected):
                for code, row in self.scenes.items():
                    self._inspect(row, self._scene(code))
                self._schedule()
            with demonstrate(self.days.heard):
                hold_hearing(self.round)
        with demonstrate(self.days.started):
            if stage is Stage.FINAL:
                assigning.assign_whole_panel(COMMAND_LINE, self.round, stage)
            else:
                self._assign_three(stage)
            results.start_stage(COMMAND_LINE, self.round, stage)
        self._score(stage)

    def _shows_files(self, scene: Mapping[str, Any]) -> bool:
        """The first scenes of a round come with files, enough to see each page with some."""
        return scene in self.entry["scenes"][:_WITH_FILES]

    def _inspect(self, row: Application, scene: Mapping[str, Any]) -> None:
        review.record_inspection(
            COMMAND_LINE,
            row,
            review.InspectionDraft(
                inspected_on=self.days.inspected.date(),
                place="申报场景现场（演示）",
                inspectors="市经信局、区县经信部门和专家各一名（演示）",
                units_seen=scene["units"],
                running_hours=f"约{scene['units'] * scene['months'] * 180}小时",
                findings="现场运行与申报书一致，运行记录可查，安全标识和急停装置齐备。",
                score=(scene["quality"] + 2) * HUNDREDTHS,
            ),
            [keep_picture("现场核查照片")] if self._shows_files(scene) else [],
        )

    def _schedule(self) -> None:
        """Presentations one after another, by code."""
        agenda.schedule_all(
            COMMAND_LINE,
            self.round,
            agenda.Timing(
                starts_at=self.days.heard,
                minutes=25,
                break_minutes=5,
                place="演示会议中心三楼会议室",
            ),
        )

    def _assign_three(self, stage: Stage) -> None:
        """Three judges each on a connected, even design, conflicts left out."""
        plan = assigning.read_plan(self.round, stage)
        pairs = []
        for row_number, row in enumerate(plan.applications):
            free = [m for m in plan.members if (row.id, m.id) not in plan.barred]
            chosen = [free[(row_number * 2 + step) % len(free)] for step in (0, 1, 3)]
            pairs += [(row.id, member.id) for member in chosen]
        assigning.assign_pairs(COMMAND_LINE, self.round, stage, pairs)

    def _score(self, stage: Stage) -> None:
        by_id = {row.id: code for code, row in self.scenes.items()}
        left_open = self.entry.get("open_sheets", {})
        share = self.entry.get("submitted_share", 100)
        for number, assignment in enumerate(panel_queries.list_assignments(self.round.id, stage)):
            code = by_id[assignment.application_id]
            lines = self._lines(assignment, self._scene(code)["quality"])
            skipped = self.rng.randrange(100) >= share
            judge = assignment.member.expert.name
            if skipped or code in left_open.get(judge, ()) or not assignment.member.declared_at:
                continue
            with demonstrate(self.days.scored(number)):
                scoring.submit_sheet(
                    COMMAND_LINE, assignment, lines, note="总体情况属实，建议按得分排序。"
                )

    def _lines(self, assignment: Assignment, quality: int) -> list[LineDraft]:
        name = assignment.member.expert.name
        severity = next(judge["severity"] for judge in self.judges if judge["name"] == name)
        lines = []
        for criterion in self.round.criteria:
            points = quality + severity + self.rng.gauss(0, 3)
            half_points = round(min(98, max(45, points)) * 2)
            lines.append(LineDraft(criterion.id, half_points * HUNDREDTHS // 2))
        return lines

    def _finish(self) -> None:
        """Propose, publish, answer what is objected, confirm: each on its day."""
        with demonstrate(at_ten(self.entry["proposed_on"])):
            result = results.propose_result(COMMAND_LINE, self.round)
            correct_record(self.round)
        with demonstrate(at_ten(self.entry["publicity_from"])):
            results.publish_result(COMMAND_LINE, self.round, result)
        for entry in self.entry.get("objections", ()):
            self._object(result, entry)
        with demonstrate(at_ten(self.entry["confirmed_on"])):
            results.confirm_result(COMMAND_LINE, self.round)

    def _object(self, result: RoundResult, entry: Mapping[str, Any]) -> None:
        """An objection filed, accepted, enquired into and answered within the publicity period."""
        first, last = result.publicity_from, result.publicity_to
        if first is None or last is None:
            raise LookupError("the result is not published")
        with demonstrate(_moment(entry, "filed_on")):
            row = objections.file_objection(
                VISITOR,
                result_id=result.id,
                application_ids=frozenset(
                    line.application_id for line in result.entries if line.selected
                ),
                application_id=self.scenes[entry["demand"]].id,
                first_day=first,
                last_day=last,
                name=entry["name"],
                contact="0571-00000000",
                text=entry["text"],
                evidence=entry["evidence"],
                uploads=[keep_picture("异议证据照片")],
            )
        with demonstrate(_moment(entry, "accepted_on")):
            objections.accept_objection(COMMAND_LINE, row)
        with demonstrate(_moment(entry, "enquired_on")):
            objections.record_enquiry(COMMAND_LINE, row, entry["enquiry"])
        with demonstrate(_moment(entry, "answered_on")):
            objections.answer_objection(COMMAND_LINE, row, upheld=False, text=entry["answer"])


def _moment(entry: Mapping[str, Any], key: str) -> datetime:
    return at_ten(entry[key])
