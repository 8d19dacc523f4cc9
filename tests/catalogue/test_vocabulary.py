"""The catalogue: what it finds, and what it refuses with file and entry named."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from matchmaker.catalogue.concepts import AttributeKind, FormTells, ProductClass
from matchmaker.catalogue.vocabulary import Vocabulary, load_vocabulary
from matchmaker.errors import InvalidInput
from matchmaker.paths import SEEDS


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(SEEDS / "catalogue", tmp_path / "catalogue")


def _edit(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    "word",
    [
        "manufacturing",
        "工业制造",
        "智能制造",
        "industrial manufacturing",
        " Manufacturing ",
        "工厂",
    ],
)
def test_sector_by_id_label_english_or_alias(vocabulary: Vocabulary, word: str) -> None:
    assert vocabulary.sector(word).id == "manufacturing"


def test_every_kind_has_a_lookup(vocabulary: Vocabulary) -> None:
    assert vocabulary.task("拣选").id == "sorting"
    assert vocabulary.form("机器狗").id == "quadruped"
    assert vocabulary.component("谐波减速器").id == "speed-reducer"
    assert vocabulary.environment("冷库").zh == "低温"
    assert vocabulary.attribute("payload_kg_min").id == "payload_kg"
    assert vocabulary.certificate("NMPA").id == "medical-device"
    assert vocabulary.mode("机器人即服务").id == "raas"
    assert vocabulary.owner_kind("三甲医院").id == "hospital"
    assert vocabulary.department("市文广旅游局").zh == "市文化广电旅游局"
    assert vocabulary.district("西湖区").id == "xihu"
    assert vocabulary.level("L4级").rank == 4


def test_full_width_and_case_make_no_difference(vocabulary: Vocabulary) -> None:
    assert vocabulary.form("ａｍｒ") is vocabulary.form("AMR")


def test_unknown_word_is_refused_with_kind_and_word(vocabulary: Vocabulary) -> None:
    with pytest.raises(InvalidInput) as refusal:
        vocabulary.task("种水稻")
    assert refusal.value.code == "unknown_word"
    assert "任务" in refusal.value.text
    assert "种水稻" in refusal.value.text
    assert vocabulary.tasks.find("种水稻") is None


def test_membership_is_by_id_only(vocabulary: Vocabulary) -> None:
    assert "quadruped" in vocabulary.forms
    assert "四足" not in vocabulary.forms


def test_synonyms_cover_all_kinds_and_leave_out_the_term(vocabulary: Vocabulary) -> None:
    words = vocabulary.synonyms_of("机器狗")
    assert set(words) == {"四足", "机械狗", "四足机器人", "铁狗", "robot dog"}
    inspection = vocabulary.synonyms_of("巡检")
    assert {"点检", "市政巡检"} <= set(inspection)
    assert "巡检" not in inspection
    assert vocabulary.synonyms_of("quadruped")[0] == "四足"
    assert vocabulary.synonyms_of("种水稻") == ()


def test_lineage_goes_from_the_entry_to_the_broadest(vocabulary: Vocabulary) -> None:
    assert [task.zh for task in vocabulary.tasks.lineage("料箱搬运")] == ["料箱转运", "搬运"]
    forms = [form.id for form in vocabulary.forms.lineage("四足")]
    assert forms == ["quadruped", "bionic-robot", "embodied-robot"]
    certificates = [c.id for c in vocabulary.certificates.lineage("NMPA三类")]
    assert certificates == ["medical-device-class-3", "medical-device"]


def test_lead_departments_follow_the_order_of_the_plan(vocabulary: Vocabulary) -> None:
    leads = {
        sector.zh: [department.zh for department in vocabulary.lead_departments(sector.id)]
        for sector in vocabulary.sectors
    }
    assert leads == {
        "工业制造": ["市经信局"],
        "市政巡检": ["市交通运输局"],
        "医疗康养": ["市卫生健康委员会", "市民政局"],
        "文旅服务": ["市文化广电旅游局"],
        "应急作业": ["市应急管理局"],
        "安保巡逻": ["市公安局"],
        "城市管理": ["市综合执法局（市城管局）"],
        "教育科研": ["市教育局"],
        "生活服务": ["市商务局"],
        "物流": ["市经信局"],
    }


def test_only_logistics_is_inferred_and_only_municipal_inspection_configurable(
    vocabulary: Vocabulary,
) -> None:
    assert [s.id for s in vocabulary.sectors if s.inferred] == ["logistics"]
    assert [s.id for s in vocabulary.sectors if s.lead_configurable] == ["municipal-inspection"]
    assert vocabulary.sector("市政巡检").alternatives == ("construction", "urban-management")
    assert "推断" in vocabulary.sector("物流").note


#: key of the demand: (attribute, operator, hard, kind), as the data's own table says.
COMPARISONS = {
    "payload_kg_min": ("payload_kg", ">=", True, AttributeKind.MINIMUM),
    "ip_min": ("ip_rating", ">=", True, AttributeKind.IP_RATING),
    "temp_min_c": ("temp_min_c", "<=", True, AttributeKind.MAXIMUM),
    "temp_max_c": ("temp_max_c", ">=", True, AttributeKind.MINIMUM),
    "stairs": ("stairs", "=", True, AttributeKind.YES_NO),
    "ex_proof": ("ex_proof", "=", True, AttributeKind.YES_NO),
    "certificates": ("certificates", ">=", True, AttributeKind.SET),
    "manipulation_required": ("manipulation_required", "=", True, AttributeKind.YES_NO),
    "endurance_h_min": ("endurance_h", ">=", False, AttributeKind.MINIMUM),
    "speed_mps_min": ("speed_mps", ">=", False, AttributeKind.MINIMUM),
    "slope_deg_min": ("slope_deg", ">=", False, AttributeKind.MINIMUM),
    "dof_hand_min": ("dof_hand", ">=", False, AttributeKind.MINIMUM),
    "dof_total_min": ("dof_total", ">=", False, AttributeKind.MINIMUM),
    "autonomy_min": ("autonomy_level", ">=", False, AttributeKind.ORDINAL),
    "human_interaction": ("human_interaction", "=", False, AttributeKind.YES_NO),
    "outdoor": ("outdoor", "=", False, AttributeKind.YES_NO),
    "force_control": ("force_control", "=", False, AttributeKind.YES_NO),
}


def test_demand_keys_compare_as_the_table_says(vocabulary: Vocabulary) -> None:
    found = {
        a.demand_key: (a.id, a.operator, a.default_hard, a.kind)
        for a in vocabulary.attributes
        if a.demand_key
    }
    assert found == COMPARISONS


def test_proof_derivation_and_alternative_of_attributes(vocabulary: Vocabulary) -> None:
    attributes = vocabulary.attributes
    assert {a.id for a in attributes if a.proof_required} == {"ex_proof", "certificates"}
    assert {a.id for a in attributes if a.derived} == {
        "manipulation_required",
        "human_interaction",
        "outdoor",
        "force_control",
    }
    assert {a.id: a.alternative for a in attributes if a.alternative} == {
        "payload_kg": "payload_arm_kg"
    }
    assert vocabulary.attribute("autonomy_level").choices == ("L1", "L2", "L3", "L4", "L5")
    assert vocabulary.attribute("price_yuan").comparison is AttributeKind.MAXIMUM
    assert vocabulary.attribute("navigation").comparison is None
    assert vocabulary.attribute("mass_kg").comparison is AttributeKind.MAXIMUM


def test_comparison_kinds_are_those_of_the_matcher(vocabulary: Vocabulary) -> None:
    from matchmaker.matching.constraints import Kind, Operator

    for attribute in vocabulary.attributes:
        Operator(attribute.operator)
        if attribute.comparison is not None:
            Kind(attribute.comparison)


def test_forms_say_what_they_are(vocabulary: Vocabulary) -> None:
    assert vocabulary.form("灵巧手").form_class is ProductClass.COMPONENT
    assert vocabulary.form("灵巧手").component == "dexterous-hand"
    assert vocabulary.form("人形双足").humanoid
    assert vocabulary.form("四足").embodied
    assert not vocabulary.form("四足").humanoid
    assert vocabulary.form("AMR").manipulation is FormTells.NO
    assert vocabulary.form("移动操作").manipulation is FormTells.YES
    assert vocabulary.form("人形双足").manipulation is FormTells.UNSAID


def test_every_attribute_tells_what_to_enter(vocabulary: Vocabulary) -> None:
    assert [a.id for a in vocabulary.attributes if not a.help.endswith("。")] == []


def test_values_cannot_be_changed(vocabulary: Vocabulary) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        vocabulary.sector("物流").zh = "快递"  # type: ignore[misc]


def test_load_is_quick_and_only_once(folder: Path) -> None:
    start = time.process_time()
    first = load_vocabulary(folder)
    assert time.process_time() - start < 1.0  # about 0.1; the limit only catches a slow parser
    assert load_vocabulary(folder) is first


def test_catalogue_and_records_need_neither_flask_nor_sqlalchemy() -> None:
    code = (
        "import sys, matchmaker.demands.scene_file, matchmaker.suppliers.seed_records;"
        "sys.exit(any(name in sys.modules for name in ('flask', 'sqlalchemy')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("file", "old", "new", "named"),
    [
        ("sectors.yaml", "lead: [transport]", "lead: [tram]", ("municipal-inspection", "tram")),
        ("sectors.yaml", "    plan_name: 智能制造\n", "", ("manufacturing", "plan_name")),
        ("tasks.yaml", "    family: handling\n", "    famly: handling\n", ("carrying", "famly")),
        ("tasks.yaml", "family: handling", "family: hauling", ("carrying", "hauling")),
        ("tasks.yaml", "zh: 巡逻\n", "zh: 巡检\n", ("patrol", "巡检")),
        ("tasks.yaml", "zh: 巡逻\n", "zh: yes\n", ("patrol.zh", "str")),
        ("tasks.yaml", "zh: 巡逻\n", 'zh: ""\n', ("patrol.zh", "str")),
        ("tasks.yaml", "id: patrol", "id: inspection-round", ("inspection-round",)),
        ("tasks.yaml", "synonyms: [巡防,", "synonyms: [巡防, 巡防,", ("patrol.synonyms", "重复")),
        ("tasks.yaml", "synonyms: [巡防,", "synonyms: [3,", ("patrol.synonyms", "列表")),
        ("tasks.yaml", "sources: [M66,", "sources: [M67,", ("inspection-round", "M67")),
        ("forms.yaml", "form_class: component", "form_class: part", ("form_class", "part")),
        ("forms.yaml", "humanoid: true", 'humanoid: "true"', ("humanoid", "bool")),
        ("levels.yaml", "rank: 2", "rank: true", ("L2.rank", "int")),
        ("modes.yaml", "price_unit: per_day", "price_unit: per_week", ("short-term", "per_week")),
        ("modes.yaml", "zh: 采购\n", "zh: 采购\n    zh: 采购\n", ("duplicate key",)),
        ("districts.yaml", "districts:", "counties:", ("districts",)),
        ("districts.yaml", "districts:", "districts: [", ("YAML",)),
        (
            "certificates.yaml",
            "id: medical-device\n",
            "id: medical-device\n    broader: medical-device-class-2\n",
            ("循环",),
        ),
        ("words.txt", "tote handling\n", "tote handling\ntote handling\n", ("不重复",)),
        ("words.txt", "tote handling\n", "\n", ("不重复",)),
    ],
)
def test_faults_are_refused_with_file_and_entry(
    folder: Path, file: str, old: str, new: str, named: tuple[str, ...]
) -> None:
    _edit(folder, file, old, new)
    with pytest.raises(InvalidInput) as refusal:
        load_vocabulary(folder)
    assert refusal.value.code == "file_invalid"
    assert refusal.value.fields["file"] == file
    for part in named:
        assert part in refusal.value.text


@pytest.mark.parametrize("file", ["tasks.yaml", "words.txt"])
def test_missing_file_is_refused(folder: Path, file: str) -> None:
    (folder / file).unlink()
    with pytest.raises(InvalidInput) as refusal:
        load_vocabulary(folder)
    assert refusal.value.fields["file"] == file


def test_entry_that_is_no_mapping_is_refused(folder: Path) -> None:
    (folder / "cities.yaml").write_text("cities: [杭州]\n", encoding="utf-8")
    with pytest.raises(InvalidInput, match="杭州"):
        load_vocabulary(folder)


def test_list_that_is_no_list_is_refused(folder: Path) -> None:
    (folder / "cities.yaml").write_text("cities: 杭州\n", encoding="utf-8")
    with pytest.raises(InvalidInput, match="须为列表"):
        load_vocabulary(folder)
