"""The catalogue in memory: read once from seeds/catalogue, looked up by id, label or alias."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from matchmaker.catalogue.concepts import (
    Attribute,
    Certificate,
    City,
    Component,
    Concept,
    Department,
    District,
    Environment,
    Form,
    FormClass,
    Level,
    Measure,
    Mode,
    OwnerKind,
    PriceUnit,
    Sector,
    Source,
    Task,
    TaskFamily,
    Term,
    TestArea,
)
from matchmaker.catalogue.seed_files import build_entries, read_file, refuse
from matchmaker.catalogue.shelf import Shelf, fold
from matchmaker.paths import SEEDS


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The whole catalogue. ``words`` are the segmentation words of the field."""

    sources: Shelf[Source]
    departments: Shelf[Department]
    districts: Shelf[District]
    cities: Shelf[City]
    families: Shelf[TaskFamily]
    tasks: Shelf[Task]
    sectors: Shelf[Sector]
    classes: Shelf[FormClass]
    components: Shelf[Component]
    forms: Shelf[Form]
    environments: Shelf[Environment]
    levels: Shelf[Level]
    attributes: Shelf[Attribute]
    measures: Shelf[Measure]
    certificates: Shelf[Certificate]
    test_areas: Shelf[TestArea]
    price_units: Shelf[PriceUnit]
    modes: Shelf[Mode]
    owner_kinds: Shelf[OwnerKind]
    terms: Shelf[Term]
    words: tuple[str, ...]
    _synonyms: dict[str, list[Concept]] = field(default_factory=dict, repr=False, compare=False)

    def sector(self, word: str) -> Sector:
        return self.sectors.get(word)

    def task(self, word: str) -> Task:
        return self.tasks.get(word)

    def form(self, word: str) -> Form:
        return self.forms.get(word)

    def component(self, word: str) -> Component:
        return self.components.get(word)

    def environment(self, word: str) -> Environment:
        return self.environments.get(word)

    def attribute(self, word: str) -> Attribute:
        """By key (payload_kg), demand key (payload_kg_min) or label (载荷)."""
        return self.attributes.get(word)

    def certificate(self, word: str) -> Certificate:
        return self.certificates.get(word)

    def mode(self, word: str) -> Mode:
        return self.modes.get(word)

    def owner_kind(self, word: str) -> OwnerKind:
        return self.owner_kinds.get(word)

    def department(self, word: str) -> Department:
        return self.departments.get(word)

    def district(self, word: str) -> District:
        return self.districts.get(word)

    def level(self, word: str) -> Level:
        return self.levels.get(word)

    def concepts(self) -> Iterator[Concept]:
        """Every entry that has synonyms of its own right: the words of the field."""
        for shelf in self.concept_shelves():
            yield from shelf

    def concept_shelves(self) -> tuple[Shelf[Any], ...]:
        """The shelves that hold the compiled vocabulary (289 concepts) and the market's words."""
        return (
            self.sectors,
            self.tasks,
            self.forms,
            self.components,
            self.environments,
            self.modes,
            self.certificates,
            self.measures,
            self.levels,
            self.owner_kinds,
            self.terms,
        )

    def synonyms_of(self, term: str) -> tuple[str, ...]:
        """Other Chinese words for the concepts that the term names; empty for an unknown term.

        >>> load_vocabulary().synonyms_of("机器狗")[:2]
        ('四足', '机械狗')
        """
        found = self._synonyms.get(fold(term), ())
        words = (word for concept in found for word in concept.words)
        return tuple(dict.fromkeys(word for word in words if fold(word) != fold(term)))

    def lead_departments(self, sector: str) -> tuple[Department, ...]:
        """The departments that lead a sector, in the order of the text."""
        return tuple(self.departments.get(id_) for id_ in self.sector(sector).lead)


#: Name of the shelf: (file, kind of entry, Chinese name of the kind).
_SHELVES: dict[str, tuple[str, type[Any], str]] = {
    "sources": ("sources.yaml", Source, "文件"),
    "departments": ("departments.yaml", Department, "部门"),
    "districts": ("districts.yaml", District, "区、县（市）"),
    "cities": ("cities.yaml", City, "城市"),
    "families": ("tasks.yaml", TaskFamily, "任务类别"),
    "tasks": ("tasks.yaml", Task, "任务"),
    "sectors": ("sectors.yaml", Sector, "领域"),
    "classes": ("forms.yaml", FormClass, "产品类别"),
    "components": ("components.yaml", Component, "部组件"),
    "forms": ("forms.yaml", Form, "产品形态"),
    "environments": ("environments.yaml", Environment, "环境"),
    "levels": ("levels.yaml", Level, "自主等级"),
    "attributes": ("attributes.yaml", Attribute, "性能指标"),
    "measures": ("attributes.yaml", Measure, "指标词"),
    "certificates": ("certificates.yaml", Certificate, "证书"),
    "test_areas": ("certificates.yaml", TestArea, "测评能力"),
    "price_units": ("modes.yaml", PriceUnit, "计价单位"),
    "modes": ("modes.yaml", Mode, "合作方式"),
    "owner_kinds": ("owner_kinds.yaml", OwnerKind, "需求方类型"),
    "terms": ("terms.yaml", Term, "用语"),
}

#: (shelf, field of its entries, shelf that the ids in the field must be of).
_REFERENCES: tuple[tuple[str, str, str], ...] = (
    ("sectors", "lead", "departments"),
    ("sectors", "alternatives", "departments"),
    ("sectors", "tasks", "tasks"),
    ("tasks", "family", "families"),
    ("tasks", "broader", "tasks"),
    ("forms", "form_class", "classes"),
    ("forms", "component", "components"),
    ("forms", "broader", "forms"),
    ("attributes", "alternative", "attributes"),
    ("measures", "attributes", "attributes"),
    ("certificates", "broader", "certificates"),
    ("modes", "price_unit", "price_units"),
    ("modes", "near", "modes"),
    ("owner_kinds", "sectors", "sectors"),
)


@lru_cache(maxsize=4)
def load_vocabulary(folder: Path = SEEDS / "catalogue") -> Vocabulary:
    """The catalogue of a folder, read and checked once per process.

    Raises InvalidInput, naming file and entry, for unknown or missing keys, wrong types, a label
    used twice within a kind, and a reference to nothing.
    """
    files: dict[str, set[str]] = {}
    for name, (file, _, _) in _SHELVES.items():
        files.setdefault(file, set()).add(name)
    tops = {file: read_file(folder / file, frozenset(names)) for file, names in files.items()}
    shelves: dict[str, Any] = {
        name: Shelf(kind_zh, file, build_entries(kind, tops[file][name], file))
        for name, (file, kind, kind_zh) in _SHELVES.items()
    }
    _check_references(shelves)
    vocabulary = Vocabulary(**shelves, words=_read_words(folder / "words.txt"))
    for concept in vocabulary.concepts():
        for label in {fold(label) for label in concept.labels}:
            vocabulary._synonyms.setdefault(label, []).append(concept)
    return vocabulary


def _check_references(shelves: dict[str, Any]) -> None:
    plain = (("sources", name) for name in _SHELVES)
    for name, field_name, target in (
        *_REFERENCES,
        *((shelf, "sources", "sources") for _, shelf in plain),
    ):
        known = shelves[target].ids
        for entry in shelves[name]:
            _check_reference(_SHELVES[name][0], entry, field_name, known)
    for name in ("tasks", "forms", "certificates"):
        _check_no_cycle(_SHELVES[name][0], shelves[name])


def _check_reference(file: str, entry: Concept, field_name: str, known: frozenset[str]) -> None:
    value = getattr(entry, field_name)
    for id_ in (value,) if isinstance(value, str) else value:
        if id_ and id_ not in known:
            refuse(file, entry.id, f"{field_name} 中的“{id_}”不存在")


def _check_no_cycle(file: str, shelf: Shelf[Any]) -> None:
    broader: Callable[[str], str] = {entry.id: entry.broader for entry in shelf}.__getitem__
    for entry in shelf:
        seen, current = {entry.id}, entry.broader
        while current:
            if current in seen:
                refuse(file, entry.id, "上位条目循环引用")
            seen.add(current)
            current = broader(current)


def _read_words(path: Path) -> tuple[str, ...]:
    try:
        words = tuple(path.read_text(encoding="utf-8").splitlines())
    except FileNotFoundError:
        refuse(path.name, "整个文件", f"{path} 不存在")
    if len(words) != len(set(words)) or not all(word.strip() == word != "" for word in words):
        refuse(path.name, "整个文件", "每行须为一个不重复的词，前后不留空格")
    return words
