"""What the demonstration's applications, days and judges say; read by ``seeding``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from matchmaker import clock
from matchmaker.accounts import queries as accounts
from matchmaker.actor import COMMAND_LINE
from matchmaker.demands import queries as demands
from matchmaker.selection.applications.rules import ApplicationContent, MemberDraft, Side
from matchmaker.selection.applications.sources import SceneSource
from matchmaker.selection.panels import operations as panels
from matchmaker.selection.panels import queries as panel_queries
from matchmaker.selection.panels.models import Expert
from matchmaker.selection.panels.operations import ExpertDraft

_NOTE = "（演示数据，由平台编写，不指任何真实单位。）"


@dataclass(frozen=True)
class RoundDays:
    """The moments of a round's course; the clock of the demonstration is set to them in turn."""

    opens: datetime
    closes: datetime

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> RoundDays:
        """The days of an entry of the demonstration's file."""
        return cls(entry["opens"], entry["closes"])

    @property
    def applied(self) -> datetime:
        return self.closes - timedelta(days=3)

    @property
    def closed(self) -> datetime:
        return self.closes + timedelta(hours=1)

    @property
    def qualified(self) -> datetime:
        return self.closes + timedelta(days=9)

    @property
    def empanelled(self) -> datetime:
        return self.closes + timedelta(days=11)

    @property
    def inspected(self) -> datetime:
        return self.closes + timedelta(days=14)

    @property
    def heard(self) -> datetime:
        """Presentations begin on the day before judging starts."""
        return at_ten(self.started.date() - timedelta(days=1))

    @property
    def started(self) -> datetime:
        return self.closes + timedelta(days=17)

    def scored(self, number: int) -> datetime:
        """When the judges hand in their sheets, one after another."""
        return self.started + timedelta(days=1 + number % 4, minutes=number)


def at_ten(day: date) -> datetime:
    """Ten in the morning of a day in China."""
    return datetime.combine(day, time(10), tzinfo=clock.CHINA)


def make_source(entry: Mapping[str, Any], scene: Mapping[str, Any]) -> SceneSource:
    """A scene of the demonstration with the firm beside it."""
    listing = demands.get_listing(COMMAND_LINE, scene["demand"])
    organisation = listing.organisation
    if "organisation" in scene:
        organisation = accounts.find_organisation_by_name(scene["organisation"]) or organisation
    partner_name = scene.get(
        "partner", f"{organisation.name.removesuffix('（演示）')}配套机器人企业（演示）"
    )
    partner = accounts.find_organisation_by_name(partner_name)
    texts = (listing.title, f"{listing.pain_point}\n{listing.description}")
    return SceneSource(
        organisation_id=organisation.id,
        content=_make_content(scene, texts, entry["closes"]),
        demand_code=listing.code,
        sector=listing.sector,
        district=listing.district,
        partners=(
            MemberDraft(
                side=Side.SUPPLIER,
                name=partner_name,
                organisation_id=partner.id if partner else None,
                supplier_id=scene.get("supplier"),
                product_ids=tuple(scene.get("products", ())),
            ),
        ),
    )


def _make_content(
    scene: Mapping[str, Any], texts: tuple[str, str], closes: datetime
) -> ApplicationContent:
    units, months = scene["units"], scene["months"]
    return ApplicationContent(
        title=texts[0],
        background=texts[1],
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
        in_use_since=_write_month(closes, months),
        contact="演示联系人 0571-00000000",
    )


def _write_month(closes: datetime, months_before: int) -> str:
    count = closes.year * 12 + closes.month - 1 - months_before
    return f"{count // 12}年{count % 12 + 1}月"


def find_expert(judge: Mapping[str, Any]) -> Expert:
    """The expert of the pool with the judge's name, added where there is none yet."""
    known = next((e for e in panel_queries.list_experts() if e.name == judge["name"]), None)
    if known is not None:
        return known
    user = accounts.find_user_by_email(judge["account"]) if "account" in judge else None
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
