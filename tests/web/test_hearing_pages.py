"""Pages of a hearing: the desk arranges and records, judges and units see what is theirs."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from matchmaker.db import read_tx, write_tx
from matchmaker.selection.hearings import agenda, queries
from matchmaker.selection.hearings.models import HearingEntry
from matchmaker.selection.hearings.rules import OrderKind
from matchmaker.selection.panels import queries as panels
from matchmaker.selection.results import operations as results
from tests.conftest import SignIn
from tests.selection.rooms.factories import find_assignment, list_rows, score_all
from tests.selection.rooms.test_hearing_agenda import TIMING
from tests.selection.rooms.worlds import World, load_round, open_world, scoring_world

__all__ = ["scoring_world"]
CODE = "2026-humanoid-demonstration"
DESK = f"/bureau/selection/{CODE}/hearing"
AGENDA = {
    "order": "code",
    "starts_at": "2026-03-02T09:00",
    "minutes": "20",
    "break_minutes": "0",
    "place": "一号会议室",
}
ENTRY = {"question": "人工接管多少次？", "answer": "每班不足一次。", "member_id": ""}


@pytest.fixture
def app(shared_app: Flask, scoring_world: World) -> Iterator[Flask]:
    yield from open_world(shared_app, scoring_world)


@pytest.fixture
def officer(app: Flask, sign_in: SignIn) -> FlaskClient:
    return sign_in(app, "officer@test.example")


def read_order(app: Flask) -> list[int]:
    with app.app_context(), read_tx():
        return [line.application.id for line in queries.list_agenda(load_round().id)]


def read_entries(app: Flask) -> list[tuple[int, str, str]]:
    with app.app_context(), read_tx() as session:
        rows = session.query(HearingEntry).order_by(HearingEntry.id)
        return [(row.application_id, row.question, row.answer) for row in rows]


def hold(app: Flask, world: World) -> list[int]:
    """The hearing is drawn and has begun; its applications in their order."""
    with app.app_context(), write_tx():
        round_, by = load_round(), world.people.officer
        agenda.schedule_all(by, round_, TIMING, kind=OrderKind.DRAWN, seed="现场报数 3917")
        agenda.begin_hearing(by, round_)
    return read_order(app)


def bench_of(app: Flask, world: World, part: str, code: str) -> str:
    with app.app_context(), read_tx():
        found = find_assignment(load_round(), getattr(world.people, part), code)
        return f"/judge/scenes/{found.id}"


def read_pdf(content: bytes) -> str:
    """The text of a PDF without blanks and line ends."""
    command = ["pdftotext", "-raw", "-", "-"]
    done = subprocess.run(command, input=content, capture_output=True, check=True)
    return "".join(done.stdout.decode().split())


def test_officer_arranges_the_order_by_form(app: Flask, officer: FlaskClient) -> None:
    assert officer.post(f"{DESK}/agenda", data=AGENDA | {"order": ""}).status_code == 422
    assert officer.post(f"{DESK}/agenda", data=AGENDA | {"starts_at": "明天"}).status_code == 422
    assert read_order(app) == []
    assert officer.post(f"{DESK}/agenda", data=AGENDA).status_code == 302
    one, two, three, four = read_order(app)
    assert officer.post(f"{DESK}/order", data={"move": f"up-{two}"}).status_code == 302
    assert read_order(app) == [two, one, three, four]
    numbers = {f"number-{key}": str(n) for n, key in enumerate([four, one, two, three], 1)}
    assert officer.post(f"{DESK}/order", data=numbers).status_code == 302
    assert read_order(app) == [four, one, two, three]
    for wrong in ({f"number-{one}": "1"}, {"move": "up-99999"}, {"move": f"over-{one}"}):
        assert officer.post(f"{DESK}/order", data=numbers | wrong).status_code == 422
    assert read_order(app) == [four, one, two, three]
    assert officer.post(f"{DESK}/draw", data={"seed": "现场报数 3917"}).status_code == 302
    assert "种子“现场报数 3917”，第1次抽签" in officer.get(DESK).text
    assert officer.post(f"{DESK}/draw", data={"seed": ""}).status_code == 302
    assert "第2次抽签" in officer.get(DESK).text


def test_order_is_fixed_by_the_beginning(app: Flask, officer: FlaskClient) -> None:
    assert officer.post(f"{DESK}/begin").status_code == 409
    officer.post(f"{DESK}/agenda", data=AGENDA)
    order = read_order(app)
    assert "宣布答辩开始" in officer.get(DESK).text
    assert officer.post(f"{DESK}/begin").status_code == 302
    page = officer.get(DESK).text
    assert "顺序不再调整" in page
    assert "按序号保存顺序" not in page
    for path, data in (
        ("order", {"move": f"down-{order[0]}"}),
        ("draw", {"seed": "一"}),
        ("agenda", AGENDA),
    ):
        assert officer.post(f"{DESK}/{path}", data=data).status_code == 409
    assert read_order(app) == order


def test_officer_keeps_the_record_by_form(
    app: Flask, scoring_world: World, officer: FlaskClient
) -> None:
    first, second, *_ = hold(app, scoring_world)
    page = f"{DESK}/{first}"
    refused = officer.post(page, data=ENTRY | {"answer": " "})
    assert refused.status_code == 422
    assert "人工接管多少次？" in refused.text  # what was typed stays
    assert officer.post(page, data=ENTRY).status_code == 302
    assert officer.post(page, data=ENTRY | {"question": "记错的"}).status_code == 302
    with app.app_context(), read_tx() as session:
        keep, wrong = [row.id for row in session.query(HearingEntry).order_by(HearingEntry.id)]
    change = ENTRY | {"answer": "每班两次。"}
    assert officer.post(f"{DESK}/entries/{keep}", data=change).status_code == 302
    remove = f"{DESK}/entries/{wrong}/remove"
    assert officer.post(remove, data={"reason": ""}).status_code == 422
    assert officer.post(remove, data={"reason": "记在了别的申报下"}).status_code == 302
    assert read_entries(app) == [(first, "人工接管多少次？", "每班两次。")]
    assert officer.get(f"{DESK}/{second}").status_code == 200
    assert officer.get(f"{DESK}/99999").status_code == 404

    with app.app_context(), write_tx():
        score_all(load_round())
        results.propose_result(scoring_world.people.officer, load_round())
    assert officer.post(f"{DESK}/entries/{keep}", data=ENTRY).status_code == 422  # no reason
    assert officer.post(remove, data={"reason": "不想留了"}).status_code == 404
    late = ENTRY | {"answer": "每班一次。", "reason": "核对录音，次数有误"}
    assert officer.post(f"{DESK}/entries/{keep}", data=late).status_code == 302
    assert [answer for _, _, answer in read_entries(app)] == ["每班两次。", "每班一次。"]
    shown = officer.get(page).text
    assert "已更正" in shown
    assert "核对录音，次数有误" in shown


@pytest.mark.parametrize(
    ("part", "status"),
    [("approver", 403), ("auditor", 403), ("judge", 404), ("owner", 404), ("firm", 404)],
)
def test_nobody_else_arranges_or_records(
    app: Flask, scoring_world: World, sign_in: SignIn, officer: FlaskClient, part: str, status: int
) -> None:
    officer.post(f"{DESK}/agenda", data=AGENDA)
    order = read_order(app)
    officer.post(f"{DESK}/begin")
    officer.post(f"{DESK}/{order[0]}", data=ENTRY)
    with app.app_context(), read_tx() as session:
        entry = session.query(HearingEntry).one().id
    client = sign_in(app, f"{part}@test.example")
    for path, data in (
        ("agenda", AGENDA),
        ("order", {"move": f"down-{order[0]}"}),
        ("draw", {"seed": "一"}),
        ("begin", {}),
        ("slots", AGENDA | {"application_id": str(order[0])}),
        (str(order[0]), ENTRY),
        (f"entries/{entry}", ENTRY | {"answer": "改了"}),
        (f"entries/{entry}/remove", {"reason": "不想留了"}),
    ):
        answer = client.post(f"{DESK}/{path}", data=data)
        assert answer.status_code in {status, 403}, path
    assert read_order(app) == order
    assert read_entries(app) == [(order[0], ENTRY["question"], ENTRY["answer"])]
    if status != 403:
        for path in (DESK, f"{DESK}/agenda.pdf", f"{DESK}/{order[0]}"):
            assert client.get(path).status_code in {403, 404}


def test_judges_read_the_record_beside_the_score(
    app: Flask, scoring_world: World, sign_in: SignIn, officer: FlaskClient
) -> None:
    hold(app, scoring_world)
    with app.app_context(), read_tx():
        first, second = (row.id for row in list_rows(load_round())[:2])
        asker = panels.get_own_membership(scoring_world.people.judge, load_round().id)
        name, member = asker.expert.name, str(asker.id)
    officer.post(f"{DESK}/{first}", data=ENTRY | {"question": "问场景一", "member_id": member})
    officer.post(f"{DESK}/{second}", data=ENTRY | {"question": "问场景二"})
    assert name in officer.get(f"{DESK}/{first}").text
    judge = sign_in(app, "judge@test.example")
    page = judge.get(bench_of(app, scoring_world, "judge", "RX2026-001")).text
    assert "问场景一" in page
    assert "问场景二" not in page
    assert name not in page.split("答辩记录")[1].split("评分表")[0]
    barred = sign_in(app, "conflicted_judge@test.example")
    bench = barred.get(bench_of(app, scoring_world, "conflicted_judge", "RX2026-002")).text
    assert "问场景二" in bench
    assert "问场景一" not in bench
    for part, area in (("owner", "owner"), ("firm", "supplier")):
        client = sign_in(app, f"{part}@test.example")
        shown = client.get(f"/{area}/applications/{first}").text
        assert "下载答辩安排" in shown
        assert "问场景一" not in shown


def test_each_agenda_shows_what_its_reader_may_see(
    app: Flask, scoring_world: World, sign_in: SignIn, officer: FlaskClient
) -> None:
    order = hold(app, scoring_world)
    with app.app_context(), read_tx():
        round_ = load_round()
        titles = {row.id: row.title for row in list_rows(round_)}
        first = list_rows(round_)[0].id
        names = [member.expert.name for member in panels.list_members(round_.id)]
        barred_name = panels.get_own_membership(
            scoring_world.people.conflicted_judge, round_.id
        ).expert.name
    desk = read_pdf(officer.get(f"{DESK}/agenda.pdf").data)
    places = [desk.index(titles[key]) for key in order]
    assert places == sorted(places)
    assert barred_name in desk
    assert "现场报数3917" in desk
    address = f"/judge/rounds/{CODE}/agenda.pdf"
    judge = read_pdf(sign_in(app, "judge@test.example").get(address).data)
    assert all(title in judge for title in titles.values())
    kept = read_pdf(sign_in(app, "conflicted_judge@test.example").get(address).data)
    assert titles[first] not in kept
    assert sum(title in kept for title in titles.values()) == 3
    own_address = f"/owner/applications/{first}/hearing.pdf"
    own = read_pdf(sign_in(app, "owner@test.example").get(own_address).data)
    assert titles[first] in own
    assert f"第{order.index(first) + 1}场" in own
    for text in (judge, kept, own):
        assert not any(name in text for name in names)
    assert sum(title in own for title in titles.values()) == 1


def test_agenda_of_others_is_not_there(
    app: Flask, scoring_world: World, sign_in: SignIn, officer: FlaskClient
) -> None:
    with app.app_context(), read_tx():
        first = list_rows(load_round())[0].id
    own = sign_in(app, "owner@test.example")
    judge = sign_in(app, "judge@test.example")
    assert own.get(f"/owner/applications/{first}/hearing.pdf").status_code == 404
    assert judge.get(f"/judge/rounds/{CODE}/agenda.pdf").status_code == 404
    assert officer.get(f"{DESK}/agenda.pdf").status_code == 404
    hold(app, scoring_world)
    assert own.get(f"/owner/applications/{first}/hearing.pdf").status_code == 200
    stranger = sign_in(app, "other_firm@test.example")
    assert stranger.get(f"/supplier/applications/{first}/hearing.pdf").status_code == 404
    assert own.get(f"/judge/rounds/{CODE}/agenda.pdf").status_code in {403, 404}


def test_same_agenda_gives_the_same_bytes(
    app: Flask, scoring_world: World, officer: FlaskClient
) -> None:
    hold(app, scoring_world)
    assert officer.get(f"{DESK}/agenda.pdf").data == officer.get(f"{DESK}/agenda.pdf").data
