"""The entries of the catalogue as frozen values; seeds/catalogue holds them, one file a kind."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Origin(StrEnum):
    """Where an entry was taken from."""

    #: The compiled vocabulary of the field (289 concepts).
    VOCABULARY = "vocabulary"
    #: Named by a product or a demand of the seeds only.
    MARKET = "market"


class FormTells(StrEnum):
    """What the form of a product alone says about a derived attribute."""

    YES = "yes"
    NO = "no"
    UNSAID = "unsaid"


class AttributeKind(StrEnum):
    """How a wanted value compares with an offered one (DESIGN 5)."""

    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    RANGE = "range"
    YES_NO = "yes_no"
    ORDINAL = "ordinal"
    SET = "set"
    IP_RATING = "ip_rating"
    MONEY = "money"
    TEXT = "text"


class ProductClass(StrEnum):
    """What a form is as merchandise, and what a firm mainly makes."""

    WHOLE_ROBOT = "whole_robot"
    COMPONENT = "component"
    SOFTWARE = "software"
    INTEGRATION = "integration"
    RENTAL = "rental"
    MEDICAL_DEVICE = "medical_device"


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """A word of the field: stable ``id``, Chinese label, English, other words, documents.

    ``synonyms`` mean the same; ``market_words`` are further words that products and demands use
    for it; ``sources`` are ids of ``sources.yaml`` (empty: compiled, not read in a document).
    """

    id: str
    zh: str
    en: str
    synonyms: tuple[str, ...] = ()
    market_words: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    origin: Origin = Origin.VOCABULARY
    note: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """The Chinese label and all other words, without the English."""
        return (self.zh, *self.synonyms, *self.market_words)

    @property
    def labels(self) -> tuple[str, ...]:
        """Everything that a lookup finds this entry by."""
        return (self.id, self.en, *self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Concept):
    """A document that entries name; ``number`` is its 文号, empty where it has none."""

    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Department(Concept):
    """A department of the city; ``zh`` is the short name that the texts use."""

    full_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class District(Concept):
    """One of the 13 districts and counties of Hangzhou."""


@dataclass(frozen=True, slots=True, kw_only=True)
class City(Concept):
    """The seat of a firm, with its province."""

    province: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sector(Concept):
    """A field of application and who leads it (H29 专栏4, M66 六).

    ``lead`` and ``alternatives`` are department ids; ``inferred`` marks our reading where no
    sentence of a text says it; ``lead_configurable`` lets the bureau choose an alternative.
    """

    plan_name: str
    lead: tuple[str, ...]
    clause: str
    measures_name: str = ""
    alternatives: tuple[str, ...] = ()
    lead_configurable: bool = False
    inferred: bool = False
    focus: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFamily(Concept):
    """A group of tasks of one trade."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(Concept):
    """What a robot is wanted for; ``broader`` is the wider task's id, empty at the top.

    ``traits`` are ids of derived things the task asks for: manipulation, interaction,
    force_control, outdoor.
    """

    family: str
    broader: str = ""
    traits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FormClass(Concept):
    """A label for a ProductClass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form(Concept):
    """What a product is built as; flags say which yearly selection its scenes belong to."""

    form_class: ProductClass
    humanoid: bool = False
    embodied: bool = False
    manipulation: FormTells = FormTells.UNSAID
    interaction: FormTells = FormTells.UNSAID
    outdoor: FormTells = FormTells.UNSAID
    component: str = ""
    broader: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Component(Concept):
    """A part or a software of a robot; ``group`` is hardware or software."""

    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment(Concept):
    """A surrounding of a place of work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level(Concept):
    """An autonomy level, L1 to L5; a higher ``rank`` is more autonomous."""

    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute(Concept):
    """A measurable property; ``id`` is the key of a capability (payload_kg).

    ``demand_key`` is the key in a demand (payload_kg_min), empty where demands have none;
    ``operator`` and ``default_hard`` are what a requirement starts with. ``derived`` attributes
    are answered from form, tasks, protection and sensors. ``alternative`` is the attribute that
    answers instead where the demand needs manipulation. ``help`` tells an owner what to enter.
    """

    kind: AttributeKind
    operator: str
    help: str
    unit: str = ""
    symbol: str = ""
    demand_key: str = ""
    default_hard: bool = False
    proof_required: bool = False
    derived: bool = False
    alternative: str = ""
    choices: tuple[str, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """Also found by the demand's key."""
        return (self.id, self.en, *self.words, self.demand_key or self.id)

    @property
    def comparison(self) -> AttributeKind | None:
        """The kind by which values compare: an amount of money like a maximum, a text never."""
        if self.kind is AttributeKind.TEXT:
            return None
        return AttributeKind.MAXIMUM if self.kind is AttributeKind.MONEY else self.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure(Concept):
    """A word for what is measured, and the attributes meant (none where we keep no figure)."""

    attributes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate(Concept):
    """A certificate; it also answers a demand for its ``broader`` one."""

    broader: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestArea(Concept):
    """One of the five abilities that tests report on (H29 专栏3)."""

    __test__ = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceUnit(Concept):
    """What a price of a cooperation mode refers to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode(Concept):
    """A cooperation mode; ``near`` are modes a side may accept in place of it."""

    price_unit: str
    selectable: bool = False
    near: tuple[str, ...] = ()
    clause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerKind(Concept):
    """A kind of scene owner and the sectors where it usually posts a need."""

    sectors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Term(Concept):
    """Another word of the field; ``category`` is role, policy or risk."""

    category: str
