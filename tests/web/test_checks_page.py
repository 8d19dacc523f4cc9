"""The page of the nightly check: empty, all well, broken; who may look; where it leads."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from matchmaker.actor import BACKGROUND_JOB
from matchmaker.audit.models import AuditEntry
from matchmaker.audit.operations import record
from matchmaker.db import read_tx, write_tx
from matchmaker.reporting.invariants import SHOWN, SUBJECT, check_nightly
from matchmaker.reporting.rules import CODE_LABELS
from tests.conftest import SignIn
from tests.people import People

PAGE = "/bureau/checks"
NIGHT = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)


def note_broken(app: Flask, *violations: tuple[str, str], count: int | None = None) -> None:
    """What a night notes that found these (code, subject)."""
    rows = [{"code": code, "subject": what, "message": "有出入"} for code, what in violations]
    with app.app_context(), write_tx():
        record(
            BACKGROUND_JOB,
            "reporting.check_invariants",
            *SUBJECT,
            checked=list(CODE_LABELS),
            count=len(rows) if count is None else count,
            violations=rows,
        )


def read(client: FlaskClient, path: str = PAGE) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def list_links(page: str) -> list[str]:
    body = page[page.index("<tbody>") : page.index("</tbody>")]
    return [href.replace("&amp;", "&") for href in re.findall(r'href="([^"]+)"', body)]


def test_before_the_first_night_there_is_nothing(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    assert "还没有核对结果" in read(sign_in(app, "auditor@test.example"))


def test_a_night_that_found_nothing_says_what_was_checked(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    with time_machine.travel(NIGHT, tick=False), app.app_context():
        check_nightly()
    client = sign_in(app, "sysadmin@test.example")
    page = read(client)
    assert "2026年11月21日" in page
    assert "02:30" in page
    assert "全部相符" in page
    assert all(label in page for label in CODE_LABELS.values())
    desk = read(client, "/bureau/")
    assert f'href="{PAGE}"' in desk
    assert "每夜数据核对发现不一致" not in desk


def test_what_is_broken_stands_on_the_desk_until_a_night_finds_nothing(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    note_broken(app, ("Q1", "2025-humanoid-demonstration"), ("M3", "JL2026-0001"))
    desks = [sign_in(app, f"{part}@test.example") for part in ("officer", "auditor", "sysadmin")]
    for client in desks:
        assert "每夜数据核对发现不一致" in read(client, "/bureau/")
    page = read(desks[1])
    assert "发现 2 处不一致" in page
    assert page.count("不符</span>") == 2
    links = ["/bureau/selection/2025-humanoid-demonstration", "/bureau/claims?q=JL2026-0001"]
    assert list_links(page) == links
    assert list_links(read(desks[2])) == [], "an administrator has no desk for them"
    with app.app_context():
        check_nightly()
    assert "每夜数据核对发现不一致" not in read(desks[0], "/bureau/")


@pytest.mark.parametrize(
    ("subject", "what", "link"),
    [
        ("JL2026-0001/7", "奖补申领", "/bureau/claims?q=JL2026-0001"),
        ("claim:JL2026-0016", "奖补申领", "/bureau/claims?q=JL2026-0016"),
        ("scene:D002", "同一项目的奖补", "/bureau/awards"),
        ("ledger 3/9", "投入清单", None),
        ("M66-6/2026", "奖补预算", "/bureau/budget?year=2026"),
        (
            "2026-embodied-typical final v2",
            "评选名单",
            "/bureau/selection/2026-embodied-typical/ranking",
        ),
        (
            "2026-embodied-typical J00012",
            "评委回避",
            "/bureau/selection/2026-embodied-typical/panel",
        ),
        (
            "2026-embodied-typical 回避记录 3",
            "评委回避",
            "/bureau/selection/2026-embodied-typical/panel",
        ),
        ("2026-embodied-typical", "年度评选", "/bureau/selection/2026-embodied-typical"),
        ("JS2025-001", "评选申报", "/bureau/selection"),
        ("2026-embodied-typical-SP", "评选申报", "/bureau/selection"),
        ("selection_objection 4", "异议", None),
        ("listing_answer 4", "需求应答", None),
        ("pairing 4", "结对", None),
        ("list_edition 88", "公告或清单所印链头", None),
        ("HZ-RX-2025-01", "命名证书", "/bureau/selection"),
        ("1234", "办理记录", None),
        ("XQ2026-0011", "场景需求", "/bureau/demands/XQ2026-0011"),
        ("D002", "场景需求", "/bureau/demands/D002"),
        ("budget 1", "奖补预算", "/bureau/budget"),
        ("clawback 1", "追回事项", None),
        ("某项", "其他", None),
    ],
)
def test_each_subject_says_where_to_look(
    app: Flask, people: People, sign_in: SignIn, subject: str, what: str, link: str | None
) -> None:
    note_broken(app, ("M1", subject))
    page = read(sign_in(app, "officer@test.example"))
    assert f">{what} " in page
    assert list_links(page) == ([link] if link else [])


def test_subjects_are_shown_in_words(app: Flask, people: People, sign_in: SignIn) -> None:
    note_broken(app, ("A1", "listing_answer 4"), ("L1", "2025-humanoid-demonstration final v2"))
    page = read(sign_in(app, "officer@test.example"))
    assert "listing_answer" not in page
    assert "编号 4<" in page
    assert re.search("2025-humanoid-demonstration [\u4e00-\u9fff]+第2版<", page)


def test_a_notice_is_told_from_the_head_that_it_prints(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    note_broken(app, ("A1", "notice 3"), ("A2", "notice 88"))
    page = read(sign_in(app, "officer@test.example"))
    assert list_links(page) == ["/bureau/notices/3"]
    assert ">公告或清单所印链头 " in page


def test_a_wall_is_told_from_a_source_of_awards(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    note_broken(app, ("L1", "selection_sheet_locked"), ("A1", "市财政局 杭财〔2025〕3号"))
    page = read(sign_in(app, "officer@test.example"))
    assert list_links(page) == ["/bureau/awards"]
    assert ">数据库防改动设置 " in page


def test_more_than_the_entry_lists_is_said(app: Flask, people: People, sign_in: SignIn) -> None:
    note_broken(app, *[("A1", f"pairing {key}") for key in range(SHOWN)], count=SHOWN + 1)
    page = read(sign_in(app, "auditor@test.example"))
    assert f"发现 {SHOWN + 1} 处不一致" in page
    assert f"列出前 {SHOWN} 处" in page


def test_only_the_desks_and_the_administrator_look(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    note_broken(app, ("M3", "JL2026-0001"))
    for part in ("sector_reviewer", "district_reviewer", "owner", "firm", "judge"):
        answer = sign_in(app, f"{part}@test.example").get(PAGE)
        assert answer.status_code == 403
        assert "JL2026-0001" not in answer.get_data(as_text=True)
    assert app.test_client().get(PAGE).status_code == 302
    with app.app_context(), read_tx() as session:
        assert session.query(AuditEntry).filter_by(action="reporting.check_invariants").count() == 1
