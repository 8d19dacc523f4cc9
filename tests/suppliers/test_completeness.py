"""The meter: what is missing, and what its lack costs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.suppliers.capability_profile import CapabilityFact, ModeFact, ProductProfile
from matchmaker.suppliers.completeness import (
    Asked,
    Completeness,
    Lack,
    compute_completeness,
    list_relevant_attributes,
)
from matchmaker.suppliers.rules import Evidence

TODAY = date(2026, 11, 20)
FULL = ProductProfile(
    id="x-1",
    row_id=1,
    supplier_id="S001",
    supplier_row_id=1,
    supplier_name="甲",
    supplier_legal_name="甲公司",
    kind="whole_robot",
    model="一号",
    form="quadruped",
    sectors=("municipal-inspection",),
    tasks=("inspection-round",),
    task_words=(),
    description="说" * 60,
    city=None,
    district=None,
    modes=(ModeFact("purchase", Evidence.CLAIMED, 100),),
    capabilities=(),
    certificates=(),
    is_overseas=False,
    is_demo=False,
)


def fact(
    attribute: str, evidence: Evidence = Evidence.CLAIMED, until: date | None = None
) -> CapabilityFact:
    return CapabilityFact(attribute, 1, evidence, (), until)


def measure(profile: ProductProfile, asked: dict[str, Asked]) -> Completeness:
    return compute_completeness(
        profile, asked, relevant=set(asked), vocabulary=load_vocabulary(), today=TODAY
    )


def test_a_profile_that_answers_everything_is_complete() -> None:
    profile = replace(FULL, capabilities=(fact("payload_kg"),))
    result = measure(profile, {"payload_kg": Asked(hard=3)})
    assert (result.percent, result.missing) == (100, ())


def test_without_demands_only_the_parts_count() -> None:
    assert measure(FULL, {}).percent == 100
    bare = replace(FULL, description="", sectors=(), tasks=(), modes=())
    result = measure(bare, {})
    assert result.percent == 0
    assert [item.lack for item in result.missing] == [Lack.MISSING] * 5


def test_the_dearest_lack_comes_first_and_weighs_most() -> None:
    asked = {"payload_kg": Asked(hard=10), "speed_mps": Asked(wish=10), "stairs": Asked(wish=40)}
    result = measure(FULL, asked)
    assert [item.attribute for item in result.missing] == ["stairs", "payload_kg", "speed_mps"]
    with_stairs = measure(replace(FULL, capabilities=(fact("stairs"),)), asked)
    with_speed = measure(replace(FULL, capabilities=(fact("speed_mps"),)), asked)
    assert result.percent < with_speed.percent < with_stairs.percent < 100


@pytest.mark.parametrize(
    ("capability", "lack"),
    [
        (fact("payload_kg", Evidence.UNVERIFIED), Lack.UNVERIFIED),
        (fact("ex_proof", Evidence.CLAIMED), Lack.PROOF),
        (fact("ex_proof", Evidence.VERIFIED, date(2026, 11, 19)), Lack.EXPIRED),
        (fact("ex_proof", Evidence.VERIFIED, TODAY), None),
        (fact("ex_proof", Evidence.DOCUMENTED), None),
        (fact("payload_kg", Evidence.CLAIMED), None),
    ],
)
def test_lacks_are_named(capability: CapabilityFact, lack: Lack | None) -> None:
    profile = replace(FULL, capabilities=(capability,))
    result = measure(profile, {capability.attribute: Asked(hard=1)})
    assert [item.lack for item in result.missing] == ([] if lack is None else [lack])


def test_attributes_that_make_no_sense_for_a_form_do_not_count() -> None:
    vocabulary = load_vocabulary()
    of_reducer = list_relevant_attributes(vocabulary.form("speed-reducer"), vocabulary)
    of_dog = list_relevant_attributes(vocabulary.form("quadruped"), vocabulary)
    assert "payload_kg" not in of_reducer
    assert {"payload_kg", "ip_rating", "endurance_h"} <= of_dog
    assert not any(vocabulary.attribute(name).derived for name in of_dog)
