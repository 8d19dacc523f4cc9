"""Firms of the seeds: what the records say, and what a broken file is refused for."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from matchmaker.catalogue.concepts import ProductClass
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.errors import InvalidInput
from matchmaker.paths import SEEDS
from matchmaker.suppliers.seed_records import SeedEvidence, SupplierRecord, load_suppliers

Change = Callable[[dict[str, Any]], None]


def _supplier(id_: str) -> SupplierRecord:
    return next(s for s in load_suppliers(load_vocabulary()) if s.id == id_)


def test_unitree_keeps_value_evidence_and_source() -> None:
    firm = _supplier("S001")
    assert (firm.short_name, firm.kind, firm.city) == ("宇树科技", ProductClass.WHOLE_ROBOT, "杭州")
    assert (firm.hangzhou_district, firm.founded_year, firm.overseas) == ("binjiang", 2016, False)
    assert firm.evidence_of("district") is SeedEvidence.UNVERIFIED
    assert firm.evidence_of("founded_year") is SeedEvidence.CLAIMED
    assert {m.mode: m.evidence.value for m in firm.modes} == {
        "purchase": "claimed",
        "short-term-rental": "unverified",
        "secondary-development": "claimed",
    }
    robot = firm.products[0]
    figures = {item.attribute: item for item in robot.capabilities}
    assert (robot.id, robot.form, robot.supplier_id) == ("unitree-g1", "bipedal-humanoid", "S001")
    assert figures["speed_mps"].value == Decimal("1.5")
    assert figures["speed_mps"].sources == robot.sources
    assert figures["price_yuan"].value == Decimal("99000.00")
    assert figures["stairs"].value is True
    assert figures["stairs"].evidence is SeedEvidence.UNVERIFIED
    assert figures["stairs"].sources == ()
    assert figures["sensors"].value == ("3D激光雷达", "深度相机")
    assert robot.source_conflict.startswith("速度有1.5米/秒")


def test_firm_outside_hangzhou_has_no_hangzhou_district() -> None:
    assert (_supplier("S012").district, _supplier("S012").hangzhou_district) == ("玉环市", "")


def test_certificates_cover_their_product_or_the_whole_firm() -> None:
    deep = _supplier("S002")
    (rating,) = deep.certificates_of("deep-dr02")
    assert (rating.certificate, rating.attribute) == ("", "ip_rating")
    assert deep.certificates_of("deep-x30") == ()
    lancet = _supplier("S009")
    (registration,) = lancet.certificates_of("lancet-joint")
    assert registration.certificate == "medical-device-class-3"
    assert registration.evidence is SeedEvidence.UNVERIFIED


@pytest.fixture
def minimal() -> dict[str, Any]:
    """The first firm with its first product, as the file has them."""
    seeds = json.loads((SEEDS / "market" / "suppliers.json").read_text(encoding="utf-8"))
    seeds["suppliers"] = seeds["suppliers"][:1]
    seeds["suppliers"][0]["products"] = seeds["suppliers"][0]["products"][:1]
    return seeds


def _load(folder: Path, data: object) -> tuple[SupplierRecord, ...]:
    path = folder / "suppliers.json"
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return load_suppliers(load_vocabulary(), path)


def test_the_minimal_file_loads(tmp_path: Path, minimal: dict[str, Any]) -> None:
    (firm,) = _load(tmp_path, minimal)
    assert [product.id for product in firm.products] == ["unitree-g1"]


def _firm(data: dict[str, Any]) -> dict[str, Any]:
    return data["suppliers"][0]


def _product(data: dict[str, Any]) -> dict[str, Any]:
    return _firm(data)["products"][0]


def _figure(data: dict[str, Any], attribute: str) -> dict[str, Any]:
    return next(c for c in _product(data)["capabilities"] if c["attribute"] == attribute)


CERTIFICATE = {
    "text": "防爆",
    "certificate": "explosion-proof",
    "attribute": None,
    "product": None,
    "evidence": "claimed",
}

FAULTS: list[tuple[Change, tuple[str, ...]]] = [
    (lambda d: _firm(d).update(kind="robots"), ("S001", "kind")),
    (lambda d: _firm(d).update(city="巴黎"), ("S001", "巴黎")),
    (lambda d: _firm(d).update(district="浦东新区"), ("S001", "浦东新区")),
    (lambda d: _firm(d).update(founded_year=0), ("S001", "founded_year")),
    (lambda d: _firm(d).update(founded_year="2016"), ("S001", "founded_year")),
    (lambda d: _firm(d).update(overseas="no"), ("S001", "overseas")),
    (lambda d: _firm(d).update(fields_not_seen=["motto"]), ("S001", "motto")),
    (lambda d: _firm(d).update(motto="x"), ("S001", "motto")),
    (lambda d: _firm(d).pop("sources"), ("S001", "sources", "缺失")),
    (lambda d: _firm(d).update(sources=[]), ("S001/purchase", "没有任何来源")),
    (lambda d: _firm(d).update(legal_name=" "), ("S001", "legal_name")),
    (lambda d: _firm(d).update(products={}), ("S001", "products")),
    (lambda d: _firm(d).update(products=["G1"]), ("S001/G1", "键值对")),
    (lambda d: _firm(d)["cooperation_modes"][0].update(mode="gift"), ("S001/gift", "合作方式")),
    (lambda d: _firm(d)["cooperation_modes"][0].update(evidence="rumour"), ("rumour",)),
    (lambda d: _firm(d).update(certificates=[CERTIFICATE | {"product": "g9"}]), ("S001", "g9")),
    (
        lambda d: _firm(d).update(certificates=[CERTIFICATE | {"certificate": "gold"}]),
        ("S001/防爆", "gold"),
    ),
    (
        lambda d: _firm(d).update(certificates=[CERTIFICATE | {"certificate": None}]),
        ("S001/防爆", "须有其一"),
    ),
    (lambda d: _product(d).update(form="centaur"), ("S001/unitree-g1", "产品形态", "centaur")),
    (lambda d: _product(d).update(tasks=["种水稻"]), ("unitree-g1", "任务", "种水稻")),
    (lambda d: _product(d).update(tasks=["表演", "表演"]), ("unitree-g1", "重复")),
    (lambda d: _product(d).update(sectors=["farming"]), ("unitree-g1", "领域", "farming")),
    (lambda d: _product(d).update(sources=[]), ("height_mm", "没有来源")),
    (lambda d: _figure(d, "mass_kg").update(attribute="charm"), ("unitree-g1/charm",)),
    (lambda d: _figure(d, "stairs").update(attribute="outdoor"), ("outdoor", "不能填报")),
    (lambda d: _figure(d, "mass_kg").update(attribute="height_mm"), ("height_mm", "重复")),
    (lambda d: _figure(d, "mass_kg").update(value=True), ("mass_kg", "数字")),
    (lambda d: _figure(d, "mass_kg").update(value="35"), ("mass_kg", "数字")),
    (lambda d: _figure(d, "stairs").update(value=1), ("stairs", "true 或 false")),
    (lambda d: _figure(d, "autonomy_level").update(value="L6"), ("autonomy_level", "L5")),
    (lambda d: _figure(d, "price_yuan").update(value="99000"), ("price_yuan", "两位小数")),
    (lambda d: _figure(d, "price_yuan").update(value=99000), ("price_yuan", "两位小数")),
    (lambda d: _figure(d, "sensors").update(value=[]), ("sensors", "列表")),
    (lambda d: _figure(d, "sensors").update(value=["", "x"]), ("sensors", "列表")),
    (lambda d: _figure(d, "navigation").update(value=""), ("navigation", "文字")),
    (lambda d: d.update(suppliers=d["suppliers"] * 2), ("suppliers", "重复", "S001")),
    (lambda d: _firm(d).update(products=_firm(d)["products"] * 2), ("products", "unitree-g1")),
    (lambda d: d.update(edition=2), ("edition",)),
]


@pytest.mark.parametrize(("change", "named"), FAULTS)
def test_faults_are_refused_with_record_and_key(
    tmp_path: Path, minimal: dict[str, Any], change: Change, named: tuple[str, ...]
) -> None:
    change(minimal)
    with pytest.raises(InvalidInput) as refusal:
        _load(tmp_path, minimal)
    assert refusal.value.fields["file"] == "suppliers.json"
    for part in named:
        assert part in refusal.value.text


@pytest.mark.parametrize("text", ["{", '{"note": "a", "note": "b"}', '{"note": NaN}', "[" * 9999])
def test_broken_json_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "suppliers.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"suppliers\.json"):
        load_suppliers(load_vocabulary(), path)


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="无法打开"):
        load_suppliers(load_vocabulary(), tmp_path / "suppliers.json")
