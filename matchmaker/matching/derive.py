"""What form, tasks, protection, sensors and the description of a product tell without a figure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from matchmaker.matching.constraints import Capability, Evidence, ip_digits
from matchmaker.matching.facts import ProductFacts
from matchmaker.matching.taxonomy import Taxonomy
from matchmaker.text import normalise

_CLAUSES = re.compile(r"[，。；;！!？?、]")
#: A clause that says what a product is not made for, or what a demand does not ask for.
_LIMIT = re.compile(
    r"不适合|不适宜|不宜|不建议|不承担|不会|不能(?!夹|砸|伤)|不具备|不带|不含|不是|不负重|不防水|不做|不送|不以|不需要"
    r"|不要求|不指望|不附带|不直接|不单独|不构成|不属于|不用于|没有|无法|过不了|暂不|尚无|尚未|并非|抱不动|不要再"
)

_GRIP_TASKS = frozenset(
    (
        "抓取",
        "操作",
        "装配",
        "插接",
        "上下料",
        "分拣",
        "拣选",
        "码垛",
        "取药",
        "补货",
        "阀门操作",
        "开门",
        "焊接",
        "打磨",
        "螺母安装",
        "电力操作",
        "取样",
        "精细操作",
        "搬移挡鼠板",
        "冲压上料",
        "料箱转运",
    )
)
_TALK_TASKS = frozenset(
    (
        "迎宾",
        "导览",
        "讲解",
        "问答",
        "引领",
        "导诊",
        "接待",
        "互动",
        "陪伴",
        "情感交互",
        "表演",
        "看护",
        "视频通话",
        "导购",
        "点单",
        "教学",
        "语音交互",
        "喊话",
        "劝导",
        "领位",
    )
)
_FORCE_SENSORS = ("力控", "力觉", "力矩", "力反馈", "触觉")


def split_clauses(text: str) -> Iterator[tuple[str, bool]]:
    """The clauses of a text, each with whether it states a limit.

    >>> list(split_clauses("可背四十公斤，不会抓取。"))
    [('可背四十公斤', False), ('不会抓取', True)]
    """
    for clause in _CLAUSES.split(text):
        if clause.strip():
            yield clause.strip(), bool(_LIMIT.search(clause))


def without_limits(text: str) -> str:
    """The text without the clauses that name what is not offered or not asked for."""
    return "，".join(clause for clause, is_limit in split_clauses(text) if not is_limit)


def limits_of(text: str) -> str:
    """Only the clauses that state a limit."""
    return "，".join(clause for clause, is_limit in split_clauses(text) if is_limit)


def runs_on(product: ProductFacts, taxonomy: Taxonomy) -> bool:
    """Whether batteries are swapped or charged without people, so that endurance is no limit."""
    return any(word in product.description for word in taxonomy.continuous_words)


def derive_capabilities(product: ProductFacts, taxonomy: Taxonomy) -> tuple[Capability, ...]:
    """The derived attributes that nobody stated; an attribute that was stated is left alone."""
    stated = {item.attribute for item in product.capabilities}
    found = {
        "manipulation_required": _manipulates(product, taxonomy),
        "human_interaction": _interacts(product),
        "outdoor": _works_outdoors(product),
        "force_control": _controls_force(product),
    }
    return tuple(
        Capability(key, value, Evidence.CLAIMED, source)
        for key, (value, source) in found.items()
        if value is not None and key not in stated
    )


def with_derived(product: ProductFacts, taxonomy: Taxonomy) -> ProductFacts:
    """The product with its derived attributes."""
    derived = derive_capabilities(product, taxonomy)
    return replace(product, capabilities=product.capabilities + derived)


def _manipulates(product: ProductFacts, taxonomy: Taxonomy) -> tuple[bool | None, str]:
    if _GRIP_TASKS.intersection(product.tasks):
        return True, "由任务推得"
    if product.form in taxonomy.grips:
        return True, "由形态推得"
    if product.form in taxonomy.grips_not:
        return False, "由形态推得"
    return None, ""


def _interacts(product: ProductFacts) -> tuple[bool | None, str]:
    if _TALK_TASKS.intersection(product.tasks):
        return True, "由任务推得"
    return None, ""


def _works_outdoors(product: ProductFacts) -> tuple[bool | None, str]:
    for item in product.capabilities:
        stated = item.evidence.strength >= Evidence.CLAIMED.strength
        if item.attribute == "ip_rating" and stated and ip_digits(str(item.value))[1] >= 4:
            return True, "由防护等级推得"
    if re.search(r"户外|全天候|野外|室内外|雪地", without_limits(product.description)):
        return True, "由产品说明推得"
    if re.search(r"户外|雨天", limits_of(product.description)):
        return False, "由产品说明推得"
    return None, ""


def _controls_force(product: ProductFacts) -> tuple[bool | None, str]:
    sensors = [item.value for item in product.capabilities if item.attribute == "sensors"]
    listed = "、".join(str(part) for value in sensors if isinstance(value, tuple) for part in value)
    text = normalise(listed + without_limits(product.description))
    if any(word in text for word in _FORCE_SENSORS):
        return True, "由传感器和产品说明推得"
    return None, ""
