"""What the night's check found, as pages show it: where to look at each subject."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from flask import url_for

from matchmaker.actor import Actor, RoleName
from matchmaker.audit.rules import Violation
from matchmaker.reporting.queries import NightlyCheck, count_last_violations
from matchmaker.reporting.rules import CODE_LABELS
from matchmaker.selection.rounds.rules import STAGE_LABELS, Stage
from matchmaker.web.waiting import WaitingItem

#: Whose desks the subjects' pages are on; an administrator reads where they stand.
_DESK_ROLES = (RoleName.OFFICER, RoleName.APPROVER, RoleName.AUDITOR)
Linker = Callable[[re.Match[str]], str]


@dataclass(frozen=True)
class Place:
    """Subjects of one form: what they are, where to look, and the page where there is one."""

    pattern: str
    what: str
    how: str
    link: Linker | None = None
    #: The invariants whose subjects have this form; none means any.
    codes: tuple[str, ...] = ()


def _claims(match: re.Match[str]) -> str:
    return url_for("bureau_claims.index", q=match["number"])


def _round(match: re.Match[str]) -> str:
    return url_for("bureau_selection.show_round", code=match["code"])


def _ranking(match: re.Match[str]) -> str:
    return url_for("bureau_results.ranking", code=match["code"])


def _panel(match: re.Match[str]) -> str:
    return url_for("bureau_panels.show", code=match["code"])


def _need(match: re.Match[str]) -> str:
    return url_for("bureau_demands.show", code=match["code"])


def _notice(match: re.Match[str]) -> str:
    return url_for("bureau_notices.edit", notice_id=int(match["key"]))


_ROUND = r"(?P<code>\d{4}-[a-z][a-z-]*)"
_BY_TRAIL = "由系统管理员按类别和编号查看办理记录。"
OTHER = Place("", "其他", _BY_TRAIL)
#: The forms of subjects, the first that fits counts.
_PLACES = (
    Place(
        r"(claim:)?(?P<number>JL\d+-\d+)(/\d+)?",
        "奖补申领",
        "在奖补办理中打开该申领，核对核定依据、拨付记录和办理记录。",
        _claims,
    ),
    Place(
        r"scene:.+|work:.+",
        "同一项目的奖补",
        "在奖补台账中核对同一项目的各笔奖补，重复部分按追回程序办理。",
        lambda _: url_for("bureau_awards.index"),
    ),
    Place(r"ledger \d+/\d+", "投入清单", "在对应申领的投入清单中核对该行的申报和审定金额。"),
    Place(
        r"[A-Z]\d+-[\w.-]+/(?P<year>\d{4})",
        "奖补预算",
        "在奖补预算中核对该措施当年的预算和已核定金额。",
        lambda match: url_for("bureau_budget.index", year=match["year"]),
    ),
    Place(
        rf"{_ROUND} \w+ v\d+",
        "评选名单",
        "在汇总排序页核对该阶段名单，并与归档中的评分快照比对。",
        _ranking,
    ),
    Place(
        rf"{_ROUND} (J\d+|回避记录 \d+)",
        "评委回避",
        "在评审组页核对该评委的回避认定和评分表状态。",
        _panel,
    ),
    Place(_ROUND, "年度评选", "在该评选页核对状态、名额、公示和办理记录。", _round),
    Place(
        rf"[A-Z]{{2}}\d{{4}}-\d{{3}}|{_ROUND}-SP",
        "评选申报",
        "在年度评选中打开该申报，核对状态和办理记录。",
        lambda _: url_for("bureau_selection.index"),
    ),
    Place(r"selection_result \d+", "评选结果", _BY_TRAIL),
    Place(r"selection_resolution \d+", "合议决议", _BY_TRAIL),
    Place(r"selection_objection \d+", "异议", _BY_TRAIL),
    Place(r"listing_answer \d+", "需求应答", _BY_TRAIL),
    Place(r"pairing \d+", "结对", _BY_TRAIL),
    Place(
        r"HZ-[A-Z]+-\d{4}-\d+",
        "命名证书",
        "在年度评选中打开该次评选，核对命名日期和结果公布日期。",
        lambda _: url_for("bureau_selection.index"),
    ),
    Place(
        r"notice (?P<key>\d+)", "公告", "在公告管理中打开该公告，核对内容和状态。", _notice, ("A1",)
    ),
    Place(
        r"(notice|list_edition) \d+",
        "公告或清单所印链头",
        "核对公告、清单所印的链头和外部存证文件，查明哪一份有改动。",
    ),
    Place(r"\d+", "办理记录", "在服务器上校验办理记录链，并与备份和外部存证比对。"),
    Place(r"(?P<code>[A-Z]+\d[\d-]*)", "场景需求", "在需求审核中打开该需求，核对状态。", _need),
    Place(
        r"budget \d+",
        "奖补预算",
        "在奖补预算中核对各年预算和登记记录。",
        lambda _: url_for("bureau_budget.index"),
    ),
    Place(r"clawback \d+", "追回事项", "在对应申领中核对追回事项和办理记录。"),
    Place(
        r"[A-Za-z_]+",
        "数据库防改动设置",
        "由系统管理员恢复数据库结构，并查明何人何时作出改动。",
        codes=("L1", "M3"),
    ),
    Place(
        r".+",
        "奖补台账",
        "在奖补台账中按来源和文号核对该笔奖补和导入记录。",
        lambda _: url_for("bureau_awards.index"),
        codes=("A1", "M3"),
    ),
)


def describe(check: NightlyCheck, actor: Actor) -> Mapping[str, object]:
    """What the page shows: each invariant with its result, each violation with where to look."""
    broken = {item.code for item in check.violations}
    return {
        "at": check.at,
        "count": check.count,
        "listed": len(check.violations),
        "codes": [
            {"code": code, "label": CODE_LABELS.get(code, ""), "is_broken": code in broken}
            for code in check.checked
        ],
        "violations": [
            _describe_one(item, has_desk=actor.has_role(*_DESK_ROLES)) for item in check.violations
        ],
    }


def _describe_one(item: Violation, *, has_desk: bool) -> Mapping[str, object]:
    place, match = find_place(item)
    url = place.link(match) if place.link is not None and match is not None and has_desk else None
    row = {"code": item.code, "subject": _show(item.subject), "message": item.message}
    return {**row, "what": place.what, "how": place.how, "url": url}


def _show(subject: str) -> str:
    """The subject without the program's own words, which ``what`` says already."""
    version = re.fullmatch(rf"{_ROUND} (?P<stage>[a-z]+) v(?P<version>\d+)", subject)
    if version is not None and version["stage"] in set(Stage):
        label = STAGE_LABELS[Stage(version["stage"])]
        return f"{version['code']} {label}第{version['version']}版"
    typed = re.fullmatch(r"[a-z_]+[: ]([\w/-]+)", subject)
    return f"编号 {typed[1]}" if typed is not None else subject


def find_place(item: Violation) -> tuple[Place, re.Match[str] | None]:
    """Where to look at the subject of a violation; ``OTHER`` for a form that nobody described."""
    for place in _PLACES:
        match = re.fullmatch(place.pattern, item.subject)
        if match is not None and (not place.codes or item.code in place.codes):
            return place, match
    return OTHER, None


def list_waiting(actor: Actor) -> Iterator[WaitingItem]:
    """A line on the desk while the last night's check found something."""
    count = count_last_violations(actor) if actor.is_bureau else 0
    if count:
        yield WaitingItem(
            audience="bureau",
            title="每夜数据核对发现不一致",
            url=url_for("bureau_checks.index"),
            act="查看",
            count=count,
            note="请核对所列事项",
            rank=5,
        )
