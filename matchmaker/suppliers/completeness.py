"""How complete a product's profile is, and which missing facts cost matches. Pure.

What demands ask for comes in as counts by attribute, so that the meter speaks of the present
market and not of a fixed list.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from matchmaker.catalogue.concepts import Form, FormTells, ProductClass
from matchmaker.catalogue.vocabulary import Vocabulary
from matchmaker.suppliers.capability_profile import ProductProfile
from matchmaker.suppliers.rules import Evidence

#: A description shorter than this says too little to be matched on.
DESCRIPTION_WANTED = 60


class Lack(StrEnum):
    """What is wrong with a fact."""

    MISSING = "missing"
    UNVERIFIED = "unverified"
    PROOF = "proof"
    EXPIRED = "expired"


LACK_LABELS = {
    Lack.MISSING: "未填写",
    Lack.UNVERIFIED: "待确认",
    Lack.PROOF: "缺证明材料",
    Lack.EXPIRED: "证明已过期",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """How many published demands ask for an attribute: as a condition, as a wish."""

    hard: int = 0
    wish: int = 0

    @property
    def weight(self) -> int:
        """A condition that stays unknown costs more than a wish."""
        return 3 * self.hard + self.wish


@dataclass(frozen=True, slots=True)
class MissingFact:
    """A fact that would let more demands match; ``attribute`` is empty for a part."""

    attribute: str
    label: str
    lack: Lack
    asked: Asked


@dataclass(frozen=True, slots=True)
class Completeness:
    """``percent`` 0–100, weighted by what demands ask for; the dearest lack comes first."""

    percent: int
    missing: tuple[MissingFact, ...]


#: Figures that only a robot that handles things has.
_OF_ARMS = frozenset({"payload_arm_kg", "dof_hand"})
#: What may be asked of a part, a piece of software or a service.
_OF_PARTS = frozenset({"ip_rating", "temp_min_c", "temp_max_c", "ex_proof", "certificates"})
_ROBOTS = frozenset({ProductClass.WHOLE_ROBOT, ProductClass.RENTAL})


def list_relevant_attributes(form: Form, vocabulary: Vocabulary) -> frozenset[str]:
    """The attributes that demands may ask of a product of this form."""
    askable = frozenset(a.id for a in vocabulary.attributes if a.demand_key and not a.derived)
    if form.form_class not in _ROBOTS:
        return askable & _OF_PARTS
    return askable - _OF_ARMS if form.manipulation is FormTells.NO else askable


def compute_completeness(
    profile: ProductProfile,
    asked: Mapping[str, Asked],
    *,
    relevant: Collection[str],
    vocabulary: Vocabulary,
    today: date,
) -> Completeness:
    """The meter of one product.

    ``relevant`` are the attributes that make sense for the product's form; of those only the ones
    in ``asked`` count, beside the five parts that every profile needs.
    """
    weights: list[tuple[float, float]] = []
    missing: list[MissingFact] = []
    for label, is_given in _parts(profile):
        weights.append((3.0, 3.0 if is_given else 0.0))
        if not is_given:
            missing.append(MissingFact("", label, Lack.MISSING, Asked()))
    total = sum(asked[name].weight for name in relevant if name in asked) or 1
    for name in sorted(relevant):
        need = asked.get(name)
        if need is None or need.weight == 0:
            continue
        attribute = vocabulary.attribute(name)
        share = 15.0 * need.weight / total
        lack = _find_lack(profile, name, proof_required=attribute.proof_required, today=today)
        weights.append((share, share if lack is None else 0.0))
        if lack is not None:
            missing.append(MissingFact(name, attribute.zh, lack, need))
    whole = sum(weight for weight, _ in weights)
    held = sum(points for _, points in weights)
    missing.sort(key=lambda fact: (fact.attribute != "", -fact.asked.weight, fact.attribute))
    return Completeness(percent=int(100 * held / whole), missing=tuple(missing))


def _parts(profile: ProductProfile) -> tuple[tuple[str, bool], ...]:
    return (
        (
            f"产品说明（不少于 {DESCRIPTION_WANTED} 字）",
            len(profile.description) >= DESCRIPTION_WANTED,
        ),
        ("适用行业", bool(profile.sectors)),
        ("能承担的任务", bool(profile.tasks)),
        ("合作方式", bool(profile.modes)),
        ("至少一种合作方式的价格", any(mode.price_fen is not None for mode in profile.modes)),
    )


def _find_lack(
    profile: ProductProfile, name: str, *, proof_required: bool, today: date
) -> Lack | None:
    if name == "certificates":
        return None if profile.certificates else Lack.MISSING
    fact = next((item for item in profile.capabilities if item.attribute == name), None)
    if fact is None:
        return Lack.MISSING
    counted = fact.evidence_on(today)
    if fact.evidence.is_proof and not counted.is_proof:
        return Lack.EXPIRED
    if counted is Evidence.UNVERIFIED:
        return Lack.UNVERIFIED
    return Lack.PROOF if proof_required and not counted.is_proof else None
