"""Requirements that the free text of a demand suggests; the owner confirms or drops each.

A rule looks at a quantity together with the words around it in the same clause, so that 载荷20公斤
is a load and 自重不超过80公斤 is a limit. What a text does not say is not suggested.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from matchmaker.matching.constraints import Operator, Requirement, Value
from matchmaker.text.numbers import (
    Plain,
    Quantity,
    find_quantities,
    make_plain,
    parse_number,
)

#: Words within this many characters before or after a quantity decide what it measures.
REACH = 14
_CLAUSE_END = re.compile(r"[，。；;！？!?,]")
_DENIED = re.compile(r"(?:不需要|不要求|无需|不用|不必|没有|不含|不涉及|无)\S{0,4}$")


@dataclass(frozen=True)
class Suggestion:
    """A requirement and the place of the text that suggests it (``text[start:end]``)."""

    requirement: Requirement
    start: int
    end: int
    matched: str


@dataclass(frozen=True)
class _Context:
    """A quantity with the words of its clause before and after it."""

    quantity: Quantity
    before: str
    after: str


_LOAD = re.compile(
    r"载荷|负载|承重|载重|背负|背|扛|抱|托|拎|提|搬|抓|举|取|放|顶起|运|单箱|单件|一个|最重|每箱|每件|工件|货|箱|单次|重量|料|拿"
)
_NOT_LOAD = re.compile(r"自重|机身|整机|净重|本体重|单手别|体重|设备重|重量不超过|单手不超过|手重")
_MASS = re.compile(r"自重|机身重|整机重|净重|本体重|设备重")
_ENDURANCE = re.compile(
    r"续航|连续|不停|能用|撑|跑够|电池|充一次电|充满|一次干|没人管|整夜|不间断|连跑|自带电"
)
_NOT_ENDURANCE = re.compile(
    r"响应|到现场|换机|修|维修|之内|以内|洗|排期|每[两三四五六七八九\d]*$|内换|一次$|间隔|恢复|待命"
)
_HEAT = re.compile(r"温|夏|热|晒|车间|炉|地表|中午")
_SLOPE = re.compile(r"坡|斜")
_NOT_SPEED = re.compile(r"水流|风速|不超过|不大于|以下|流速|(?<!不)低于")


def _read_load(context: _Context) -> Requirement | None:
    if _NOT_LOAD.search(context.before) or context.quantity.high < 0.5:
        return None
    near = context.before + context.after[:6]
    if not _LOAD.search(near):
        return None
    return Requirement("payload_kg", Operator.AT_LEAST, context.quantity.high, hard=True)


def _read_mass(context: _Context) -> Requirement | None:
    limited = re.search(
        r"不超过|不大于|以内|以下|别超过|(?<!不)低于", context.before + context.after[:4]
    )
    if not _MASS.search(context.before) or not limited:
        return None
    return Requirement("mass_kg", Operator.AT_MOST, context.quantity.high, hard=False)


def _read_endurance(context: _Context) -> Requirement | None:
    if _NOT_ENDURANCE.search(context.before) or re.match(r"内|以内|之内|一[次趟波]", context.after):
        return None
    if not _ENDURANCE.search(context.before + context.after[:8]):
        return None
    if context.quantity.low < 0.25:
        return None
    return Requirement("endurance_h", Operator.AT_LEAST, context.quantity.low, hard=False)


def _read_degrees(context: _Context) -> Requirement | None:
    quantity = context.quantity
    if quantity.unit == "deg" and _SLOPE.search(context.before) and 0 < quantity.high < 90:
        return Requirement("slope_deg", Operator.AT_LEAST, quantity.high, hard=False)
    if quantity.low < 0:
        return Requirement("temp_min_c", Operator.AT_MOST, quantity.low, hard=True)
    warm = quantity.unit == "c" or _HEAT.search(context.before + context.after[:4])
    if warm and 30 <= quantity.high <= 80:
        return Requirement("temp_max_c", Operator.AT_LEAST, quantity.high, hard=True)
    return None


def _read_speed(context: _Context) -> Requirement | None:
    if _NOT_SPEED.search(context.before) or re.match(r"以内|以下", context.after):
        return None
    return Requirement("speed_mps", Operator.AT_LEAST, context.quantity.low, hard=False)


_QUANTITY_RULES: dict[str, tuple[Callable[[_Context], Requirement | None], ...]] = {
    "kg": (_read_mass, _read_load),
    "h": (_read_endurance,),
    "deg": (_read_degrees,),
    "c": (_read_degrees,),
    "mps": (_read_speed,),
}


@dataclass(frozen=True)
class _WordRule:
    """Words that suggest a requirement by themselves."""

    pattern: re.Pattern[str]
    attribute: str
    operator: Operator
    value: Value
    hard: bool


_WORD_RULES = (
    _WordRule(
        re.compile(r"(?<!涉)防爆(?!服|处突|犬)|爆炸性环境|易燃易爆"),
        "ex_proof",
        Operator.EQUAL,
        True,
        True,
    ),
    _WordRule(
        re.compile(r"爬楼|楼梯|钢梯|斜梯|爬梯|石阶|台阶|上下楼"),
        "stairs",
        Operator.EQUAL,
        True,
        True,
    ),
    _WordRule(
        re.compile(r"医疗器械(?:注册)?证|医疗器械注册|三类(?:注册)?证|二类(?:注册)?证|nmpa"),
        "certificates",
        Operator.AT_LEAST,
        ("NMPA",),
        True,
    ),
    _WordRule(
        re.compile(
            r"双臂|双手|两只手|左右手|抓取|抓稳|抓各|取放|插拔|装配|拧紧|拧螺丝|开柜门|阀门|夹住"
        ),
        "manipulation_required",
        Operator.EQUAL,
        True,
        True,
    ),
    _WordRule(re.compile(r"力控|力觉|力反馈|触感"), "force_control", Operator.EQUAL, True, False),
    _WordRule(
        re.compile(
            r"户外|室外|露天|野外|雨雪|雨天|毛毛雨|雷雨|刮风下雨|日晒|太阳晒|山道|(?<![东西南北中])山路"
        ),
        "outdoor",
        Operator.EQUAL,
        True,
        False,
    ),
    _WordRule(
        re.compile(r"讲解|讲传说|回答|问答|问路|对话|聊|喊话|劝导|迎宾|迎客|合影|陪|互动|打招呼"),
        "human_interaction",
        Operator.EQUAL,
        True,
        False,
    ),
)
_IP = re.compile(r"ip\s?([0-6x])\s?([0-9])(?![0-9])")
_LEVEL = re.compile(r"(?<![a-z0-9])l([1-5])(?![0-9a-z])")
_JOINTS = re.compile(
    r"自由度\D{0,4}?(\d{1,3}|[一二三四五六七八九十]{1,3})|(\d{1,3}|[一二三四五六七八九十]{1,3})个?(?:主动)?自由度"
)


def suggest_requirements(text: str) -> tuple[Suggestion, ...]:
    """What the text suggests, one suggestion an attribute, in the order of the text.

    Of several values of one attribute the most demanding counts.

    >>> [s.requirement.value for s in suggest_requirements("载荷20公斤以上，续航不低于4小时，IP67")]
    [20.0, 4.0, 'IP67']
    """
    plain = make_plain(text)
    best: dict[str, Suggestion] = {}
    for requirement, start, end in _find_all(plain):
        origin = plain.span(start, end)
        found = Suggestion(requirement, *origin, text[slice(*origin)])
        held = best.get(requirement.attribute)
        if held is None or _asks_more(requirement, held.requirement):
            best[requirement.attribute] = found
    return tuple(sorted(best.values(), key=lambda item: item.start))


def _find_all(plain: Plain) -> Iterator[tuple[Requirement, int, int]]:
    yield from _find_quantities(plain.text)
    yield from _find_words(plain.text)
    for match in _IP.finditer(plain.text):
        value = f"IP{match[1].upper()}{match[2]}"
        yield Requirement("ip_rating", Operator.AT_LEAST, value, True), match.start(), match.end()
    for match in _LEVEL.finditer(plain.text):
        level = Requirement("autonomy_level", Operator.AT_LEAST, f"L{match[1]}", False)
        yield level, match.start(), match.end()
    yield from _find_joints(plain.text)


def _find_quantities(text: str) -> Iterator[tuple[Requirement, int, int]]:
    for quantity in find_quantities(text):
        context = _context_of(text, quantity)
        for rule in _QUANTITY_RULES[quantity.unit]:
            requirement = rule(context)
            if requirement is not None:
                yield requirement, quantity.start, quantity.end
                break


def _context_of(text: str, quantity: Quantity) -> _Context:
    before = text[max(quantity.start - REACH, 0) : quantity.start]
    after = text[quantity.end : quantity.end + REACH]
    return _Context(quantity, _CLAUSE_END.split(before)[-1], _CLAUSE_END.split(after)[0])


def _find_words(text: str) -> Iterator[tuple[Requirement, int, int]]:
    for rule in _WORD_RULES:
        for match in rule.pattern.finditer(text):
            if _is_denied(text, match.start(), match.end()):
                continue
            requirement = Requirement(rule.attribute, rule.operator, rule.value, rule.hard)
            yield requirement, match.start(), match.end()
            break


def _is_denied(text: str, start: int, end: int) -> bool:
    """``不用爬楼梯`` and ``台阶绕行也可以`` ask for nothing."""
    before, after = text[max(start - 8, 0) : start], text[end : end + 6]
    return bool(_DENIED.search(before) or re.match(r"\S{0,2}(?:绕行|除外)", after))


def _find_joints(text: str) -> Iterator[tuple[Requirement, int, int]]:
    for match in _JOINTS.finditer(text):
        count = parse_number(match[1] or match[2])[0]
        near = text[max(match.start() - 20, 0) : match.end() + 6]
        attribute = "dof_hand" if re.search(r"手|指", near) else "dof_total"
        yield (
            Requirement(attribute, Operator.AT_LEAST, count, hard=False),
            match.start(),
            match.end(),
        )


def _asks_more(new: Requirement, held: Requirement) -> bool:
    if isinstance(new.value, float) and isinstance(held.value, float):
        lower = new.operator is Operator.AT_MOST
        return new.value < held.value if lower else new.value > held.value
    if isinstance(new.value, str) and isinstance(held.value, str):
        return new.value > held.value
    return False
