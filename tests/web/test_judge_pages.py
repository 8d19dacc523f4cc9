"""The judge's pages: what is shown, stored and refused; a recused scene is nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from matchmaker.actor import COMMAND_LINE
from matchmaker.db import read_tx, write_tx
from matchmaker.files.operations import attach_files
from matchmaker.files.rules import check_upload
from matchmaker.files.storage import keep_bytes
from matchmaker.selection.applications.models import ApplicationAttachment
from matchmaker.selection.hearings import agenda
from matchmaker.selection.panels import assigning
from matchmaker.selection.panels import queries as panels
from matchmaker.selection.panels.models import Conflict, PanelMember
from matchmaker.selection.rounds.rules import Stage
from matchmaker.selection.scoring.models import ScoreSheet
from tests.conftest import SignIn
from tests.selection.rooms.factories import list_rows, score_all
from tests.selection.rooms.worlds import World, load_round, open_world, scoring_world

__all__ = ["scoring_world"]
CODE = "2026-humanoid-demonstration"


@pytest.fixture
def app(shared_app: Flask, scoring_world: World) -> Iterator[Flask]:
    yield from open_world(shared_app, scoring_world)


def assignment_of(app: Flask, world: World, part: str, code: str) -> int:
    with app.app_context(), read_tx():
        round_ = load_round()
        rows = {row.id: row.code for row in list_rows(round_)}
        user_id = getattr(world.people, part).user_id
        return next(
            item.id
            for item in panels.list_assignments(round_.id, Stage.FINAL)
            if item.member.expert.user_id == user_id and rows[item.application_id] == code
        )


def criteria_ids(app: Flask) -> list[int]:
    with app.app_context(), read_tx():
        return [item.id for item in load_round().criteria]


def sheet_data(app: Flask, score: str = "80", **changes: str) -> dict[str, str]:
    return {f"score-{key}": score for key in criteria_ids(app)} | changes


def stored(app: Flask) -> list[tuple[str, list[int | None]]]:
    with app.app_context(), read_tx() as session:
        rows = session.query(ScoreSheet).order_by(ScoreSheet.id)
        return [(row.state.value, [line.score for line in row.lines]) for row in rows]


def test_queue_and_bench_show_the_work(app: Flask, scoring_world: World, sign_in: SignIn) -> None:
    client = sign_in(app, "judge@test.example")
    assert "0 / 4" in client.get("/judge").get_data(as_text=True)
    queue = client.get(f"/judge/rounds/{CODE}").get_data(as_text=True)
    assert all(f"场景{number:02d}" in queue for number in range(1, 5))
    key = assignment_of(app, scoring_world, "judge", "RX2026-001")
    page = client.get(f"/judge/scenes/{key}").get_data(as_text=True)
    assert "3,000,000.00元" in page
    assert "13800000000" not in page  # the contact is the bureau's only


def test_draft_then_submission_by_form(app: Flask, scoring_world: World, sign_in: SignIn) -> None:
    client = sign_in(app, "judge@test.example")
    key = assignment_of(app, scoring_world, "judge", "RX2026-001")
    first = criteria_ids(app)[0]
    answer = client.post(f"/judge/scenes/{key}", data={f"score-{first}": "87.5", "act": "save"})
    assert answer.status_code == 302
    assert stored(app) == [("draft", [8750] + [None] * 6)]
    answer = client.post(f"/judge/scenes/{key}", data=sheet_data(app, act="submit-next"))
    assert answer.status_code == 302
    assert answer.location != f"/judge/scenes/{key}"
    assert stored(app) == [("submitted", [8000] * 7)]


def test_faulty_score_is_named_beside_its_criterion_and_kept(
    app: Flask, scoring_world: World, sign_in: SignIn
) -> None:
    client = sign_in(app, "judge@test.example")
    key = assignment_of(app, scoring_world, "judge", "RX2026-001")
    first = criteria_ids(app)[0]
    answer = client.post(
        f"/judge/scenes/{key}", data=sheet_data(app, act="submit", **{f"score-{first}": "120"})
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'href="#score-{first}"' in page
    assert 'value="120"' in page
    assert stored(app) == []


def test_incomplete_submission_answers_422_and_stores_nothing(
    app: Flask, scoring_world: World, sign_in: SignIn
) -> None:
    client = sign_in(app, "judge@test.example")
    key = assignment_of(app, scoring_world, "judge", "RX2026-001")
    answer = client.post(f"/judge/scenes/{key}", data={"act": "submit"})
    assert answer.status_code == 422
    assert "还有指标没有打分" in answer.get_data(as_text=True)
    assert stored(app) == []


def test_autosave_stores_a_draft(app: Flask, scoring_world: World, sign_in: SignIn) -> None:
    client = sign_in(app, "judge@test.example")
    key = assignment_of(app, scoring_world, "judge", "RX2026-001")
    path = f"/judge/scenes/{key}/autosave"
    saved = client.post(path, data=sheet_data(app, "75", revision="")).json
    assert saved is not None
    assert saved["errors"] == {}
    assert stored(app) == [("draft", [7500] * 7)]
    first = criteria_ids(app)[0]
    data = sheet_data(app, "８６。5", revision=saved["revision"], **{f"score-{first}": "x"})
    half = client.post(path, data=data).json
    assert half is not None
    assert list(half["errors"]) == [str(first)]
    assert half["revision"] != saved["revision"]
    assert stored(app) == [("draft", [7500] + [8650] * 6)]


@pytest.mark.parametrize("act", ["save", "submit"])
def test_older_page_overwrites_no_newer_draft(
    app: Flask, scoring_world: World, sign_in: SignIn, act: str
) -> None:
    client = sign_in(app, "judge@test.example")
    path = f"/judge/scenes/{assignment_of(app, scoring_world, 'judge', 'RX2026-001')}"
    assert client.post(path, data=sheet_data(app, "91", revision="")).status_code == 302
    late = client.post(path, data=sheet_data(app, "50", act=act, revision=""))
    page = late.get_data(as_text=True)
    assert late.status_code == 409
    assert page.count("另一页面已保存的得分：91") == 7
    assert page.count('value="50"') == 7
    assert (
        client.post(f"{path}/autosave", data=sheet_data(app, "50", revision="")).status_code == 409
    )
    assert stored(app) == [("draft", [9100] * 7)]
    shown = re.search(r'name="revision" value="(\d+)"', page)
    assert shown is not None
    meant = client.post(path, data=sheet_data(app, "50", act=act, revision=shown[1]))
    assert meant.status_code == 302
    assert stored(app)[0][1] == [5000] * 7


def test_saving_returns_to_the_control_it_was_done_from(
    app: Flask, scoring_world: World, sign_in: SignIn
) -> None:
    client = sign_in(app, "judge@test.example")
    path = f"/judge/scenes/{assignment_of(app, scoring_world, 'judge', 'RX2026-001')}"
    place = f"score-{criteria_ids(app)[2]}"
    assert client.post(path, data=sheet_data(app, place=place)).location == f"{path}#{place}"
    assert client.post(path, data=sheet_data(app, place="//x")).location == path


@pytest.mark.parametrize("act", ["reopen", "recuse"])
def test_reason_that_says_nothing_is_refused_on_the_bench(
    app: Flask, scoring_world: World, sign_in: SignIn, act: str
) -> None:
    client = sign_in(app, "judge@test.example")
    path = f"/judge/scenes/{assignment_of(app, scoring_world, 'judge', 'RX2026-001')}"
    client.post(path, data=sheet_data(app, act="submit"))
    refused = client.post(f"{path}/{act}", data={"reason": "无"})
    assert refused.status_code == 422
    page = refused.get_data(as_text=True)
    assert "不少于 4 个字" in page
    assert "评分表已提交并锁定" in page


def test_locked_sheet_downloads_as_pdf(app: Flask, scoring_world: World, sign_in: SignIn) -> None:
    client = sign_in(app, "judge@test.example")
    key = assignment_of(app, scoring_world, "judge", "RX2026-001")
    assert client.get(f"/judge/scenes/{key}/sheet.pdf").status_code == 404
    client.post(f"/judge/scenes/{key}", data=sheet_data(app, act="submit"))
    first = client.get(f"/judge/scenes/{key}/sheet.pdf")
    assert first.data.startswith(b"%PDF")
    assert first.data == client.get(f"/judge/scenes/{key}/sheet.pdf").data


@pytest.mark.parametrize("part", ["owner", "stranger", "firm", "officer", "approver", "auditor"])
def test_bench_is_for_judges_only(
    app: Flask, scoring_world: World, sign_in: SignIn, part: str
) -> None:
    key = assignment_of(app, scoring_world, "judge", "RX2026-001")
    client = sign_in(app, f"{part}@test.example")
    for path in ("/judge", f"/judge/rounds/{CODE}", f"/judge/scenes/{key}"):
        assert client.get(path).status_code == 403
    assert (
        client.post(f"/judge/scenes/{key}", data=sheet_data(app, act="submit")).status_code == 403
    )
    assert stored(app) == []


def test_another_judges_assignment_is_not_there(
    app: Flask, scoring_world: World, sign_in: SignIn
) -> None:
    key = assignment_of(app, scoring_world, "judge", "RX2026-002")
    client = sign_in(app, "conflicted_judge@test.example")
    assert client.get(f"/judge/scenes/{key}").status_code == 404
    assert (
        client.post(f"/judge/scenes/{key}", data=sheet_data(app, act="submit")).status_code == 404
    )
    assert stored(app) == []


def test_nobody_elses_scores_are_on_a_judges_page(
    app: Flask, scoring_world: World, sign_in: SignIn
) -> None:
    with app.app_context(), write_tx() as session:
        round_ = load_round()
        score_all(round_)
        for line in session.query(ScoreSheet).filter(ScoreSheet.state == "DRAFT"):
            session.delete(line)
    key = assignment_of(app, scoring_world, "judge", "RX2026-003")
    other = "87.00"
    page = sign_in(app, "judge@test.example").get(f"/judge/scenes/{key}").get_data(as_text=True)
    assert page.count(other) == 1  # the judge's own total


def test_unsigned_judge_gets_the_declaration_and_no_scene(
    app: Flask, scoring_world: World, sign_in: SignIn
) -> None:
    key = assignment_of(app, scoring_world, "judge", "RX2026-002")
    with app.app_context(), write_tx() as session:
        for member in session.query(PanelMember):
            member.declared_at = None
    client = sign_in(app, "judge@test.example")
    assert client.get(f"/judge/scenes/{key}").status_code == 404
    page = client.get(f"/judge/rounds/{CODE}").get_data(as_text=True)
    assert "回避声明" in page
    with app.app_context(), read_tx():
        declared = list_rows(load_round())[1].id
    wrong = client.post(f"/judge/rounds/{CODE}/declaration", data={"name": "别人"})
    assert wrong.status_code == 422
    # The text alone declares it: who writes a relation and forgets the box is not free of it.
    data = {"name": "评委甲", f"reason-{declared}": "曾任该院顾问"}
    assert client.post(f"/judge/rounds/{CODE}/declaration", data=data).status_code == 302
    assert client.get(f"/judge/scenes/{key}").status_code == 404
    queue = client.get(f"/judge/rounds/{CODE}").get_data(as_text=True)
    assert "场景02" not in queue
    assert "您申明的回避：待核定（暂不参评）1项" in queue


def test_stepping_back_hides_the_scene_and_voids_the_score(
    app: Flask, scoring_world: World, sign_in: SignIn
) -> None:
    client = sign_in(app, "judge@test.example")
    key = assignment_of(app, scoring_world, "judge", "RX2026-002")
    client.post(f"/judge/scenes/{key}", data=sheet_data(app, act="submit"))
    answer = client.post(f"/judge/scenes/{key}/recuse", data={"reason": "刚知道有亲属任职"})
    assert answer.status_code == 302
    assert stored(app) == [("void", [8000] * 7)]
    assert client.get(f"/judge/scenes/{key}").status_code == 404


def crawl(client: FlaskClient, start: str) -> dict[str, str]:
    """Every page that links lead to from the judge's home, with its text."""
    seen: dict[str, str] = {}
    waiting = [start]
    while waiting:
        path = waiting.pop()
        if path in seen or len(seen) > 200:
            continue
        answer = client.get(path)
        seen[path] = answer.get_data(as_text=True) if "text" in answer.content_type else ""
        found = re.findall(r'href="(/[^"#?]*)', seen[path])
        waiting += [link for link in found if link.startswith(("/judge", "/selection", "/notices"))]
    return seen


def attach_evidence(app: Flask) -> str:
    """A file on the first scene; returns its token."""
    upload = check_upload("验收报告.pdf", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n")
    with app.app_context():
        keep_bytes(upload)
        with write_tx() as session:
            row = list_rows(load_round())[0]
            line = session.query(ApplicationAttachment).filter_by(application_id=row.id).first()
            assert line is not None
            kind, key = line.file_subject
            file = attach_files(COMMAND_LINE, [upload], subject_type=kind, subject_id=key)[0]
            return f"{line.checklist_id}/{file.token}"


def test_recused_scene_is_in_no_page_list_count_or_file(
    app: Flask, scoring_world: World, sign_in: SignIn
) -> None:
    file = attach_evidence(app)
    key = assignment_of(app, scoring_world, "judge", "RX2026-001")
    with app.app_context(), write_tx() as session:
        # Even an assignment that should never have been made opens nothing.
        round_ = load_round()
        row = list_rows(round_)[0]
        member = panels.get_own_membership(scoring_world.people.conflicted_judge, round_.id)
        slot = assigning._make(round_, Stage.FINAL, row, member.id)
        session.add(slot)
        session.flush()
        wrong = slot.id
        agenda.schedule_presentation(
            scoring_world.people.officer,
            round_,
            row.id,
            starts_at=row.created_at,
            minutes=20,
            place="一号会议室",
        )
    sees = sign_in(app, "judge@test.example")
    assert "场景01" in "".join(crawl(sees, "/judge").values())
    assert sees.get(f"/judge/scenes/{key}/files/{file}").status_code == 200
    client = sign_in(app, "conflicted_judge@test.example")
    for path, text in crawl(client, "/judge").items():
        for canary in ("场景01", "RX2026-001", "合作机器人企业1", "丙方机器人公司", "一号会议室"):
            assert canary not in text, (path, canary)
    home = client.get("/judge").get_data(as_text=True)
    assert "0 / 3" in home
    for assignment in (key, wrong):
        for rest in ("", "/sheet.pdf", f"/files/{file}"):
            assert client.get(f"/judge/scenes/{assignment}{rest}").status_code == 404
        for rest in ("", "/autosave", "/recuse", "/reopen"):
            data = sheet_data(app, act="submit", reason="想看看这个场景")
            assert client.post(f"/judge/scenes/{assignment}{rest}", data=data).status_code == 404
    assert stored(app) == []
    with app.app_context(), read_tx() as session:
        assert session.query(Conflict).count() == 1


def test_photos_of_the_visit_are_for_the_scene_s_judges(
    app: Flask, scoring_world: World, sign_in: SignIn
) -> None:
    upload = check_upload("现场.pdf", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n")
    with app.app_context():
        keep_bytes(upload)
        with write_tx():
            row = list_rows(load_round())[0]
            (file,) = attach_files(
                COMMAND_LINE, [upload], subject_type="selection_inspection", subject_id=row.id
            )
            token = file.token
    key = assignment_of(app, scoring_world, "judge", "RX2026-001")
    other = assignment_of(app, scoring_world, "judge", "RX2026-002")
    judge = sign_in(app, "judge@test.example")
    assert "现场.pdf" in judge.get(f"/judge/scenes/{key}").get_data(as_text=True)
    assert judge.get(f"/judge/scenes/{key}/photos/{token}").status_code == 200
    assert judge.get(f"/judge/scenes/{other}/photos/{token}").status_code == 404
    barred = sign_in(app, "conflicted_judge@test.example")
    assert barred.get(f"/judge/scenes/{key}/photos/{token}").status_code == 404


def test_question_is_answered_by_its_judge_only(
    app: Flask, scoring_world: World, sign_in: SignIn
) -> None:
    judge = sign_in(app, "judge@test.example")
    key = assignment_of(app, scoring_world, "judge", "RX2026-001")
    judge.post(f"/judge/scenes/{key}", data=sheet_data(app, act="submit"))
    with app.app_context(), write_tx() as session:
        from matchmaker.selection.scoring import operations

        sheet = session.query(ScoreSheet).one()
        question = operations.ask_question(
            scoring_world.people.officer, sheet, kind="outlier", detail="请说明理由"
        ).id
    other = sign_in(app, "conflicted_judge@test.example")
    assert (
        other.post(f"/judge/questions/{question}", data={"answer": "不是我打的"}).status_code == 404
    )
    assert "请说明理由" in judge.get("/judge").get_data(as_text=True)
    assert (
        judge.post(f"/judge/questions/{question}", data={"answer": "数据突出"}).status_code == 302
    )


def test_judge_sees_no_application_code_whose_gap_would_tell(
    app: Flask, scoring_world: World, sign_in: SignIn
) -> None:
    """The conflicted judge is kept from the first scene and reads the others."""
    key = assignment_of(app, scoring_world, "conflicted_judge", "RX2026-002")
    client = sign_in(app, "conflicted_judge@test.example")
    for path in ("/judge", "/judge/rounds/2026-humanoid-demonstration", f"/judge/scenes/{key}"):
        page = client.get(path).text
        assert "RX2026" not in page
    assert "场景02" in page
    queue = client.get("/judge/rounds/2026-humanoid-demonstration").text
    numbers = re.findall(r'data-label="序号"[^>]*>\s*(\d+)', queue)
    assert numbers == ["1", "2", "3"]
