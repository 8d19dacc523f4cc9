"""Facts from records shaped as the published lists of demands and suppliers (files, benchmarks)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from matchmaker.errors import InvalidInput
from matchmaker.matching.constraints import (
    AttributeDefinition,
    Capability,
    Evidence,
    Kind,
    Operator,
    Requirement,
    Value,
    ip_digits,
)
from matchmaker.matching.facts import DemandFacts, ProductFacts
from matchmaker.matching.taxonomy import Taxonomy

#: The attributes that demands and products of the published lists name.
DEFINITIONS: Mapping[str, AttributeDefinition] = {
    item.key: item
    for item in (
        AttributeDefinition("payload_kg", "载荷", "payload", Kind.MINIMUM, "公斤"),
        AttributeDefinition("payload_arm_kg", "手臂载荷", "arm payload", Kind.MINIMUM, "公斤"),
        AttributeDefinition("ip_rating", "防护等级", "ingress protection", Kind.IP_RATING),
        AttributeDefinition(
            "temp_min_c", "最低工作温度", "lowest working temperature", Kind.MAXIMUM, "℃"
        ),
        AttributeDefinition(
            "temp_max_c", "最高工作温度", "highest working temperature", Kind.MINIMUM, "℃"
        ),
        AttributeDefinition("stairs", "上下楼梯", "stairs", Kind.YES_NO),
        AttributeDefinition("ex_proof", "防爆", "explosion proof", Kind.YES_NO, "", True),
        AttributeDefinition("certificates", "资质证书", "certificates", Kind.SET, "", True),
        AttributeDefinition(
            "manipulation_required", "手臂作业", "manipulation", Kind.YES_NO, derived=True
        ),
        AttributeDefinition("endurance_h", "续航", "endurance", Kind.MINIMUM, "小时"),
        AttributeDefinition("speed_mps", "行进速度", "speed", Kind.MINIMUM, "米/秒"),
        AttributeDefinition("slope_deg", "爬坡角度", "slope", Kind.MINIMUM, "度"),
        AttributeDefinition("dof_hand", "手部自由度", "hand joints", Kind.MINIMUM, "个"),
        AttributeDefinition("dof_total", "全身自由度", "joints", Kind.MINIMUM, "个"),
        AttributeDefinition(
            "autonomy_level",
            "自主等级",
            "autonomy",
            Kind.ORDINAL,
            order=("L1", "L2", "L3", "L4", "L5"),
        ),
        AttributeDefinition(
            "human_interaction", "人机交互", "interaction", Kind.YES_NO, derived=True
        ),
        AttributeDefinition("outdoor", "户外作业", "outdoor", Kind.YES_NO, derived=True),
        AttributeDefinition("force_control", "力控", "force control", Kind.YES_NO, derived=True),
        AttributeDefinition("mass_kg", "自重", "mass", Kind.MAXIMUM, "公斤"),
        AttributeDefinition("height_mm", "身高", "height", Kind.MAXIMUM, "毫米"),
        AttributeDefinition("length_mm", "机身长度", "length", Kind.MAXIMUM, "毫米"),
        AttributeDefinition("reach_mm", "工作半径", "reach", Kind.MINIMUM, "毫米"),
        AttributeDefinition("repeat_mm", "重复定位精度", "repeatability", Kind.MAXIMUM, "毫米"),
        AttributeDefinition("torque_nm", "峰值扭矩", "torque", Kind.MINIMUM, "牛·米"),
        AttributeDefinition("sensors", "传感器", "sensors", Kind.SET),
    )
}

#: Key of a demand → (attribute, operator, hard unless the owner says otherwise).
_KEYS: Mapping[str, tuple[str, Operator, bool]] = {
    "payload_kg_min": ("payload_kg", Operator.AT_LEAST, True),
    "ip_min": ("ip_rating", Operator.AT_LEAST, True),
    "temp_min_c": ("temp_min_c", Operator.AT_MOST, True),
    "temp_max_c": ("temp_max_c", Operator.AT_LEAST, True),
    "stairs": ("stairs", Operator.EQUAL, True),
    "ex_proof": ("ex_proof", Operator.EQUAL, True),
    "certificates": ("certificates", Operator.AT_LEAST, True),
    "manipulation_required": ("manipulation_required", Operator.EQUAL, True),
    "endurance_h_min": ("endurance_h", Operator.AT_LEAST, False),
    "speed_mps_min": ("speed_mps", Operator.AT_LEAST, False),
    "slope_deg_min": ("slope_deg", Operator.AT_LEAST, False),
    "dof_hand_min": ("dof_hand", Operator.AT_LEAST, False),
    "dof_total_min": ("dof_total", Operator.AT_LEAST, False),
    "autonomy_min": ("autonomy_level", Operator.AT_LEAST, False),
    "human_interaction": ("human_interaction", Operator.EQUAL, False),
    "outdoor": ("outdoor", Operator.EQUAL, False),
    "force_control": ("force_control", Operator.EQUAL, False),
}

#: Words by which a certificate is known, and the code that demands use for it.
_CERTIFICATE_WORDS: Mapping[str, tuple[str, ...]] = {
    "NMPA": ("nmpa", "医疗器械注册", "三类证", "二类证", "器械证"),
    "防爆认证": ("防爆", "atex", "iecex", "nepsi"),
    "CR认证": ("cr认证", "中国机器人认证"),
    "CE认证": ("ce认证",),
    "3C认证": ("3c认证", "ccc"),
}


def canonical_certificates(texts: Iterable[str]) -> tuple[str, ...]:
    """The codes that the texts mean; a text that means none stays as it is.

    >>> canonical_certificates(["NMPA三类", "某检测报告"])
    ('NMPA', '某检测报告')
    """
    found: list[str] = []
    for text in texts:
        low = text.lower()
        codes = [
            code for code, words in _CERTIFICATE_WORDS.items() if any(word in low for word in words)
        ]
        found.extend(codes or [text])
    return tuple(dict.fromkeys(found))


def read_requirements(stated: Mapping[str, Any]) -> tuple[Requirement, ...]:
    """The requirements of a record; a yes/no that is not asked for is none.

    Raises ``InvalidInput`` for an unknown key or a malformed value.
    """
    result = []
    for key, raw in stated.items():
        if key not in _KEYS:
            raise InvalidInput(
                "unknown_requirement", "不认识的要求“{key}”", field="requirements", key=key
            )
        if raw is None or raw is False:
            continue
        attribute, operator, hard = _KEYS[key]
        result.append(Requirement(attribute, operator, _read_value(attribute, raw), hard))
    return tuple(result)


def _read_value(attribute: str, raw: Any) -> Value:
    definition = DEFINITIONS[attribute]
    try:
        return _typed(definition, raw)
    except (TypeError, ValueError):
        raise InvalidInput(
            "malformed_value",
            "“{label}”的取值“{value}”无法识别",
            field="requirements",
            label=definition.label_zh,
            value=raw,
        ) from None


def _typed(definition: AttributeDefinition, raw: Any) -> Value:
    kind = definition.kind
    if kind is Kind.YES_NO:
        if not isinstance(raw, bool):
            raise TypeError(raw)
        return raw
    if kind is Kind.SET:
        words = tuple(str(word) for word in ([raw] if isinstance(raw, str) else raw))
        return canonical_certificates(words) if definition.key == "certificates" else words
    if kind is Kind.IP_RATING:
        ip_digits(raw)
        return str(raw).upper()
    if kind is Kind.ORDINAL:
        if raw not in definition.order:
            raise ValueError(raw)
        return str(raw)
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise TypeError(raw)
    return float(raw)


def demand_from_record(record: Mapping[str, Any]) -> DemandFacts:
    """A demand from a record shaped as in the published list of demands."""
    budget = record.get("budget_yuan") or (0, 0)
    return DemandFacts(
        demand_id=record.get("demand_id"),
        title=record.get("title") or "",
        description=record.get("description") or "",
        pain_point=record.get("pain_point") or "",
        sector=record.get("sector") or "",
        tasks=tuple(record.get("tasks") or ()),
        requirements=read_requirements(record.get("requirements") or {}),
        modes=tuple(record.get("cooperation_modes") or ()),
        quantity=int(record.get("quantity") or 0),
        budget_fen=(int(budget[0]) * 100, int(budget[1]) * 100),
        district=record.get("district") or "",
    )


def products_from_supplier(record: Mapping[str, Any], taxonomy: Taxonomy) -> list[ProductFacts]:
    """The products of a firm from a record shaped as in the published list of suppliers.

    A firm without a city whose texts speak of supply from abroad counts as one abroad.
    """
    certificates = canonical_certificates(record.get("certifications") or ())
    words = taxonomy.supply_words.get("abroad", ())
    abroad = record.get("city") is None and any(
        word in product["description"] for product in record["products"] for word in words
    )
    return [
        _product(product, record["supplier_id"], certificates, abroad=abroad)
        for product in record["products"]
    ]


def _product(
    record: Mapping[str, Any], supplier_id: str, certificates: tuple[str, ...], *, abroad: bool
) -> ProductFacts:
    unseen = set(record.get("specs_not_seen") or ())
    sources = record.get("sources") or ()
    source = sources[0] if sources else ""
    capabilities = [
        Capability(
            key,
            _typed(DEFINITIONS[key], raw),
            Evidence.UNVERIFIED if key in unseen else Evidence.CLAIMED,
            "" if key in unseen else source,
        )
        for key, raw in record["specs"].items()
        if key in DEFINITIONS
    ]
    if certificates:
        capabilities.append(Capability("certificates", certificates, Evidence.CLAIMED, source))
    return ProductFacts(
        product_id=record["product_id"],
        supplier_id=supplier_id,
        model=record["model"],
        form=record["form"],
        description=record["description"],
        tasks=tuple(record["tasks"]),
        sectors=tuple(record["sectors"]),
        modes=tuple(record["cooperation_modes"]),
        capabilities=tuple(capabilities),
        price_fen=int(record["specs"].get("price_yuan") or 0) * 100,
        abroad=abroad,
    )
