from __future__ import annotations

from typing import Any

import pytest
import yaml

from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.matching.taxonomy import AFFINITY_FILE, load_taxonomy, read_taxonomy
from tests.matching.seed_market import seeded_demands, seeded_products


def raw() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(AFFINITY_FILE.read_text(encoding="utf-8"))
    return data


def test_every_form_of_the_catalogue_that_is_sold_has_a_trade() -> None:
    known = {form for f in load_taxonomy().families.values() for form in f.forms}

    assert {product.form for product in seeded_products()} <= known


def test_forms_sectors_and_modes_are_words_of_the_catalogue() -> None:
    vocabulary, taxonomy = load_vocabulary(), load_taxonomy()
    for family in taxonomy.families.values():
        for form in family.forms:
            assert vocabulary.forms.find(form) is not None, form
    for form in (*taxonomy.mobility, *taxonomy.grips, *taxonomy.grips_not, *taxonomy.form_words):
        assert vocabulary.forms.find(form) is not None, form
    for pair in taxonomy.sector_near:
        assert all(vocabulary.sectors.find(sector) is not None for sector in pair), pair


def test_nearly_every_task_of_the_market_is_placed() -> None:
    taxonomy = load_taxonomy()
    wanted = {task for demand in seeded_demands().values() for task in demand.tasks}
    unplaced = {task for task in wanted if taxonomy.place(task) is None}

    assert unplaced <= {"零部件采购"}


def test_synonyms_and_nearness() -> None:
    taxonomy = load_taxonomy()

    assert "点检" in taxonomy.synonyms("巡检")
    assert "巡检" not in taxonomy.synonyms("巡检")
    assert taxonomy.synonyms("没有这个词") == ()
    assert taxonomy.nearness("patrol", "patrol") == 1.0
    assert taxonomy.nearness("patrol", "inspection") == taxonomy.nearness("inspection", "patrol")
    assert taxonomy.nearness("surgery", "cleaning") == 0.0
    assert taxonomy.sector_nearness("物流", "物流") == 1.0
    assert taxonomy.mode_nearness("采购", "没有这个词") == 0.0


def test_longest_word_wins_in_a_text() -> None:
    found = load_taxonomy().find_tasks("周转箱搬运，再做巡检和巡检")

    assert found == [("handling", "料箱转运"), ("inspection", "巡检")]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d["families"]["patrol"]["near"].update(nowhere=0.5), "unknown families"),
        (lambda d: d["families"]["patrol"]["forms"].update({"四足": 1.5}), "outside 0..1"),
        (lambda d: d["families"]["patrol"]["tasks"].append(["巡检"]), "stands in"),
    ],
)
def test_contradictions_in_the_file_are_refused(change: Any, message: str) -> None:
    data = raw()
    change(data)
    with pytest.raises(ValueError, match=message):
        read_taxonomy(data)
