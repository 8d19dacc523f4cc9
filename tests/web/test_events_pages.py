"""Pages of events: what a visitor, a participant, a stranger and the bureau see and do."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select

from matchmaker import clock
from matchmaker.clock import CHINA
from matchmaker.db import read_tx
from matchmaker.documents.spreadsheet import read_rows
from matchmaker.events.meetings import operations as meetings
from matchmaker.events.meetings import queries as meeting_queries
from matchmaker.events.models import Event
from matchmaker.events.operations import cancel_event
from matchmaker.events.parties import queries as parties
from matchmaker.events.requests import queries as requests
from matchmaker.events.requests.rules import Wish
from matchmaker.events.rules import EventKind, EventState
from tests.conftest import SignIn
from tests.engagement.moments import moment
from tests.events.world import HALL, Fair, make_fair
from tests.people import People

EVENT = {
    "kind": "chain",
    "title": "整机与零部件产业链对接会",
    "summary": "整机企业与零部件企业一对一洽谈。",
    "place": HALL,
    "held_on": (clock.today() + timedelta(days=30)).isoformat(),
    "registration_until": (clock.today() + timedelta(days=10)).isoformat(),
    "requests_until": (clock.today() + timedelta(days=20)).isoformat(),
    "starts": "09:00",
    "ends": "11:00",
    "slot_minutes": "30",
    "gap_minutes": "0",
    "breaks": "10:00-10:30",
    "tables": "4",
    "need_max": "4",
    "offer_max": "4",
    "need_min": "0",
    "offer_min": "",
}
REGISTRATION = {
    "side": "need",
    "topic": "寻求变电所夜间巡检方案，需自动充电",
    "contact_name": "王小明",
    "contact_phone": "13812345678",
}


@pytest.fixture
def fair(app: Flask, people: People) -> Fair:
    return make_fair(app, people)


def test_an_event_goes_from_draft_to_the_public_page(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    officer, visitor = sign_in(app, "officer@test.example"), app.test_client()
    assert officer.get("/bureau/events/new").status_code == 200
    address = officer.post("/bureau/events/new", data=EVENT).location
    code = address.rsplit("/", 1)[1]
    assert visitor.get(f"/events/{code}").status_code == 404
    page = officer.get(f"{address}/edit").text
    assert "10:00-10:30" in page
    changed = EVENT | {"title": "机器人产业链对接会", "revision": "1"}
    assert officer.post(f"{address}/edit", data=changed).status_code == 302
    assert officer.post(f"{address}/steps/publish").status_code == 302
    for public in ("/events", f"/events/{code}"):
        assert "机器人产业链对接会" in visitor.get(public).text
    page = visitor.get(f"/events/{code}").text
    assert "3 个时段，每场 30 分钟，4 张洽谈桌" in page
    assert "登录后报名" in page
    index = officer.get("/bureau/events").text
    assert "每年不少于 2 场" in index
    assert officer.post(f"{address}/cancel", data={"note": "场地检修"}).status_code == 302
    assert "场地检修" in visitor.get(f"/events/{code}").text


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"title": ""}, "请填写名称"),
        ({"held_on": "明天"}, "请填写真实的日期"),
        ({"starts": "九点"}, "请按 09:30 的写法填写时间"),
        ({"breaks": "12:00"}, "休息时间每行一段"),
        ({"tables": "0"}, "洽谈桌数应为 1 至 200"),
        ({"need_min": "9"}, "需求方每家最少场次应为 0 至 4"),
        ({"requests_until": "2020-01-01"}, "须依次排列"),
        ({"gap_minutes": "abc"}, "两场间隔（分钟）应为 0 至 60"),
    ],
)
def test_a_wrong_event_stores_nothing(
    app: Flask, people: People, sign_in: SignIn, changes: dict[str, str], message: str
) -> None:
    officer = sign_in(app, "officer@test.example")
    answer = officer.post("/bureau/events/new", data=EVENT | changes)
    assert answer.status_code == 422
    assert message in answer.text
    assert "还没有对接会" in officer.get("/bureau/events").text


def test_a_unit_registers_wishes_and_finds_its_agenda(fair: Fair, sign_in: SignIn) -> None:
    app, people = fair.app, fair.people
    owner = sign_in(app, "owner@test.example")
    base = f"/owner/events/{fair.code}"
    assert "报名" in owner.get("/owner/").text
    wrong = owner.post(f"{base}/register", data=REGISTRATION | {"contact_phone": "1"})
    assert wrong.status_code == 422
    assert "请填写11位手机号码" in wrong.text
    data = REGISTRATION | {"demands": [fair.place.code]}
    assert owner.post(f"{base}/register", data=data).status_code == 302
    firm = fair.register(people.firm)
    fair.register(people.other_firm)
    with app.app_context(), read_tx():
        slots = [str(slot.id) for slot in fair.event().slots]
    assert owner.post(f"{base}/absences", data={"free": slots[1:]}).status_code == 302
    fair.open_requests()
    page = owner.get(f"{base}/wishes").text
    assert "丙方机器人公司" in page
    assert "13812345678" not in page
    answer = owner.post(f"{base}/wishes", data={f"wish-{firm}": "must", "wish-x": "must"})
    assert answer.status_code == 302
    with app.app_context(), read_tx():
        own = parties.get_own(people.owner, fair.event())
        assert requests.list_wishes(people.owner, own) == {firm: Wish.MUST}
        assert [row.slot_id for row in own.absences] == [int(slots[0])]
    seen_by_firm = sign_in(app, "firm@test.example").get(f"/supplier/events/{fair.code}/wishes")
    assert "务必会面" in seen_by_firm.text  # the choices are there …
    assert "selected" not in seen_by_firm.text  # … but not what the other side chose
    fair.plan()
    fair.do(meetings.publish_agenda, people.officer)
    assert "丙方机器人公司" in owner.get(base).text
    assert "查看议程" in owner.get("/owner/").text


def test_agendas_are_files_for_those_on_them(fair: Fair, sign_in: SignIn, tmp_path: Path) -> None:
    fair.make_agenda()
    firm = sign_in(fair.app, "firm@test.example")
    base = f"/supplier/events/{fair.code}"
    calendar = Calendar.from_ical(firm.get(f"{base}/agenda.ics").data)
    (entry,) = calendar.walk("VEVENT")
    uid, sequence = str(entry["uid"]), int(entry["sequence"])
    assert str(entry["summary"]) == "洽谈：甲方地铁公司"
    assert str(entry["location"]).startswith(HALL)
    assert entry.decoded("dtstart").astimezone(CHINA).date() == fair.held_on
    assert (entry.decoded("dtend") - entry.decoded("dtstart")) == timedelta(minutes=30)
    index = 0 if fair.meetings()[0][:2] == fair.meetings(fair.people.firm)[0][:2] else 1
    fair.on_meeting(meetings.move_meeting, fair.people.officer, index, slot_number=6, table_no=3)
    (moved,) = Calendar.from_ical(firm.get(f"{base}/agenda.ics").data).walk("VEVENT")
    assert str(moved["uid"]) == uid
    assert int(moved["sequence"]) > sequence
    assert moved.decoded("dtstart") == moment(fair.held_on, 14, 30)
    text = _read_pdf(firm.get(f"{base}/agenda.pdf").data, tmp_path)
    assert "丙方机器人公司会面议程" in text
    assert "14:30—15:003号桌甲方地铁公司" in text
    assert "丁方" not in text
    officer = sign_in(fair.app, "officer@test.example")
    whole = _read_pdf(officer.get(f"/bureau/events/{fair.code}/agenda.pdf").data, tmp_path)
    assert "丁方机器人公司" in whole
    assert (
        len(
            Calendar.from_ical(officer.get(f"/bureau/events/{fair.code}/agenda.ics").data).walk(
                "VEVENT"
            )
        )
        == 2
    )
    table = read_rows(officer.get(f"/bureau/events/{fair.code}/meetings.xlsx").data, "会面.xlsx")
    assert "共 2 场" in table[0][0]
    assert [row[3] for row in table[2:]] == [str(meeting[3]) for meeting in fair.meetings()]
    moved_row = next(row for row in table[2:] if row[1:3] == ["14:30", "15:00"])
    assert moved_row[3:] == ["3", "甲方地铁公司", "丙方机器人公司", "否", "待会面"]


def _read_pdf(content: bytes, folder: Path) -> str:
    file = folder / "agenda.pdf"
    file.write_bytes(content)
    done = subprocess.run(
        ["pdftotext", "-layout", str(file), "-"], capture_output=True, text=True, check=True
    )
    return "".join(done.stdout.split())


def test_a_stranger_finds_nothing_and_changes_nothing(fair: Fair, sign_in: SignIn) -> None:
    fair.make_agenda()
    with fair.app.app_context(), read_tx():
        meeting_id = meeting_queries.list_meetings(fair.people.officer, fair.event())[0].id
    stranger = sign_in(fair.app, "stranger@test.example")
    base = f"/owner/events/{fair.code}"
    page = stranger.get(base).text
    assert "丙方机器人公司" not in page
    assert "甲方地铁公司" not in page
    for path in ("wishes", "agenda.pdf", "agenda.ics", f"meetings/{meeting_id}"):
        assert stranger.get(f"{base}/{path}").status_code == 404
    outcome = {"verdict": "pending", "note": "谈得不错"}
    for path, data in (
        ("wishes", {}),
        ("absences", {}),
        ("decline", {}),
        ("withdraw", {}),
        (f"meetings/{meeting_id}", outcome),
    ):
        assert stranger.post(f"{base}/{path}", data=data).status_code == 404
    firm = sign_in(fair.app, "other_firm@test.example")
    other = next(
        row for row in fair.meetings() if row[:2] != fair.meetings(fair.people.other_firm)[0][:2]
    )
    with fair.app.app_context(), read_tx():
        rows = meeting_queries.list_meetings(fair.people.officer, fair.event())
        foreign = next(row.id for row in rows if row.offer_party_id == other[1])
    assert firm.get(f"/supplier/events/{fair.code}/meetings/{foreign}").status_code == 404


@pytest.mark.parametrize("part", ["owner", "firm", "judge", "sector_reviewer", "sysadmin"])
def test_the_bureaus_pages_are_for_those_who_run_events(
    fair: Fair, sign_in: SignIn, part: str
) -> None:
    client = sign_in(fair.app, f"{part}@test.example")
    base = f"/bureau/events/{fair.code}"
    paths = ("", "/agenda", "/desk", "/invitations", "/agenda.pdf", "/agenda.ics", "/planning")
    for path in (*paths, "/meetings.xlsx"):
        assert client.get(f"{base}{path}").status_code == 403
    for path in ("/steps/open_requests", "/cancel", "/plan", "/invitations", "/parties/new"):
        assert client.post(f"{base}{path}", data={"note": "不办了不办了"}).status_code == 403
    assert "报名中" in fair.app.test_client().get(f"/events/{fair.code}").text


def test_the_bureau_plans_moves_and_publishes(fair: Fair, sign_in: SignIn) -> None:
    fair.register_all()
    officer = sign_in(fair.app, "officer@test.example")
    base = f"/bureau/events/{fair.code}"
    assert officer.post(f"{base}/steps/open_requests").status_code == 302
    assert officer.post(f"{base}/plan").status_code == 302
    page = officer.get(f"{base}/agenda").text
    for words in ("总价值", "价值上界", "与上界差距", "各单位均达到最少场次"):
        assert words in page
    assert "总价值" in officer.get(f"{base}/planning").text
    (_, _, slot, table), _ = fair.meetings()
    place = {"slot": str(slot), "table": str(table)}
    clash = officer.post(f"{base}/meetings/2/move", data=place)
    assert clash.status_code == 409
    assert "已有会面" in clash.text
    for path in ("meetings/2/lock", "meetings/2/unlock"):
        assert officer.post(f"{base}/{path}").status_code == 302
    moved = officer.post(f"{base}/meetings/2/move", data={"slot": "6", "table": "2"})
    assert moved.status_code == 302
    assert officer.post(f"{base}/steps/publish_agenda").status_code == 302
    assert "14:30—15:00" in officer.get(f"{base}/agenda").text
    assert officer.post(f"{base}/meetings/2/cancel", data={"note": ""}).status_code == 422
    cancelled = officer.post(f"{base}/meetings/2/cancel", data={"note": "企业人员出差"})
    assert cancelled.status_code == 302
    assert "企业人员出差" in officer.get(f"{base}/agenda").text


def test_the_desk_the_outcomes_and_the_count_of_the_year(fair: Fair, sign_in: SignIn) -> None:
    fair.make_agenda()
    officer_base = f"/bureau/events/{fair.code}"
    with fair.on_the_day():
        officer = sign_in(fair.app, "officer@test.example")
        assert "签到和登记" in officer.get("/bureau/").text
        for party in (1, 2):
            answer = officer.post(f"{officer_base}/desk/{party}/check-in")
            assert answer.status_code == 302
        assert "2 家，共 3 家" in officer.get(f"{officer_base}/desk").text
        assert officer.post(f"{officer_base}/steps/hold").status_code == 302
        firm = sign_in(fair.app, "firm@test.example")
        assert "填写洽谈结果" in firm.get("/supplier/").text
        with fair.app.app_context(), read_tx():
            rows = meeting_queries.list_meetings(fair.people.firm, fair.event())
            address = f"/supplier/events/{fair.code}/meetings/{rows[0].id}"
        empty = firm.post(address, data={})
        assert empty.status_code == 422
        assert "请选择洽谈结果" in empty.text
        said = {"verdict": "advance", "note": "参数符合要求", "next_step": "安排现场踏勘"}
        assert firm.post(address, data=said).status_code == 302
        owner = sign_in(fair.app, "owner@test.example")
        assert "安排现场踏勘" in owner.get(f"/owner/events/{fair.code}").text
        other = sign_in(fair.app, "other_firm@test.example")
        assert "安排现场踏勘" not in other.get(f"/supplier/events/{fair.code}").text
        public = fair.app.test_client().get(f"/events/{fair.code}").text
        assert "共完成一对一会面 1 场" in public
        assert "安排现场踏勘" not in public


def test_the_bureau_registers_and_acts_for_a_team(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    fair = make_fair(app, people, kind=EventKind.RESEARCH)
    officer = sign_in(app, "officer@test.example")
    base = f"/bureau/events/{fair.code}"
    team = {
        "name": "某大学足式机器人团队",
        "kind": "team",
        "side": "offer",
        "topic": "研究四足机器人步态控制和运动控制",
        "contact_name": "李老师",
        "contact_phone": "0571-12345678",
    }
    assert officer.get(f"{base}/parties/new").status_code == 200
    wrong = officer.post(f"{base}/parties/new", data=team | {"side": "need"})
    assert wrong.status_code == 422
    assert "不能作为需求方参加" in wrong.text
    assert officer.post(f"{base}/parties/new", data=team).status_code == 302
    page = officer.get(f"{base}/parties/1").text
    assert "0571-12345678" not in page
    assert "057****5678" in page
    assert "0571-12345678" in officer.post(f"{base}/parties/1/contact").text
    edited = officer.post(
        f"{base}/parties/1/edit", data=team | {"topic": "步态控制和强化学习运动控制"}
    )
    assert edited.status_code == 302
    owner = sign_in(app, "owner@test.example")
    assert owner.post(f"/owner/events/{fair.code}/register", data=REGISTRATION).status_code == 302
    fair.open_requests()
    assert officer.post(f"{base}/parties/1/wishes", data={"wish-2": "want"}).status_code == 302
    assert "希望会面" in officer.get(f"{base}/parties/1").text
    assert officer.post(f"{base}/parties/1/withdraw").status_code == 302
    assert "已退出" in officer.get(base).text


def test_the_years_plan_is_set_on_the_page(app: Flask, people: People, sign_in: SignIn) -> None:
    officer = sign_in(app, "officer@test.example")
    year = clock.today().year
    plan = {"year": str(year), "scene": "2", "chain": "3", "research": "1", "finance": "0"}
    assert officer.post("/bureau/events/targets", data=plan).status_code == 302
    assert "计划 3 场" in officer.get("/bureau/events").text
    low = officer.post("/bureau/events/targets", data=plan | {"chain": "1"})
    assert low.status_code == 422
    assert "应为 2 至 99 场" in low.text
    assert "计划 3 场" in app.test_client().get("/events").text


def test_a_cancelled_event_says_so_to_its_participants(fair: Fair, sign_in: SignIn) -> None:
    fair.register(fair.people.owner)
    fair.do(cancel_event, fair.people.officer, reason="场地临时检修")
    page = sign_in(fair.app, "owner@test.example").get(f"/owner/events/{fair.code}").text
    assert "场地临时检修" in page
    assert "退出报名" not in page


def test_invitations_come_from_the_matches_with_their_reasons(
    seeded_app: Flask, sign_in: SignIn
) -> None:
    officer = sign_in(seeded_app, "officer@demo.example")
    with seeded_app.app_context(), read_tx() as session:
        joining = select(Event.code).where(Event.state == EventState.REGISTRATION)
        base = f"/bureau/events/{session.scalars(joining).one()}"
    page = officer.get(f"{base}/invitations").text
    assert "匹配度" in page
    key = page.split('name="candidate" value="')[1].split('"')[0]
    assert officer.post(f"{base}/invitations", data={"candidate": key}).status_code == 302
    assert f'value="{key}"' not in officer.get(f"{base}/invitations").text
    held = officer.get("/events").text
    assert "演示数据" in held
    assert "已举行 1 场，计划 2 场" in held
