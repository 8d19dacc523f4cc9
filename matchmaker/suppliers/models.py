"""Tables of firms, products, capabilities, certificates and prices."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Dialect,
    Enum,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from matchmaker import clock
from matchmaker.catalogue.concepts import ProductClass
from matchmaker.catalogue.values import Value
from matchmaker.db import Fen, Model
from matchmaker.suppliers.rules import Evidence, ProfileState

#: A firm's code is "S001"; a product's is the seeds' ("unitree-g1") or made from the firm's.
CODE_LENGTH = 12
PRODUCT_CODE_LENGTH = 60
CATALOGUE_ID_LENGTH = 60


class CapabilityValue(TypeDecorator[Value]):
    """A typed value as JSON text; a fraction comes back as an exact ``Decimal``."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Value | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if isinstance(value, Decimal):
            return format(value, "f")
        return json.dumps(value, ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Value | None:
        if value is None:
            return None
        parsed: Value | list[str] = json.loads(value, parse_float=Decimal)
        return tuple(parsed) if isinstance(parsed, list) else parsed


def _evidence() -> Mapped[Evidence]:
    return mapped_column(
        Enum(Evidence, native_enum=False, length=12), default=Evidence.CLAIMED, index=True
    )


def _state() -> Mapped[ProfileState]:
    return mapped_column(
        Enum(ProfileState, native_enum=False, length=12), default=ProfileState.DRAFT, index=True
    )


class Supplier(Model):
    """A robot firm and its profile. ``organisation_id`` is the unit that claimed it."""

    __tablename__ = "supplier"
    __table_args__ = (
        CheckConstraint("founded_year IS NULL OR founded_year >= 1800", name="founded_year"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(CODE_LENGTH), unique=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), unique=True)
    claimed_at: Mapped[datetime | None]
    #: When the firm was last reminded of proofs that end.
    proofs_reminded_at: Mapped[datetime | None]
    legal_name: Mapped[str] = mapped_column(String(120), index=True)
    short_name: Mapped[str] = mapped_column(String(60), index=True)
    kind: Mapped[ProductClass] = mapped_column(
        Enum(ProductClass, native_enum=False, length=20), index=True
    )
    city: Mapped[str | None] = mapped_column(String(CATALOGUE_ID_LENGTH), index=True)
    #: The catalogue's id of a district of Hangzhou.
    district: Mapped[str | None] = mapped_column(String(CATALOGUE_ID_LENGTH), index=True)
    #: The district of a firm elsewhere, in words.
    other_district: Mapped[str | None] = mapped_column(String(40))
    is_overseas: Mapped[bool] = mapped_column(default=False)
    founded_year: Mapped[int | None]
    introduction: Mapped[str] = mapped_column(Text, default="")
    website: Mapped[str | None] = mapped_column(String(300))
    note: Mapped[str | None] = mapped_column(Text)
    sources: Mapped[list[str]] = mapped_column(JSON, default=list)
    #: Names of the fields above whose value was not read in a source.
    unverified_fields: Mapped[list[str]] = mapped_column(JSON, default=list)
    #: Compiled by the platform from public sources; pages say so.
    is_demo: Mapped[bool] = mapped_column(default=False)
    state: Mapped[ProfileState] = _state()
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now, onupdate=clock.now)

    modes: Mapped[list[SupplierMode]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by="SupplierMode.mode"
    )
    products: Mapped[list[Product]] = relationship(
        back_populates="supplier", order_by="Product.code"
    )
    certificates: Mapped[list[Certificate]] = relationship(
        back_populates="supplier", order_by="Certificate.id"
    )


class SupplierMode(Model):
    """A cooperation mode that a firm offers."""

    __tablename__ = "supplier_mode"
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"), primary_key=True)
    mode: Mapped[str] = mapped_column(String(CATALOGUE_ID_LENGTH), primary_key=True)
    evidence: Mapped[Evidence] = _evidence()


class Product(Model):
    """A robot, a part, a piece of software or a service of a firm.

    ``code`` is the stable public id (``product_id`` of addresses, messages and the command line).
    """

    __tablename__ = "product"
    __table_args__ = (
        Index("ix_product_state_form", "state", "form"),
        Index("ix_product_state_published_at", "state", "published_at"),
        Index("ix_product_state_model", "state", "model"),
        Index("ix_product_state_supplier_id", "state", "supplier_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(PRODUCT_CODE_LENGTH), unique=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"), index=True)
    model: Mapped[str] = mapped_column(String(80), index=True)
    form: Mapped[str] = mapped_column(String(CATALOGUE_ID_LENGTH), index=True)
    description: Mapped[str] = mapped_column(Text, default="")
    #: The tasks in the firm's own words; ``tasks`` are what they mean in the catalogue.
    task_words: Mapped[list[str]] = mapped_column(JSON, default=list)
    sources: Mapped[list[str]] = mapped_column(JSON, default=list)
    source_conflict: Mapped[str | None] = mapped_column(Text)
    is_demo: Mapped[bool] = mapped_column(default=False)
    state: Mapped[ProfileState] = _state()
    published_at: Mapped[datetime | None] = mapped_column(index=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now, onupdate=clock.now)

    supplier: Mapped[Supplier] = relationship(back_populates="products")
    sectors: Mapped[list[ProductSector]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by="ProductSector.position"
    )
    tasks: Mapped[list[ProductTask]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by="ProductTask.position"
    )
    modes: Mapped[list[ProductMode]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by="ProductMode.mode"
    )
    capabilities: Mapped[list[Capability]] = relationship(
        back_populates="product", cascade="all, delete-orphan", order_by="Capability.id"
    )
    prices: Mapped[list[Price]] = relationship(
        back_populates="product", cascade="all, delete-orphan", order_by="Price.id"
    )
    certificates: Mapped[list[Certificate]] = relationship(
        back_populates="product", order_by="Certificate.id"
    )


class ProductSector(Model):
    """A sector that a product is meant for."""

    __tablename__ = "product_sector"
    __table_args__ = (Index("ix_product_sector_sector", "sector", "product_id"),)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True)
    sector: Mapped[str] = mapped_column(String(CATALOGUE_ID_LENGTH), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)


class ProductTask(Model):
    """A task that a product does."""

    __tablename__ = "product_task"
    __table_args__ = (Index("ix_product_task_task", "task", "product_id"),)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True)
    task: Mapped[str] = mapped_column(String(CATALOGUE_ID_LENGTH), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)


class ProductMode(Model):
    """A cooperation mode in which a product is offered."""

    __tablename__ = "product_mode"
    __table_args__ = (Index("ix_product_mode_mode", "mode", "product_id"),)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True)
    mode: Mapped[str] = mapped_column(String(CATALOGUE_ID_LENGTH), primary_key=True)
    evidence: Mapped[Evidence] = _evidence()


class Capability(Model):
    """One measured or stated property of a product, with its evidence."""

    __tablename__ = "capability"
    __table_args__ = (UniqueConstraint("product_id", "attribute"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    attribute: Mapped[str] = mapped_column(String(CATALOGUE_ID_LENGTH), index=True)
    value: Mapped[Value] = mapped_column(CapabilityValue)
    evidence: Mapped[Evidence] = _evidence()
    sources: Mapped[list[str]] = mapped_column(JSON, default=list)
    proven_until: Mapped[date | None] = mapped_column(index=True)

    product: Mapped[Product] = relationship(back_populates="capabilities")


class Certificate(Model):
    """A certificate or approval of a firm or of one of its products.

    ``certificate`` is the catalogue's id, None for a text that the catalogue does not know;
    ``attribute`` names the capability that the certificate speaks of, where it is one.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        CheckConstraint(
            "issued_on IS NULL OR valid_until IS NULL OR issued_on <= valid_until",
            name="validity",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"), index=True)
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"), index=True)
    certificate: Mapped[str | None] = mapped_column(String(CATALOGUE_ID_LENGTH), index=True)
    attribute: Mapped[str | None] = mapped_column(String(CATALOGUE_ID_LENGTH))
    text: Mapped[str] = mapped_column(String(200))
    number: Mapped[str | None] = mapped_column(String(80))
    issuer: Mapped[str | None] = mapped_column(String(120))
    issued_on: Mapped[date | None]
    valid_until: Mapped[date | None] = mapped_column(index=True)
    evidence: Mapped[Evidence] = _evidence()
    proven_until: Mapped[date | None] = mapped_column(index=True)
    sources: Mapped[list[str]] = mapped_column(JSON, default=list)

    supplier: Mapped[Supplier] = relationship(back_populates="certificates")
    product: Mapped[Product | None] = relationship(back_populates="certificates")


class Price(Model):
    """What a product costs in one cooperation mode, per the mode's unit in the catalogue."""

    __tablename__ = "product_price"
    __table_args__ = (
        UniqueConstraint("product_id", "mode"),
        CheckConstraint("amount_fen > 0", name="amount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    mode: Mapped[str] = mapped_column(String(CATALOGUE_ID_LENGTH), index=True)
    amount_fen: Mapped[int] = mapped_column(Fen)
    evidence: Mapped[Evidence] = _evidence()
    note: Mapped[str] = mapped_column(String(200), default="")
    sources: Mapped[list[str]] = mapped_column(JSON, default=list)

    product: Mapped[Product] = relationship(back_populates="prices")
