"""Rows of the firm's list of products and of its forms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_wtf import FlaskForm

from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.suppliers.capabilities.operations import list_editable_attributes
from matchmaker.suppliers.models import Product
from matchmaker.suppliers.rules import Evidence
from matchmaker.web.filters import EVIDENCE
from matchmaker.web.supplier.products.forms import list_priced_modes

#: The order in which figures are asked: name of the group, its attributes.
GROUPS = (
    (
        "承载与操作",
        (
            "payload_kg",
            "payload_arm_kg",
            "dof_total",
            "dof_hand",
            "reach_mm",
            "repeat_mm",
            "torque_nm",
        ),
    ),
    (
        "移动与续航",
        ("speed_mps", "endurance_h", "slope_deg", "stairs", "navigation", "autonomy_level"),
    ),
    ("环境与安全", ("ip_rating", "temp_min_c", "temp_max_c", "ex_proof")),
    ("尺寸与感知", ("mass_kg", "height_mm", "length_mm", "sensors")),
)


HELPS = {
    "payload_kg": "整机能承载或搬运的最大重量。",
    "payload_arm_kg": "单臂末端能持续抓举的重量，不含夹具。",
    "ip_rating": "如 IP54；只测防水的写 IPX5。",
    "temp_min_c": "可低于 0。",
    "sensors": "用顿号分隔。",
    "ex_proof": "选“是”后请在“证书与核验”中提交防爆合格证。",
    "endurance_h": "典型工况下充一次电能连续工作的时间。",
}


@dataclass(frozen=True)
class FigureRow:
    """One field of the form of figures."""

    field: Any
    help: str
    suffix: str


@dataclass(frozen=True)
class PriceRow:
    """One mode of the form of prices."""

    amount: Any
    note: Any
    unit: str


def group_figures(form: FlaskForm, product: Product) -> list[tuple[str, list[FigureRow]]]:
    """The fields in groups; attributes that no group names come last."""
    attributes = {item.id: item for item in list_editable_attributes()}
    evidence = {row.attribute: row.evidence for row in product.capabilities}
    named = {name for _, names in GROUPS for name in names}
    rest = tuple(name for name in attributes if name not in named)
    groups = [*GROUPS, ("其他", rest)] if rest else list(GROUPS)
    return [
        (
            label,
            [
                FigureRow(
                    field=form[name],
                    help=_help(name, evidence.get(name)),
                    suffix=attributes[name].symbol or attributes[name].unit,
                )
                for name in names
                if name in attributes
            ],
        )
        for label, names in groups
    ]


def _help(attribute: str, evidence: Evidence | None) -> str:
    standing = f"现为“{EVIDENCE[evidence][0]}”。" if evidence is not None else ""
    return f"{HELPS.get(attribute, '')}{standing}"


def list_price_rows(form: FlaskForm) -> list[PriceRow]:
    """The modes with their units."""
    vocabulary = load_vocabulary()
    return [
        PriceRow(
            amount=form[f"amount_{mode.id}"],
            note=form[f"note_{mode.id}"],
            unit=vocabulary.price_units.get(mode.price_unit).zh,
        )
        for mode in list_priced_modes()
    ]
