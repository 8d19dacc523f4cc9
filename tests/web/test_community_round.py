"""The developers' community evaluation as a third programme: set up and run by forms alone."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from matchmaker import clock
from matchmaker.db import read_tx, write_tx
from matchmaker.publishing import queries as notices
from matchmaker.selection.results.models import Designation, RoundResult
from matchmaker.selection.rounds.models import SelectionRound
from tests.conftest import SignIn
from tests.people import People

CODE = "2026-developer-community"
DESK = f"/bureau/selection/{CODE}"


class _Fields(HTMLParser):
    """Names and values of the controls of a page, as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, Any] = {}
        self._text = self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "textarea":
            self._text, self.values[name] = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in given:
            self.values.setdefault(self._select, []).append(value)
        elif tag == "input" and name and _is_sent(given):
            self.values.setdefault(name, []).append(value)

    def handle_data(self, data: str) -> None:
        if self._text:
            self.values[self._text] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._text = ""


def _is_sent(given: dict[str, str | None]) -> bool:
    return given.get("type") not in {"radio", "checkbox"} or "checked" in given


def read_fields(client: FlaskClient, path: str) -> dict[str, Any]:
    parser = _Fields()
    parser.feed(client.get(path).get_data(as_text=True))
    return parser.values


def send(client: FlaskClient, path: str, **data: Any) -> None:
    """Post a form that must be taken."""
    answer = client.post(path, data=data)
    assert answer.status_code == 302, answer.get_data(as_text=True)[-3000:]


def set_up(officer: FlaskClient, approver: FlaskClient) -> None:
    path = "/bureau/selection/new?programme=developer-community&year=2026"
    fields = read_fields(officer, path)
    now = clock.now().astimezone(clock.CHINA)
    changes = {
        "opens_at": f"{now - timedelta(hours=1):%Y-%m-%dT%H:%M}",
        "closes_at": f"{now + timedelta(days=1):%Y-%m-%dT%H:%M}",
        "quota": "1",
        "panel_size": "2",
        "quorum_final": "2",
        "shortlist_size": "1",
        "criteria-0-weight": "35",
        "criteria-1-weight": "20",
        "criteria-1-name": "开源成果与数据集质量",
        "attachments-0-note": "加盖公章",
    }
    send(officer, path, **(fields | changes))
    send(approver, f"{DESK}/open")


def apply_as_operator(firm: FlaskClient) -> None:
    assert f"/supplier/applications/new/{CODE}" in firm.get("/supplier/applications").get_data(
        as_text=True
    )
    send(firm, f"/supplier/applications/new/{CODE}", title="钱塘具身智能开发者社区")
    base = re.findall(
        r"/supplier/applications/\d+", firm.get("/supplier/applications").get_data(as_text=True)
    )[0]
    texts = ("background", "technology", "fit", "effects", "safety", "replication", "operation")
    content = {name: f"{name}的说明" for name in texts}
    content |= {"title": "钱塘具身智能开发者社区", "revision": "0", "in_use_since": "2025年1月"}
    send(firm, f"{base}/save", **content, contact="王某 13800000000")
    page = firm.get(base).get_data(as_text=True)
    assert "社区规模与活跃情况" in page
    assert "实际投入" not in page
    for line in re.findall(rf"{base}/attachments/\d+", page):
        send(firm, line, note="见附件光盘")
    send(firm, f"{base}/submit")


def qualify(app: Flask, officer: FlaskClient) -> None:
    with app.app_context(), write_tx() as session:
        row = session.query(SelectionRound).one()
        row.closes_at = clock.now() - timedelta(minutes=1)
        gates = [gate.id for gate in row.gates]
    send(officer, f"{DESK}/close")
    base = "/bureau/selection/applications/1"
    answers = {f"gate-{key}": "yes" for key in gates}
    answers |= {f"evidence-{key}": "已核对运营数据" for key in gates}
    send(officer, f"{base}/gates", **answers)
    send(officer, f"{base}/qualify")


def build_panel(officer: FlaskClient) -> None:
    for number, part in enumerate(("judge", "conflicted_judge"), start=1):
        expert = {"name": f"专家{number}", "employer": f"大学{number}", "is_active": "y"}
        send(officer, "/bureau/selection/experts/new", **expert, email=f"{part}@test.example")
        send(officer, f"{DESK}/panel/members", expert_id=str(number), role="member")


def judge_by(client: FlaskClient, name: str, score: str) -> None:
    send(client, f"/judge/rounds/{CODE}/declaration", name=name, undertaking="y")
    bench = re.findall(
        r"/judge/scenes/\d+", client.get(f"/judge/rounds/{CODE}").get_data(as_text=True)
    )[0]
    scores = re.findall(r'name="(score-\d+)"', client.get(bench).get_data(as_text=True))
    send(client, bench, **dict.fromkeys(scores, score), act="submit")


def test_community_programme_runs_by_forms_alone(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    officer = sign_in(app, "officer@test.example")
    approver = sign_in(app, "approver@test.example")
    set_up(officer, approver)
    apply_as_operator(sign_in(app, "firm@test.example"))
    qualify(app, officer)
    build_panel(officer)
    send(officer, f"{DESK}/panel/assign", how="whole")
    send(officer, f"{DESK}/start/final")
    judge_by(sign_in(app, "judge@test.example"), "专家1", "80")
    judge_by(sign_in(app, "conflicted_judge@test.example"), "专家2", "91.5")
    send(officer, f"{DESK}/propose")
    send(approver, f"{DESK}/publish")
    with app.app_context(), write_tx() as session:
        result = session.query(RoundResult).one()
        assert (result.entries[0].official, result.entries[0].selected) == ("85.75", True)
        notice = notices.get_notice(people.officer, result.notice_id or 0)
        assert "开发者社区" in notice.title
        assert "征求意见稿" in notice.body
        result.publicity_to = notice.ends_on = clock.today() - timedelta(days=1)
        result.publicity_from = notice.starts_on = clock.today() - timedelta(days=9)
    send(approver, f"{DESK}/confirm")
    with app.app_context(), read_tx() as session:
        (found,) = session.query(Designation)
        assert (found.number, found.declared_investment_fen) == ("HZ-KF-2026-01", None)
        row = session.query(SelectionRound).one()
        assert row.attachments[0].note == "加盖公章"
        assert [(c.name, c.weight) for c in row.criteria[:2]] == [
            ("社区规模与活跃程度", 35),
            ("开源成果与数据集质量", 20),
        ]
