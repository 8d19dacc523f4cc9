"""What must not leak from the judging: one token in every hidden field, then everybody crawls."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient

from matchmaker import clock
from matchmaker.actor import COMMAND_LINE
from matchmaker.db import write_tx
from matchmaker.selection.applications.models import (
    ApplicationAttachment,
    GateDecision,
    Opinion,
    SiteInspection,
)
from matchmaker.selection.hearings import agenda
from matchmaker.selection.panels import queries as panels
from matchmaker.selection.panels.models import Conflict, Expert
from matchmaker.selection.results import operations as results
from matchmaker.selection.results import queries
from matchmaker.selection.rounds.rules import Stage
from matchmaker.selection.scoring import operations as scoring
from matchmaker.selection.scoring.rules import LineDraft
from tests.conftest import SignIn
from tests.selection.rooms.factories import list_rows
from tests.selection.rooms.worlds import World, load_round, open_world, scoring_world

__all__ = ["scoring_world"]
CODE = "2026-humanoid-demonstration"
TOKEN = "Qz7canary"
STARTS = (
    "/",
    "/judge",
    "/selection",
    "/notices",
    "/demands",
    f"/search?q={TOKEN[:4]}",
    "/search?q=场景",
    f"/selection/{CODE}",
)


@pytest.fixture
def app(shared_app: Flask, scoring_world: World) -> Iterator[Flask]:
    yield from open_world(shared_app, scoring_world)


@dataclass(frozen=True)
class Planted:
    """Ids of the scene, of its assignments and of its members."""

    application: int
    assignments: tuple[int, ...]
    gates: tuple[int, ...]


def plant(app: Flask, world: World) -> Planted:
    """A token in every field of the first scene; the conflicted judge is barred from it."""
    with app.app_context(), write_tx() as session:
        round_ = load_round()
        row = list_rows(round_)[0]
        tokens = (f"{TOKEN}-{number}" for number in range(1000))
        row.title, row.avoid_request, row.decision_note = (next(tokens) for _ in range(3))
        row.demand_code = next(tokens)
        for revision in row.revisions:
            revision.content = {
                key: next(tokens) if isinstance(text, str) else text
                for key, text in revision.content.items()
            }
        row.working_content = dict(row.revisions[-1].content)
        for member in row.members:
            member.name, member.reply_note = next(tokens), next(tokens)
        _plant_review(session, row.id, tokens)
        _plant_judging(world, row.id, tokens)
        session.flush()
        assignments = panels.list_assignments(round_.id, Stage.FINAL)
        return Planted(
            application=row.id,
            assignments=tuple(a.id for a in assignments if a.application_id == row.id),
            gates=tuple(gate.id for gate in round_.gates),
        )


def _plant_review(session: object, key: int, tokens: Iterator[str]) -> None:
    find = session.query  # type: ignore[attr-defined]
    for decision in find(GateDecision).filter_by(application_id=key):
        decision.evidence = next(tokens)
    for line in find(ApplicationAttachment).filter_by(application_id=key):
        line.note = next(tokens)
    visit = find(SiteInspection).filter_by(application_id=key).one()
    visit.place, visit.inspectors, visit.findings = (next(tokens) for _ in range(3))
    for opinion in find(Opinion).filter_by(application_id=key):
        opinion.text, opinion.unit = next(tokens), next(tokens)
    for conflict in find(Conflict).filter_by(application_id=key):
        conflict.reason, conflict.decision_reason = next(tokens), next(tokens)


def _plant_judging(world: World, key: int, tokens: Iterator[str]) -> None:
    round_ = load_round()
    agenda.schedule_presentation(
        world.people.officer,
        round_,
        key,
        starts_at=clock.now(),
        minutes=20,
        place=next(tokens),
    )
    for item in panels.list_assignments(round_.id, Stage.FINAL):
        if item.application_id == key:
            lines = [LineDraft(c.id, 6137, next(tokens)) for c in round_.criteria]
            sheet = scoring.submit_sheet(COMMAND_LINE, item, lines, note=next(tokens))
            scoring.ask_question(COMMAND_LINE, sheet, kind="outlier", detail=next(tokens))


def crawl(client: FlaskClient, starts: Iterable[str], areas: tuple[str, ...]) -> dict[str, str]:
    """Headers and text of every page that links of these areas lead to."""
    seen: dict[str, str] = {}
    waiting = list(starts)
    while waiting:
        path = waiting.pop()
        if path in seen or len(seen) > 60:
            continue
        answer = client.get(path)
        is_text = "text" in answer.content_type or "json" in answer.content_type
        seen[path] = f"{answer.headers}{answer.get_data(as_text=True) if is_text else ''}"
        found = re.findall(r'href="(/[^"#]*)', seen[path])
        waiting += [link.replace("&amp;", "&") for link in found if link.startswith(areas)]
    return seen


def test_recused_scene_leaves_no_token_with_the_judge(
    app: Flask, scoring_world: World, sign_in: SignIn
) -> None:
    planted = plant(app, scoring_world)
    sees = crawl(sign_in(app, "judge@test.example"), STARTS, ("/judge", "/selection"))
    assert TOKEN in "".join(sees.values())
    client = sign_in(app, "conflicted_judge@test.example")
    pages = crawl(client, STARTS, ("/judge", "/selection", "/notices"))
    key = planted.application
    addresses = [
        f"/judge/scenes/{a}{rest}" for a in planted.assignments for rest in ("", "/sheet.pdf")
    ]
    addresses += [f"/{area}/applications/{key}" for area in ("owner", "supplier")]
    addresses += [f"/bureau/selection/applications/{key}{rest}" for rest in ("", "/inspection")]
    addresses += [f"/bureau/selection/{CODE}/{rest}" for rest in ("ranking", "panel", "agenda")]
    for path in addresses:
        answer = client.get(path)
        assert answer.status_code in {403, 404}, path
        pages[path] = f"{answer.headers}{answer.get_data(as_text=True)}"
    leaks = [path for path, text in pages.items() if f"{TOKEN}-" in text or "61.37" in text]
    assert leaks == []


def test_other_judges_scores_stay_hidden_before_and_after_the_own_one(
    app: Flask, scoring_world: World, sign_in: SignIn
) -> None:
    people = scoring_world.people
    with app.app_context(), write_tx():
        round_ = load_round()
        own = None
        for number, item in enumerate(panels.list_assignments(round_.id, Stage.FINAL)):
            if item.member.expert.user_id == people.judge.user_id:
                own = item.id if own is None else own
                continue
            lines = [LineDraft(c.id, 6137, f"{TOKEN}-{number}") for c in round_.criteria]
            scoring.submit_sheet(COMMAND_LINE, item, lines, note=f"{TOKEN}-总{number}")
        criteria = [item.id for item in round_.criteria]
    client = sign_in(app, "judge@test.example")
    for act in ("look", "submit"):
        if act == "submit":
            data = {f"score-{key}": "80" for key in criteria} | {"act": "submit"}
            assert client.post(f"/judge/scenes/{own}", data=data).status_code == 302
        pages = crawl(client, STARTS, ("/judge", "/selection"))
        assert f"/judge/scenes/{own}" in pages
        leaks = [path for path, text in pages.items() if f"{TOKEN}-" in text or "61.37" in text]
        assert leaks == []


@pytest.mark.parametrize("part", ["owner", "stranger", "firm"])
def test_applicants_never_learn_who_judged(
    app: Flask, scoring_world: World, sign_in: SignIn, part: str
) -> None:
    people = scoring_world.people
    with app.app_context(), write_tx() as session:
        round_ = load_round()
        for number, expert in enumerate(session.query(Expert)):
            expert.name, expert.employer = f"{TOKEN}-名{number}", f"{TOKEN}-单位{number}"
        for number, item in enumerate(panels.list_assignments(round_.id, Stage.FINAL)):
            points = 9000 - 100 * item.application_id
            lines = [LineDraft(c.id, points, f"{TOKEN}-{number}") for c in round_.criteria]
            scoring.submit_sheet(COMMAND_LINE, item, lines, note=f"{TOKEN}-总{number}")
    client = sign_in(app, f"{part}@test.example")
    areas = ("/owner/applications", "/supplier/applications", "/selection", "/notices")
    starts = ("/", *areas, f"/selection/{CODE}", f"/search?q={TOKEN[:4]}")
    for step in ("scored", "published"):
        if step == "published":
            with app.app_context(), write_tx():
                result = results.propose_result(people.officer, load_round())
                results.publish_result(people.approver, load_round(), result)
                assert queries.get_public(load_round()) is result
        pages = crawl(client, starts, areas)
        assert [path for path, text in pages.items() if f"{TOKEN}-" in text] == []
