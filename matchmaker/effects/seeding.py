"""What became of the demonstration's scenes: reports, nominations, showrooms.

None in production. Each act goes through the operations, with the clock set to its day.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import yaml
from sqlalchemy import func, select

from matchmaker import clock
from matchmaker.accounts import queries as accounts
from matchmaker.actor import COMMAND_LINE, VISITOR, Actor
from matchmaker.clock import demonstrate
from matchmaker.config import Settings
from matchmaker.db import db, read_tx, write_tx
from matchmaker.effects.followups import operations as followups
from matchmaker.effects.followups import queries as followup_queries
from matchmaker.effects.followups.models import Followup
from matchmaker.effects.followups.rules import Figures
from matchmaker.effects.nominations import operations as nominations
from matchmaker.effects.nominations.rules import Level, NominationDraft, NominationKind
from matchmaker.effects.showrooms import operations as showrooms
from matchmaker.effects.showrooms import visits
from matchmaker.effects.showrooms.models import Showroom
from matchmaker.effects.showrooms.rules import ShowroomDraft, ShowroomKind
from matchmaker.engagement.contacts.rules import Contact
from matchmaker.files.demonstration import keep_document
from matchmaker.paths import SEEDS
from matchmaker.policy.amounts import parse_hundredths
from matchmaker.selection.results import queries as results
from matchmaker.selection.results.models import Designation

_FILE = SEEDS / "effects" / "demonstration.yaml"
_SLOT_DAYS = 6
_HOURS = timedelta(hours=2)


def seed_effects(settings: Settings) -> dict[str, int]:
    """Add the demonstration's reports, nominations and showrooms once."""
    if settings.production:
        return {"成效跟踪": 0, "样板间和体验中心": 0}
    with read_tx():
        present = db.session.scalar(select(func.count()).select_from(Followup))
    if not present:
        with write_tx():
            _Seeder(yaml.safe_load(_FILE.read_text(encoding="utf-8"))).run()
    with read_tx():
        return {
            "成效跟踪": db.session.scalar(select(func.count()).select_from(Followup)) or 0,
            "样板间和体验中心": db.session.scalar(
                select(func.count()).select_from(Showroom).where(Showroom.is_demo)
            )
            or 0,
        }


class _Seeder:
    """Carries the designated scenes of the demonstration through their first year."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.officer = _person("officer@demo.example")
        self.approver = _person("approver@demo.example")
        self.scenes = {
            (row.application.round.programme, row.application.demand_code): row
            for row in results.list_designations()
            if row.application.is_demo
        }

    def run(self) -> None:
        for scene in self.scenes.values():
            with demonstrate(_at(scene.designated_on)):
                followups.plan_followups(COMMAND_LINE, scene)
        for entry in self.data["reports"]:
            self._report(entry)
        for entry in self.data["failures"]:
            row = self._followup(entry)
            with demonstrate(_at(entry["day"])):
                followups.fail_followup(self.approver, row, reason=entry["reason"])
        for entry in self.data["nominations"]:
            self._nominate(entry)
        rooms = [self._open_showroom(entry) for entry in self.data["showrooms"]]
        for entry in self.data["visits"]:
            visits.book_visit(
                VISITOR,
                rooms[entry["showroom"]].slots[entry["slot"]],
                contact=Contact(entry["name"], entry["phone"]),
                party=entry["party"],
                unit=entry["unit"],
            )

    def _scene(self, entry: Mapping[str, Any]) -> Designation:
        return self.scenes[entry["programme"], entry["scene"]]

    def _followup(self, entry: Mapping[str, Any]) -> Followup:
        rows = followup_queries.list_of_designation(self._scene(entry).id)
        return next(row for row in rows if row.months == entry["months"])

    def _report(self, entry: Mapping[str, Any]) -> None:
        row = self._followup(entry)
        actor = _person(entry["account"]) if "account" in entry else COMMAND_LINE
        figures = Figures(
            units=entry["units"],
            hours=entry["hours"],
            failures=entry["failures"],
            savings_fen=parse_hundredths(entry["yuan"]),
            savings_public=entry["public"],
            note=entry["note"],
            evidence="取自设备管理系统的运行日志和维修工单（演示数据，附件为演示文件）。",
        )
        with demonstrate(_at(entry["day"])):
            followups.submit_report(actor, row, figures, uploads=[keep_document("运行日志摘要")])
        if "decided" in entry:
            with demonstrate(_at(entry["decided"])):
                followups.accept_report(self.officer, row)
        if "returned" in entry:
            with demonstrate(_at(entry["returned"])):
                followups.return_report(self.officer, row, reason=entry["reason"])

    def _nominate(self, entry: Mapping[str, Any]) -> None:
        draft = NominationDraft(
            level=Level(entry["level"]),
            kind=NominationKind(entry["kind"]),
            list_name=entry["name"],
            nominated_on=entry["day"],
            document_number=entry["document"],
        )
        with demonstrate(_at(entry["day"])):
            row = nominations.nominate_scene(self.officer, self._scene(entry), draft)
        if "result" in entry:
            with demonstrate(_at(entry["result_on"])):
                nominations.record_result(
                    self.officer,
                    row,
                    is_named=entry["result"] == "named",
                    result_on=entry["result_on"],
                    document_number=entry["result_document"],
                )

    def _open_showroom(self, entry: Mapping[str, Any]) -> Showroom:
        unit = accounts.find_organisation_by_name(entry["unit"])
        draft = ShowroomDraft(
            kind=ShowroomKind(entry["kind"]),
            title=entry["title"],
            sector=entry["sector"],
            district=entry["district"],
            address=entry["address"],
            text=entry["text"],
            designation_id=self._scene(entry).id if "scene" in entry else None,
            product_code=entry.get("product", ""),
        )
        row = showrooms.create_showroom(
            COMMAND_LINE, draft, organisation_id=unit.id if unit else None, is_demo=True
        )
        for number in range(1, _SLOT_DAYS + 1):
            day = clock.today() + timedelta(days=number * 3)
            starts_at = datetime.combine(day, time(entry["hour"]), tzinfo=clock.CHINA)
            showrooms.open_slot(
                COMMAND_LINE,
                row,
                starts_at=starts_at,
                ends_at=starts_at + _HOURS,
                capacity=entry["places"],
            )
        showrooms.publish_showroom(COMMAND_LINE, row)
        return row


def _person(email: str) -> Actor:
    user = accounts.find_user_by_email(email)
    if user is None:
        raise LookupError(f"demonstration account {email} is missing")
    return accounts.as_actor(user)


def _at(day: date) -> datetime:
    return datetime.combine(day, time(10), tzinfo=clock.CHINA)
