"""The chair's page: nothing before all scores are in, then pictures and tables; nobody else's."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from matchmaker.actor import COMMAND_LINE
from matchmaker.db import read_tx, write_tx
from matchmaker.selection.panels import queries as panels
from matchmaker.selection.panels.models import PanelMember
from matchmaker.selection.panels.rules import MemberRole
from matchmaker.selection.rounds.rules import Stage
from matchmaker.selection.scoring import operations, queries
from matchmaker.selection.scoring.models import ScoreLine, ScoreQuestion, ScoreSheet
from tests.conftest import SignIn
from tests.selection.rooms.factories import make_lines, score_all
from tests.selection.rooms.worlds import World, load_round, open_world, scoring_world

__all__ = ["scoring_world"]
PAGE = "/judge/rounds/2026-humanoid-demonstration/ranking"


@pytest.fixture
def app(shared_app: Flask, scoring_world: World) -> Iterator[Flask]:
    yield from open_world(shared_app, scoring_world)


def make_chair(app: Flask, name: str, *, signed: bool = True) -> None:
    with app.app_context(), write_tx() as session:
        for member in session.query(PanelMember):
            if member.expert.name == name:
                member.role = MemberRole.CHAIR
                member.declared_at = member.declared_at if signed else None


def score(app: Flask, *, leave: int = 0) -> None:
    """Every sheet but the last ``leave`` ones."""
    with app.app_context(), write_tx():
        round_ = load_round()
        given = panels.list_assignments(round_.id, Stage.FINAL)
        score_all(round_, skip=[item.id for item in given[len(given) - leave :]])


def test_chair_sees_totals_only_once_all_are_in(app: Flask, sign_in: SignIn) -> None:
    make_chair(app, "评委甲")
    score(app, leave=1)
    client = sign_in(app, "judge@test.example")
    assert PAGE in client.get("/judge/rounds/2026-humanoid-demonstration").get_data(as_text=True)
    page = client.get(PAGE).get_data(as_text=True)
    assert "还缺 1 份" in page
    for hidden in ("88.10", "cut-line", "外聘评委0", "场景01"):
        assert hidden not in page
    score_rest(app)
    page = client.get(PAGE).get_data(as_text=True)
    assert 'class="cut-line"' in page
    assert "88.10" in page
    for part in ("入选可能性", "评委宽严", "去掉一位评委的影响", "合议规则"):
        assert part in page
    # 19 scores are too few for the model, and the page says so.
    assert "数据不足" in page


def score_rest(app: Flask) -> None:
    with app.app_context(), write_tx():
        round_ = load_round()
        for item in queries.list_missing(round_, Stage.FINAL):
            operations.submit_sheet(COMMAND_LINE, item, make_lines(round_, 8600))


@pytest.mark.parametrize(
    ("name", "email", "signed"),
    [
        ("外聘评委0", "judge@test.example", True),
        ("评委乙", "conflicted_judge@test.example", True),
        ("评委甲", "judge@test.example", False),
    ],
)
def test_other_judges_conflicted_and_unsigned_chairs_have_no_page(
    app: Flask, sign_in: SignIn, name: str, email: str, signed: bool
) -> None:
    score(app)
    make_chair(app, name, signed=signed)
    client = sign_in(app, email)
    assert client.get(PAGE).status_code == 404
    assert PAGE not in client.get("/judge/rounds/2026-humanoid-demonstration").get_data(
        as_text=True
    )


@pytest.mark.parametrize("part", ["owner", "firm", "officer"])
def test_page_is_for_judges(app: Flask, sign_in: SignIn, part: str) -> None:
    score(app)
    assert sign_in(app, f"{part}@test.example").get(PAGE).status_code == 403


def test_large_gap_asks_for_a_reason_without_the_model(app: Flask, sign_in: SignIn) -> None:
    make_chair(app, "评委甲")
    with app.app_context(), write_tx() as session:
        round_ = load_round()
        odd = panels.list_assignments(round_.id, Stage.FINAL)[-1]
        score_all(round_, skip=[odd.id])
        name = odd.member.expert.name
        session.flush()
        operations.submit_sheet(COMMAND_LINE, odd, make_lines(round_, 5000))
        assert session.query(ScoreSheet).count() * 7 == session.query(ScoreLine).count()
    page = sign_in(app, "judge@test.example").get(PAGE).get_data(as_text=True)
    flags = page[page.index("需要说明理由的评分") :]
    assert f"<strong>{name}</strong>" in flags
    assert "相差超过20分" in flags


def find_voters(page: str) -> list[str]:
    return re.findall(r'name="voters" value="(\d+)"', page)


def test_vote_is_entered_at_the_desk_and_confirmed_by_the_chair(
    app: Flask, sign_in: SignIn
) -> None:
    score(app)
    make_chair(app, "评委甲")
    desk = "/bureau/selection/2026-humanoid-demonstration"
    officer = sign_in(app, "officer@test.example")
    assert f"{desk}/resolutions/new" in officer.get(f"{desk}/ranking").text
    page = officer.get(f"{desk}/resolutions/new").text
    assert "同分投票" not in page
    voters = find_voters(page)
    assert len(voters) == 5
    data = {
        "kind": "withhold",
        "scene": "RX2026-002",
        "held_on": "2026-01-05",
        "voters": voters,
        "votes_for": "5",
        "votes_against": "1",
        "reason": "核查后认为运行记录不足",
        "minutes": "评审组讨论了运行记录，随后表决。",
    }
    wrong = officer.post(f"{desk}/resolutions/new", data=data)
    assert wrong.status_code == 422
    assert "票数合计 6 张" in wrong.text
    assert "核查后认为运行记录不足" in wrong.text
    done = officer.post(f"{desk}/resolutions/new", data=data | {"votes_against": ""})
    assert done.status_code == 302
    chair = sign_in(app, "judge@test.example")
    page = chair.get(PAGE).text
    assert "核查后认为运行记录不足" in page
    assert "同意 5 票，反对 0 票，弃权 0 票" in page
    path = re.search(r'action="([^"]+/resolutions/\d+)"', page)
    assert path is not None
    other = sign_in(app, "conflicted_judge@test.example")
    assert other.post(path[1], data={"answer": "yes"}).status_code == 404
    assert chair.post(path[1], data={"answer": "yes"}).status_code == 302
    assert "合议不列入" in chair.get(PAGE).text
    officer = sign_in(app, "officer@test.example")
    assert "合议不列入" in officer.get(f"{desk}/ranking").text


def test_vote_form_is_closed_before_all_scores_and_to_others(app: Flask, sign_in: SignIn) -> None:
    desk = "/bureau/selection/2026-humanoid-demonstration"
    assert sign_in(app, "officer@test.example").get(f"{desk}/resolutions/new").status_code == 409
    score(app)
    for part in ("approver", "auditor", "judge", "owner"):
        client = sign_in(app, f"{part}@test.example")
        assert client.get(f"{desk}/resolutions/new").status_code == 403
        assert client.post(f"{desk}/resolutions/new").status_code == 403


def test_all_flagged_judges_are_asked_in_one_act(app: Flask, sign_in: SignIn) -> None:
    with app.app_context(), write_tx() as session:
        round_ = load_round()
        odd = panels.list_assignments(round_.id, Stage.FINAL)[-2:]
        score_all(round_, skip=[item.id for item in odd])
        session.flush()
        for item in odd:
            operations.submit_sheet(COMMAND_LINE, item, make_lines(round_, 4000))
    path = "/bureau/selection/2026-humanoid-demonstration/questions/all"
    for part in ("approver", "judge", "owner"):
        assert sign_in(app, f"{part}@test.example").post(path).status_code == 403
    with app.app_context(), read_tx() as session:
        assert session.query(ScoreQuestion).count() == 0
    officer = sign_in(app, "officer@test.example")
    for _ in range(2):
        assert officer.post(path).status_code == 302
        with app.app_context(), read_tx() as session:
            asked = session.query(ScoreQuestion).all()
            details = [question.detail for question in asked]
            sheets = {question.sheet_id for question in asked}
        assert len(details) >= 2
        assert all("请说明理由" in detail for detail in details)
        assert len(details) == len(sheets)


def test_flagged_judges_are_not_asked_before_all_scores_are_in(app: Flask, sign_in: SignIn) -> None:
    score(app, leave=1)
    path = "/bureau/selection/2026-humanoid-demonstration/questions/all"
    assert sign_in(app, "officer@test.example").post(path).status_code == 409


def test_one_flagged_judge_is_asked_in_the_flag_s_own_words(app: Flask, sign_in: SignIn) -> None:
    path = "/bureau/selection/2026-humanoid-demonstration/questions"
    with app.app_context(), write_tx() as session:
        round_ = load_round()
        assignments = panels.list_assignments(round_.id, Stage.FINAL)
        odd, waiting = assignments[-1], assignments[-2]
        score_all(round_, skip=[odd.id, waiting.id])
        session.flush()
        flagged = operations.submit_sheet(COMMAND_LINE, odd, make_lines(round_, 4000)).id
    officer = sign_in(app, "officer@test.example")
    data = {"sheet_id": str(flagged), "detail": "请改为九十分"}
    assert officer.post(path, data=data).status_code == 409  # a sheet is still missing
    with app.app_context(), write_tx():
        round_ = load_round()
        last = panels.list_assignments(round_.id, Stage.FINAL)[-2]
        usual = operations.submit_sheet(COMMAND_LINE, last, make_lines(round_, 8700)).id
    assert officer.post(path, data={"sheet_id": str(usual)}).status_code == 404
    for _ in range(2):
        assert officer.post(path, data=data).status_code == 302
    with app.app_context(), read_tx() as session:
        (question,) = session.query(ScoreQuestion).all()
        assert question.sheet_id == flagged
        assert "请改为九十分" not in question.detail
