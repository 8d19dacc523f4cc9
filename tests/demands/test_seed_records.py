"""Demands of the seeds and of a file: what the records say, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.demands.scene_file import Scene, read_scenes
from matchmaker.demands.seed_records import (
    DemandRecord,
    RequirementRecord,
    load_demands,
    requirement_of,
)
from matchmaker.errors import InvalidInput
from matchmaker.paths import SEEDS

Change = Callable[[dict[str, Any]], None]


def _demand(code: str) -> DemandRecord:
    return next(d for d in load_demands(load_vocabulary()) if d.code == code)


def test_d019_keeps_requirements_budget_and_what_is_not_needed() -> None:
    demand = _demand("D019")
    assert (demand.district, demand.sector) == ("shangcheng", "municipal-inspection")
    assert demand.owner_kind == "metro-operator"
    assert demand.task_words == ("巡检", "测温", "读表", "局放检测")
    assert demand.tasks[0] == "inspection-round"
    assert demand.requirements == (
        RequirementRecord("endurance_h", ">=", 4, False, "endurance_h_min"),
        RequirementRecord("autonomy_level", ">=", "L4", False, "autonomy_min"),
    )
    assert demand.not_needed == ("manipulation_required",)
    assert demand.budget_low_fen <= demand.budget_high_fen
    assert demand.budget_high_fen % 100 == 0
    assert "编写值" in demand.facts_note


def test_an_amount_is_whole_fen() -> None:
    demand = _demand("D001")
    assert (demand.budget_low_fen, demand.budget_high_fen) == (180_000_000, 300_000_000)
    assert demand.deadline == date(2027, 6, 30)
    assert demand.modes == ("purchase", "raas")


def test_certificates_are_asked_for_by_id() -> None:
    asked = [r for d in load_demands(load_vocabulary()) for r in d.requirements]
    certificates = [r for r in asked if r.attribute == "certificates"]
    assert {r.value for r in certificates} == {("medical-device",)}
    assert all(r.hard and r.operator == ">=" for r in certificates)
    assert len(certificates) == 4


def test_requirement_of_takes_default_operator_and_hardness() -> None:
    vocabulary = load_vocabulary()
    assert requirement_of(vocabulary, "temp_min_c", -20) == RequirementRecord(
        "temp_min_c", "<=", -20, True, "temp_min_c"
    )
    assert requirement_of(vocabulary, "payload_kg_min", 1.5) == RequirementRecord(
        "payload_kg", ">=", Decimal("1.5"), True, "payload_kg_min"
    )
    assert requirement_of(vocabulary, "outdoor", False) is None


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("payload_kg", 3),
        ("mass_kg", 3),
        ("charm", 3),
        ("payload_kg_min", "3"),
        ("payload_kg_min", False),
        ("payload_kg_min", float("nan")),
        ("payload_kg_min", float("inf")),
        ("stairs", "yes"),
        ("ip_min", "IP7"),
        ("ip_min", "IP70"),
        ("autonomy_min", "L9"),
        ("certificates", "NMPA"),
        ("certificates", ["驾驶证"]),
    ],
)
def test_requirement_of_refuses_unknown_keys_and_values(key: str, value: object) -> None:
    with pytest.raises(InvalidInput):
        requirement_of(load_vocabulary(), key, value)


@pytest.fixture
def minimal() -> dict[str, Any]:
    """The first demand as the file has it."""
    seeds = json.loads((SEEDS / "market" / "demands.json").read_text(encoding="utf-8"))
    seeds["demands"] = seeds["demands"][:1]
    return seeds


def _load(folder: Path, data: object) -> tuple[DemandRecord, ...]:
    path = folder / "demands.json"
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return load_demands(load_vocabulary(), path)


def _first(data: dict[str, Any]) -> dict[str, Any]:
    return data["demands"][0]


def test_the_owner_of_a_seed_may_turn_hard_into_wish(
    tmp_path: Path, minimal: dict[str, Any]
) -> None:
    _first(minimal)["requirements"][0]["hard"] = False
    (demand,) = _load(tmp_path, minimal)
    assert not demand.requirements[0].hard


FAULTS: list[tuple[Change, tuple[str, ...]]] = [
    (lambda d: _first(d).update(district="浦东新区"), ("D001", "浦东新区")),
    (lambda d: _first(d).update(sector="farming"), ("D001", "领域", "farming")),
    (lambda d: _first(d).update(owner_kind="farm"), ("D001", "farm")),
    (lambda d: _first(d).update(tasks=["种水稻"]), ("D001", "种水稻")),
    (lambda d: _first(d).update(cooperation_modes=["gift"]), ("D001", "gift")),
    (lambda d: _first(d).update(quantity=0), ("D001", "quantity")),
    (lambda d: _first(d).update(quantity=True), ("D001", "quantity")),
    (lambda d: _first(d).update(deadline="2027-02-29"), ("D001", "deadline")),
    (lambda d: _first(d).update(budget_yuan=["2.00", "1.00"]), ("D001", "高于")),
    (lambda d: _first(d).update(budget_yuan=["1.00"]), ("D001", "budget_yuan")),
    (lambda d: _first(d).update(budget_yuan=["1", "2.00"]), ("D001", "budget_yuan")),
    (lambda d: _first(d).update(budget_yuan=["-1.00", "2.00"]), ("D001", "budget_yuan")),
    (lambda d: _first(d).update(budget_yuan=[1, 2]), ("D001", "budget_yuan")),
    (lambda d: _first(d).update(not_needed=["charm"]), ("D001", "charm")),
    (lambda d: _first(d).update(colour="red"), ("D001", "colour")),
    (lambda d: _first(d).pop("pain_point"), ("D001", "pain_point")),
    (
        lambda d: _first(d)["requirements"][0].update(operator="<="),
        ("D001/payload_kg_min", "不一致"),
    ),
    (
        lambda d: _first(d)["requirements"][0].update(value="12"),
        ("D001/payload_kg_min", "数字"),
    ),
    (
        lambda d: _first(d)["requirements"][3].update(value=False),
        ("D001/manipulation_required", "不一致"),
    ),
    (
        lambda d: _first(d)["requirements"].append(_first(d)["requirements"][0]),
        ("D001", "出现两次"),
    ),
    (lambda d: d.update(demands=d["demands"] * 2), ("重复", "D001")),
]


@pytest.mark.parametrize(("change", "named"), FAULTS)
def test_faults_are_refused_with_record_and_key(
    tmp_path: Path, minimal: dict[str, Any], change: Change, named: tuple[str, ...]
) -> None:
    change(minimal)
    with pytest.raises(InvalidInput) as refusal:
        _load(tmp_path, minimal)
    for part in ("demands.json", *named):
        assert part in refusal.value.text


def _scenes(folder: Path, data: object) -> tuple[Scene, ...]:
    path = folder / "scenes.json"
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return read_scenes(path, load_vocabulary())


SCENE = {
    "demand_id": "X1",
    "title": "地铁变电所夜间巡检",
    "district": "上城区",
    "sector": "市政巡检",
    "tasks": ["巡检", "数螺丝"],
    "pain_point": "",
    "description": "夜间无人值守。",
    "requirements": {"payload_kg_min": 12, "human_interaction": False, "ip_min": "IP54"},
    "quantity": 2,
    "budget_yuan": [1800000, 3000000.5],
    "cooperation_modes": ["采购", "RaaS", "合作研发"],
    "deadline": "2028-02-29",
}


def test_a_scene_of_a_file_becomes_ids_and_fen(tmp_path: Path) -> None:
    (scene,) = _scenes(tmp_path, [SCENE])
    assert scene == Scene(
        code="X1",
        title="地铁变电所夜间巡检",
        district="shangcheng",
        sector="municipal-inspection",
        task_words=("巡检", "数螺丝"),
        tasks=("inspection-round",),
        pain_point="",
        description="夜间无人值守。",
        requirements=(
            RequirementRecord("payload_kg", ">=", 12, True, "payload_kg_min"),
            RequirementRecord("ip_rating", ">=", "IP54", True, "ip_min"),
        ),
        not_needed=("human_interaction",),
        quantity=2,
        budget_fen=(180_000_000, 300_000_050),
        modes=("purchase", "raas", "joint-rnd"),
        deadline=date(2028, 2, 29),
    )


def test_a_scene_may_hold_a_text_only(tmp_path: Path) -> None:
    (scene,) = _scenes(tmp_path, [{"demand_id": "X2", "description": "想要机器狗看厂区"}])
    assert (scene.code, scene.sector, scene.requirements) == ("X2", "", ())
    assert (scene.budget_fen, scene.deadline, scene.quantity) == (None, None, None)


def test_an_empty_list_holds_no_scene(tmp_path: Path) -> None:
    assert _scenes(tmp_path, []) == ()


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"demand_id": None}, ("demand_id",)),
        ({"title": None, "description": ""}, ("X1", "title", "description")),
        ({"requirments": {}}, ("X1", "requirments")),
        ({"requirements": {"charm": 1}}, ("X1", "requirements.charm")),
        ({"requirements": {"payload_kg_min": "x"}}, ("X1", "requirements.payload_kg_min")),
        ({"requirements": []}, ("X1", "requirements")),
        ({"sector": "农业"}, ("X1", "农业")),
        ({"district": "浦东新区"}, ("X1", "浦东新区")),
        ({"cooperation_modes": ["赠送"]}, ("X1", "赠送")),
        ({"tasks": "巡检"}, ("X1", "tasks")),
        ({"budget_yuan": 5}, ("X1", "budget_yuan")),
        ({"budget_yuan": [1, True]}, ("X1", "budget_yuan")),
        ({"budget_yuan": [0.001, 5]}, ("X1", "两位小数")),
        ({"budget_yuan": [-1, 5]}, ("X1", "不小于 0")),
        ({"budget_yuan": [6, 5]}, ("X1", "高于")),
        ({"quantity": 1.5}, ("X1", "quantity")),
        ({"deadline": "2027-02-29"}, ("X1", "deadline")),
    ],
)
def test_a_malformed_scene_is_refused_with_record_and_key(
    tmp_path: Path, changes: dict[str, Any], named: tuple[str, ...]
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        _scenes(tmp_path, [SCENE | changes])
    for part in ("scenes.json", *named):
        assert part in refusal.value.text


def test_a_scene_named_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="重复出现"):
        _scenes(tmp_path, [SCENE, SCENE])


@pytest.mark.parametrize("data", [{"demand_id": "X1"}, "X1", [["X1"]], 3])
def test_a_file_of_another_shape_is_refused(tmp_path: Path, data: object) -> None:
    with pytest.raises(InvalidInput, match=r"scenes\.json"):
        _scenes(tmp_path, data)
