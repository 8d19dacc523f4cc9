"""Rounds of the demonstration: 2025 finished, 2026 in the middle of judging. None in production."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import yaml
from sqlalchemy import select

from matchmaker import clock
from matchmaker.accounts import queries as accounts
from matchmaker.actor import COMMAND_LINE
from matchmaker.config import Settings
from matchmaker.db import db, read_tx, write_tx
from matchmaker.demands import queries as demands
from matchmaker.paths import SEEDS
from matchmaker.publishing import queries as notices
from matchmaker.selection.applications import operations as applying
from matchmaker.selection.applications import review
from matchmaker.selection.applications.models import Application
from matchmaker.selection.applications.rules import (
    ApplicationContent,
    MemberDraft,
    OpinionKind,
    Side,
)
from matchmaker.selection.applications.sources import SceneSource
from matchmaker.selection.panels import assigning
from matchmaker.selection.panels import operations as panels
from matchmaker.selection.panels import queries as panel_queries
from matchmaker.selection.panels.models import Assignment, Expert
from matchmaker.selection.panels.operations import ExpertDraft
from matchmaker.selection.panels.rules import MemberRole
from matchmaker.selection.results import operations as results
from matchmaker.selection.results.wording import write_publicity
from matchmaker.selection.rounds import operations as rounds
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.programmes import get_programme, start_draft
from matchmaker.selection.rounds.rules import HUNDREDTHS, Stage
from matchmaker.selection.scoring import operations as scoring
from matchmaker.selection.scoring.rules import LineDraft

_FILE = SEEDS / "selection" / "demonstration.yaml"
_NOTE = "（演示数据，由平台编写，不指任何真实单位。）"


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
                _Seeder(entry, data["judges"]).run()
    return {
        "年度评选": len(data["rounds"]),
        "申报": sum(len(entry["scenes"]) for entry in data["rounds"]),
    }


class _Seeder:
    """Carries one round of the demonstration from its notice to the state it shall be in."""

    def __init__(self, entry: Mapping[str, Any], judges: list[dict[str, Any]]) -> None:
        self.entry = entry
        self.judges = judges[: entry["panel"]]
        self.round = self._open_round()
        #: Fixed, so that every installation shows the same scores.
        self.rng = random.Random(f"{entry['programme']}-{entry['year']}")  # noqa: S311

    def run(self) -> None:
        scenes = {scene["demand"]: self._apply(scene) for scene in self.entry["scenes"]}
        self.round.closes_at = self.entry["closes"]
        rounds.close_applications(COMMAND_LINE, self.round)
        for code, row in scenes.items():
            self._qualify(row, self._scene(code))
        self._build_panel()
        stage = Stage.FINAL if self.round.stages == 1 else Stage.PRELIMINARY
        if stage is Stage.FINAL:
            for code, row in scenes.items():
                self._inspect(row, self._scene(code))
            assigning.assign_whole_panel(COMMAND_LINE, self.round, stage)
        else:
            self._assign_three(stage)
        results.start_stage(COMMAND_LINE, self.round, stage)
        self._score(stage, scenes)
        if self.entry["state"] == "confirmed":
            self._finish()

    def _scene(self, code: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = next(s for s in self.entry["scenes"] if s["demand"] == code)
        return found

    def _open_round(self) -> SelectionRound:
        programme = get_programme(self.entry["programme"])
        draft = replace(
            start_draft(programme, self.entry["year"]),
            stages=self.entry["stages"],
            panel_size=self.entry["panel"],
            opens_at=self.entry["opens"],
            closes_at=datetime(2100, 1, 1, tzinfo=clock.CHINA),
        )
        row = rounds.create_round(COMMAND_LINE, draft, is_demo=True)
        rounds.open_applications(COMMAND_LINE, row)
        for notice in notices.list_about(COMMAND_LINE, "selection_round", row.code):
            notice.published_at = self.entry["opens"]
            notice.ends_on = self.entry["closes"].date()
        return row

    def _apply(self, scene: Mapping[str, Any]) -> Application:
        listing = demands.get_listing(COMMAND_LINE, scene["demand"])
        organisation = listing.organisation
        if "organisation" in scene:
            organisation = accounts.find_organisation_by_name(scene["organisation"]) or organisation
        partner_name = scene.get(
            "partner", f"{organisation.name.removesuffix('（演示）')}配套机器人企业（演示）"
        )
        partner = accounts.find_organisation_by_name(partner_name)
        source = SceneSource(
            organisation_id=organisation.id,
            content=self._content(scene, listing.title, listing.pain_point, listing.description),
            demand_code=listing.code,
            sector=listing.sector,
            district=listing.district,
            partners=(
                MemberDraft(
                    side=Side.SUPPLIER,
                    name=partner_name,
                    organisation_id=partner.id if partner else None,
                    supplier_id=scene.get("supplier"),
                ),
            ),
        )
        row = applying.start_application(COMMAND_LINE, self.round, source, is_demo=True)
        for item in self.round.attachments:
            if item.required:
                applying.set_attachment(COMMAND_LINE, row, item.id, note="演示申报，纸质材料未附。")
        applying.submit_application(COMMAND_LINE, row)
        row.submitted_at = self.entry["closes"] - timedelta(days=3)
        row.revisions[-1].created_at = row.submitted_at
        return row

    def _content(
        self, scene: Mapping[str, Any], title: str, pain: str, text: str
    ) -> ApplicationContent:
        units, months = scene["units"], scene["months"]
        return ApplicationContent(
            title=title,
            background=f"{pain}\n{text}",
            technology=f"投用机器人{units}台，感知、规划和操作软件由联合体企业自主开发，"
            f"关键部件以国产为主，并附第三方检测报告编号。{_NOTE}",
            fit=f"自投用以来连续运行{months}个月，日均运行时长和中断次数按月记录，"
            "异常由值守人员远程处置。",
            effects=scene["effect"],
            safety="已制定作业安全规程和应急处置预案，完成两次演练；现场影像仅留存30日，专人管理。",
            replication="同类岗位在本市尚有较多分布，已编写部署手册，可按点位复制。",
            operation="与联合体企业签有三年运维合同，备件和驻场人员已落实。",
            investment_fen=scene["investment_yuan"] * 100,
            investment_note="包括整机购置、现场改造、软件开发和调试培训，不含土地、厂房。",
            in_use_since=self._first_day_of_use(months),
            contact="演示联系人 0571-00000000",
        )

    def _first_day_of_use(self, months: int) -> str:
        closes: datetime = self.entry["closes"]
        count = closes.year * 12 + closes.month - 1 - months
        return f"{count // 12}年{count % 12 + 1}月"

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
        review.qualify_application(COMMAND_LINE, row)

    def _build_panel(self) -> None:
        for position, judge in enumerate(self.judges):
            role = MemberRole.CHAIR if position == 3 else MemberRole.MEMBER
            member = panels.add_member(COMMAND_LINE, self.round, _find_expert(judge), role)
            if judge.get("account") == "judge2@demo.example" and self.round.stages == 2:
                continue
            panels.sign_declaration(COMMAND_LINE, member, name=member.expert.name, conflicts={})

    def _inspect(self, row: Application, scene: Mapping[str, Any]) -> None:
        review.record_inspection(
            COMMAND_LINE,
            row,
            review.InspectionDraft(
                inspected_on=min(self.entry["closes"].date(), clock.today()),
                place="申报场景现场（演示）",
                inspectors="市经信局、区县经信部门和专家各一名（演示）",
                units_seen=scene["units"],
                running_hours=f"约{scene['units'] * scene['months'] * 180}小时",
                findings="现场运行与申报书一致，运行记录可查，安全标识和急停装置齐备。",
                score=(scene["quality"] + 2) * HUNDREDTHS,
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

    def _score(self, stage: Stage, scenes: Mapping[str, Application]) -> None:
        by_id = {row.id: code for code, row in scenes.items()}
        left_open = self.entry.get("open_sheets", {})
        share = self.entry.get("submitted_share", 100)
        for assignment in panel_queries.list_assignments(self.round.id, stage):
            code = by_id[assignment.application_id]
            lines = self._lines(assignment, self._scene(code)["quality"])
            skipped = self.rng.randrange(100) >= share
            judge = assignment.member.expert.name
            if skipped or code in left_open.get(judge, ()) or not assignment.member.declared_at:
                continue
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
        """Publish and confirm; then the days are those of the demonstrated year."""
        result = results.propose_result(COMMAND_LINE, self.round)
        results.publish_result(COMMAND_LINE, self.round, result)
        result.publicity_from = self.entry["publicity_from"]
        result.publicity_to = self.entry["publicity_to"]
        notice = notices.get_notice(COMMAND_LINE, result.notice_id or 0)
        notice.starts_on, notice.ends_on = result.publicity_from, result.publicity_to
        notice.published_at = _at(self.entry["publicity_from"])
        text = write_publicity(self.round, result)
        notice.body = text.body
        confirmed_on: date = self.entry["confirmed_on"]
        for designation in results.confirm_result(COMMAND_LINE, self.round):
            designation.designated_on = confirmed_on
        result.confirmed_at = _at(confirmed_on)
        newest = notices.list_about(COMMAND_LINE, "selection_round", self.round.code)[-1]
        newest.published_at = _at(confirmed_on)


def _at(day: date) -> datetime:
    return datetime.combine(day, time(10), tzinfo=clock.CHINA)


def _find_expert(judge: Mapping[str, Any]) -> Expert:
    user = accounts.find_user_by_email(judge["account"]) if "account" in judge else None
    known = next((e for e in panel_queries.list_experts() if e.name == judge["name"]), None)
    if known is not None:
        return known
    employer = (
        user.organisation.name if user and user.organisation else f"{judge['employer']}（演示）"
    )
    return panels.add_expert(
        COMMAND_LINE,
        ExpertDraft(
            name=judge["name"],
            employer=employer,
            title=judge["title"],
            user_id=user.id if user else None,
            organisation_id=user.organisation_id if user else None,
            sectors=tuple(judge["sectors"]),
            fields=judge["fields"],
        ),
        is_demo=True,
    )
