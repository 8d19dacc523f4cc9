"""The firms and products of seeds/market as typed values; pure, nothing is stored here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from matchmaker.catalogue.concepts import ProductClass
from matchmaker.catalogue.seed_rows import Row, read_id, read_ids, read_json
from matchmaker.catalogue.shelf import Shelf
from matchmaker.catalogue.values import Value, read_value
from matchmaker.catalogue.vocabulary import Vocabulary
from matchmaker.errors import InvalidInput
from matchmaker.paths import SEEDS

#: Fields of a firm that the platform may have filled without reading them in a source.
FIRM_FIELDS = frozenset({"legal_name", "founded_year", "district", "certifications"})


class SeedEvidence(StrEnum):
    """The two grades that compiled data can have (DESIGN 5)."""

    #: Filled in by the platform, not read in a source.
    UNVERIFIED = "unverified"
    #: Read in a public source.
    CLAIMED = "claimed"


@dataclass(frozen=True, slots=True)
class CapabilityRecord:
    """One figure of a product. ``sources`` are the product's pages, none for an unverified one."""

    attribute: str
    value: Value
    evidence: SeedEvidence
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModeRecord:
    """A cooperation mode on offer."""

    mode: str
    evidence: SeedEvidence


@dataclass(frozen=True, slots=True)
class CertificateRecord:
    """A certificate as the source words it (``text``); ids are empty where none is meant.

    ``attribute`` names the attribute where the text tells a figure rather than a certificate;
    ``product`` is empty where the source names no product.
    """

    text: str
    certificate: str
    attribute: str
    product: str
    evidence: SeedEvidence


@dataclass(frozen=True, slots=True)
class ProductRecord:
    """A product. ``task_words`` as written, ``tasks`` the task ids they mean, without repeats."""

    id: str
    supplier_id: str
    model: str
    form: str
    sectors: tuple[str, ...]
    task_words: tuple[str, ...]
    tasks: tuple[str, ...]
    modes: tuple[ModeRecord, ...]
    capabilities: tuple[CapabilityRecord, ...]
    description: str
    facts_seen: bool
    source_conflict: str
    sources: tuple[str, ...]

    @property
    def specs_not_seen(self) -> tuple[str, ...]:
        """Attributes whose value was not read in a source."""
        return tuple(
            item.attribute for item in self.capabilities if item.evidence is SeedEvidence.UNVERIFIED
        )


@dataclass(frozen=True, slots=True)
class SupplierRecord:
    """A firm. ``city`` and ``district`` as written, empty where unknown;

    ``hangzhou_district`` is the district's id for a firm of Hangzhou. ``founded_year`` is 0
    where unknown.
    """

    id: str
    legal_name: str
    short_name: str
    kind: ProductClass
    city: str
    district: str
    hangzhou_district: str
    overseas: bool
    founded_year: int
    fields_not_seen: tuple[str, ...]
    certificates: tuple[CertificateRecord, ...]
    modes: tuple[ModeRecord, ...]
    facts_seen: bool
    note: str
    sources: tuple[str, ...]
    products: tuple[ProductRecord, ...]

    def evidence_of(self, field_name: str) -> SeedEvidence:
        """The evidence of a field; without any source nothing was read in one."""
        if field_name in self.fields_not_seen or not self.sources:
            return SeedEvidence.UNVERIFIED
        return SeedEvidence.CLAIMED

    def certificates_of(self, product_id: str) -> tuple[CertificateRecord, ...]:
        """What covers a product: its own certificates and those that name no product."""
        return tuple(c for c in self.certificates if c.product in ("", product_id))


@lru_cache(maxsize=4)
def load_suppliers(
    vocabulary: Vocabulary, path: Path = SEEDS / "market" / "suppliers.json"
) -> tuple[SupplierRecord, ...]:
    """All firms with their products, in file order, read once per process.

    Raises InvalidInput, naming file and record, for anything malformed, an id used twice and a
    reference to nothing in the catalogue.
    """
    top = read_json(path)
    top.text("note")
    suppliers = tuple(_read_supplier(row, vocabulary) for row in top.rows("suppliers", "id"))
    top.close()
    _check_unique(top, "suppliers", [supplier.id for supplier in suppliers])
    _check_unique(top, "products", [p.id for supplier in suppliers for p in supplier.products])
    return suppliers


def _check_unique(row: Row, key: str, ids: list[str]) -> None:
    if twice := sorted({id_ for id_ in ids if ids.count(id_) > 1}):
        row.refuse(key, f"编号重复：{'、'.join(twice)}")


def _read_supplier(row: Row, vocabulary: Vocabulary) -> SupplierRecord:
    id_ = row.text("id")
    city, district = row.text_or_empty("city"), row.text_or_empty("district")
    sources = row.texts("sources")
    record = SupplierRecord(
        id=id_,
        legal_name=row.text("legal_name"),
        short_name=row.text("short_name"),
        kind=_read_kind(row),
        city=city,
        district=district,
        hangzhou_district=_hangzhou_district(row, vocabulary, city, district),
        overseas=row.flag("overseas"),
        founded_year=0 if row.take("founded_year") is None else row.whole("founded_year"),
        fields_not_seen=_read_fields_not_seen(row),
        certificates=tuple(
            _read_certificate(item, vocabulary) for item in row.rows("certificates", "text")
        ),
        modes=_read_modes(row, vocabulary, has_sources=bool(sources)),
        facts_seen=row.flag("facts_seen"),
        note=row.text_or_empty("note"),
        sources=sources,
        products=tuple(_read_product(item, vocabulary, id_) for item in row.rows("products", "id")),
    )
    row.close()
    _check_certified_products(row, record)
    return record


def _read_kind(row: Row) -> ProductClass:
    kind = row.text("kind")
    if kind not in set(ProductClass):
        row.refuse("kind", f"“{kind}”须为 {'、'.join(ProductClass)} 之一")
    return ProductClass(kind)


def _hangzhou_district(row: Row, vocabulary: Vocabulary, city: str, district: str) -> str:
    if city and read_id(row, "city", vocabulary.cities) == "hangzhou" and district:
        return read_id(row, "district", vocabulary.districts)
    return ""


def _read_fields_not_seen(row: Row) -> tuple[str, ...]:
    names = row.texts("fields_not_seen")
    if unknown := set(names) - FIRM_FIELDS:
        row.refuse("fields_not_seen", f"不认识 {'、'.join(sorted(unknown))}")
    return names


def _read_certificate(row: Row, vocabulary: Vocabulary) -> CertificateRecord:
    record = CertificateRecord(
        text=row.text("text"),
        certificate=_read_optional_id(row, "certificate", vocabulary.certificates),
        attribute=_read_optional_id(row, "attribute", vocabulary.attributes),
        product=row.text_or_empty("product"),
        evidence=_read_evidence(row),
    )
    row.close()
    if not record.certificate and not record.attribute:
        row.refuse("certificate", "与 attribute 须有其一")
    return record


def _read_optional_id(row: Row, key: str, shelf: Shelf[Any]) -> str:
    return "" if row.take(key) is None else read_id(row, key, shelf)


def _check_certified_products(row: Row, record: SupplierRecord) -> None:
    known = {"", *(product.id for product in record.products)}
    for certificate in record.certificates:
        if certificate.product not in known:
            row.refuse("certificates", f"中的产品“{certificate.product}”不是该企业的产品")


def _read_evidence(row: Row) -> SeedEvidence:
    word = row.text("evidence")
    if word not in set(SeedEvidence):
        row.refuse("evidence", f"“{word}”须为 {'、'.join(SeedEvidence)} 之一")
    return SeedEvidence(word)


def _read_modes(row: Row, vocabulary: Vocabulary, *, has_sources: bool) -> tuple[ModeRecord, ...]:
    modes = []
    for item in row.rows("cooperation_modes", "mode"):
        mode, evidence = read_id(item, "mode", vocabulary.modes), _read_evidence(item)
        item.close()
        if evidence is SeedEvidence.CLAIMED and not has_sources:
            item.refuse("evidence", "为 claimed，但没有任何来源")
        modes.append(ModeRecord(mode, evidence))
    return tuple(modes)


def _read_product(row: Row, vocabulary: Vocabulary, supplier_id: str) -> ProductRecord:
    sources = row.texts("sources")
    record = ProductRecord(
        id=row.text("id"),
        supplier_id=supplier_id,
        model=row.text("model"),
        form=read_id(row, "form", vocabulary.forms),
        sectors=read_ids(row, "sectors", vocabulary.sectors),
        task_words=row.texts("tasks"),
        tasks=read_ids(row, "tasks", vocabulary.tasks),
        modes=_read_modes(row, vocabulary, has_sources=True),
        capabilities=tuple(
            _read_capability(item, vocabulary, sources)
            for item in row.rows("capabilities", "attribute")
        ),
        description=row.text("description"),
        facts_seen=row.flag("facts_seen"),
        source_conflict=row.text_or_empty("source_conflict"),
        sources=sources,
    )
    row.close()
    _check_unique(row, "capabilities", [item.attribute for item in record.capabilities])
    return record


def _read_capability(
    row: Row, vocabulary: Vocabulary, sources: tuple[str, ...]
) -> CapabilityRecord:
    attribute = vocabulary.attribute(read_id(row, "attribute", vocabulary.attributes))
    evidence, raw = _read_evidence(row), row.take("value")
    row.close()
    if attribute.derived:
        row.refuse("attribute", "由平台推断，不能填报")
    if evidence is SeedEvidence.CLAIMED and not sources:
        row.refuse("evidence", "为 claimed，但产品没有来源")
    try:
        value = read_value(attribute, raw)
    except InvalidInput as error:
        row.refuse("value", f"无效：{error.text}")
    seen = evidence is SeedEvidence.CLAIMED
    return CapabilityRecord(attribute.id, value, evidence, sources if seen else ())
