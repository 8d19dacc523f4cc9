"""What the field knows: trades and their words, which form does which trade, how forms get about.

Read from ``seeds/catalogue/affinity.yaml``. Everything is a frozen value, so that a ranking can
be repeated with the taxonomy of its day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml

from matchmaker.paths import SEEDS
from matchmaker.text import normalise

AFFINITY_FILE = SEEDS / "catalogue" / "affinity.yaml"


@dataclass(frozen=True)
class Family:
    """A trade. ``tasks``: groups of words of one meaning, the first is the usual one."""

    key: str
    label: str
    tasks: tuple[tuple[str, ...], ...]
    forms: Mapping[str, float]
    near: Mapping[str, float]
    is_part: bool = False
    is_leisure: bool = False


@dataclass(frozen=True)
class Taxonomy:
    """Families and the small tables beside them; all figures 0..1."""

    families: Mapping[str, Family]
    part_words: tuple[str, ...] = ()
    part_forms: frozenset[str] = frozenset()
    mobility: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    terrain_words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    grips: frozenset[str] = frozenset()
    grips_not: frozenset[str] = frozenset()
    sector_near: Mapping[frozenset[str], float] = field(default_factory=dict)
    mode_near: Mapping[frozenset[str], float] = field(default_factory=dict)
    supply_words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    continuous_words: tuple[str, ...] = ()
    light_duty_words: tuple[str, ...] = ()
    form_words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def _places(self) -> dict[str, tuple[str, str]]:
        """Word → (family, usual word)."""
        return {
            normalise(word): (family.key, group[0])
            for family in self.families.values()
            for group in family.tasks
            for word in group
        }

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        words = sorted((word for word in self._places if len(word) > 1), key=len, reverse=True)
        return re.compile("|".join(map(re.escape, words)) or r"(?!)")

    def place(self, word: str) -> tuple[str, str] | None:
        """(family, usual word) of a task's word; None for one that no family lists."""
        return self._places.get(normalise(word))

    def find_tasks(self, text: str) -> list[tuple[str, str]]:
        """(family, usual word) of the tasks that a text names, longest words first, each once."""
        found = (self._places[m.group()] for m in self._pattern.finditer(normalise(text)))
        return list(dict.fromkeys(found))

    def synonyms(self, word: str) -> tuple[str, ...]:
        """The other words of the same meaning."""
        place = self.place(word)
        if place is None:
            return ()
        key = normalise(word)
        return tuple(
            other
            for group in self.families[place[0]].tasks
            if group[0] == place[1]
            for other in group
            if normalise(other) != key
        )

    def nearness(self, family: str, other: str) -> float:
        """How far the trade of one answers for the other: 1 for the same, 0 for strangers."""
        if family == other:
            return 1.0
        return max(
            self.families[family].near.get(other, 0.0), self.families[other].near.get(family, 0.0)
        )

    def sector_nearness(self, sector: str, other: str) -> float:
        """1 for the same sector, less for a neighbour, 0 otherwise."""
        if sector == other:
            return 1.0
        return self.sector_near.get(frozenset((sector, other)), 0.0)

    def mode_nearness(self, mode: str, other: str) -> float:
        """1 for the same cooperation mode, less for one that may replace it."""
        return 1.0 if mode == other else self.mode_near.get(frozenset((mode, other)), 0.0)

    def forms_named(self, text: str) -> frozenset[str]:
        """The forms that a text asks for by name."""
        return frozenset(
            form for form, words in self.form_words.items() if any(word in text for word in words)
        )

    def terrain_of(self, text: str) -> frozenset[str]:
        """The kinds of ground that a text speaks of."""
        clean = normalise(text)
        return frozenset(
            ground
            for ground, words in self.terrain_words.items()
            if any(word in clean for word in words)
        )


def _pairs(rows: Iterable[tuple[str, str, float]]) -> dict[frozenset[str], float]:
    return {frozenset((a, b)): float(value) for a, b, value in rows}


def read_taxonomy(data: Mapping[str, Any]) -> Taxonomy:
    """A taxonomy from the mapping of the file. KeyError or ValueError for a malformed one."""
    families = {
        key: Family(
            key=key,
            label=entry["zh"],
            tasks=tuple(tuple(map(str, group)) for group in entry["tasks"]),
            forms={form: float(value) for form, value in entry["forms"].items()},
            near={other: float(value) for other, value in entry["near"].items()},
            is_part=bool(entry.get("part", False)),
            is_leisure=bool(entry.get("leisure", False)),
        )
        for key, entry in data["families"].items()
    }
    _check(families)
    return Taxonomy(
        families=families,
        part_words=tuple(data["part_words"]),
        part_forms=frozenset(data["part_forms"]),
        mobility=data["mobility"],
        terrain_words={key: tuple(words) for key, words in data["terrain_words"].items()},
        grips=frozenset(data["manipulation"]["yes"]),
        grips_not=frozenset(data["manipulation"]["no"]),
        sector_near=_pairs(data["sector_near"]),
        mode_near=_pairs(data["mode_near"]),
        supply_words={key: tuple(words) for key, words in data["supply_words"].items()},
        continuous_words=tuple(data["continuous_words"]),
        light_duty_words=tuple(data["light_duty_words"]),
        form_words={form: tuple(words) for form, words in data["form_words"].items()},
    )


def _check(families: Mapping[str, Family]) -> None:
    seen: dict[str, str] = {}
    for family in families.values():
        unknown = sorted(set(family.near) - set(families))
        if unknown:
            raise ValueError(f"family {family.key} is near unknown families: {unknown}")
        values = [*family.forms.values(), *family.near.values()]
        if not all(0.0 <= value <= 1.0 for value in values):
            raise ValueError(f"family {family.key} has a figure outside 0..1")
        for word in (normalise(word) for group in family.tasks for word in group):
            if word in seen:
                raise ValueError(f"“{word}” stands in {seen[word]} and in {family.key}")
            seen[word] = family.key


@lru_cache(maxsize=4)
def load_taxonomy(path: Path = AFFINITY_FILE) -> Taxonomy:
    """The taxonomy of the seeds."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return read_taxonomy(yaml.load(path.read_text(encoding="utf-8"), Loader=loader))  # noqa: S506
