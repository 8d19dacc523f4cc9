"""What a changed requirement would bring, and what to say when nothing fits. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from matchmaker.matching.constraints import (
    Kind,
    Outcome,
    Requirement,
    Value,
    describe_value,
    satisfies,
)
from matchmaker.matching.facts import DemandFacts, ProductFacts
from matchmaker.matching.levels import by_arm
from matchmaker.matching.ranking import ProductRanker, Ranking, Survey

#: How many relaxations are proposed.
PROPOSALS = 5


@dataclass(frozen=True)
class WhatIf:
    """A changed demand beside the one it came from; nothing is stored.

    ``gained`` and ``lost`` are ids of products that reach the bar only after or only before.
    """

    before: Ranking
    after: Ranking
    gained: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True)
class Relaxation:
    """A weaker requirement and what it would bring. ``value`` None: the requirement is dropped."""

    attribute: str
    label: str
    wanted: str
    value: Value | None
    proposed: str
    gained_products: tuple[str, ...]
    gained_firms: int

    @property
    def text(self) -> str:
        """``载荷由不低于12公斤放宽为不低于10公斤，可多3家企业的4个产品``."""
        change = "不再作硬性要求" if self.value is None else f"放宽为{self.proposed}"
        gain = f"可多{self.gained_firms}家企业的{len(self.gained_products)}个产品"
        return f"{self.label}由{self.wanted}{change}，{gain}"


def compare_demands(
    ranker: ProductRanker,
    before: DemandFacts,
    after: DemandFacts,
    *,
    today: date,
    top: int = 10,
    per_firm: int | None = None,
    unwelcome: Collection[str] = (),
) -> WhatIf:
    """Both rankings and the products that come and go; arguments as in ``ProductRanker.rank``."""
    old = _suitable(ranker, before, today, unwelcome)
    new = _suitable(ranker, after, today, unwelcome)
    first, second = (
        ranker.rank(demand, today=today, top=top, per_firm=per_firm, unwelcome=unwelcome)
        for demand in (before, after)
    )
    return WhatIf(
        before=first,
        after=second,
        gained=tuple(sorted(new - old)),
        lost=tuple(sorted(old - new)),
    )


def _suitable(
    ranker: ProductRanker, demand: DemandFacts, today: date, unwelcome: Collection[str]
) -> set[str]:
    survey = ranker.survey(demand, today=today, unwelcome=unwelcome)
    return {item.product.product_id for item in survey.suitable(ranker.weights.bar)}


def propose_relaxations(
    ranker: ProductRanker,
    demand: DemandFacts,
    *,
    today: date,
    unwelcome: Collection[str] = (),
    survey: Survey | None = None,
) -> tuple[Relaxation, ...]:
    """The smallest changes of one hard requirement each that let more products in, best first.

    Only products count that nothing else excludes and whose score would reach the bar.
    ``survey``: the one of this demand, where it is at hand.
    """
    known = survey or ranker.survey(demand, today=today, unwelcome=unwelcome)
    proposals: list[Relaxation] = []
    for requirement in demand.requirements:
        if requirement.hard:
            blocked = _blocked_by(ranker, demand, requirement, known)
            proposals.extend(_proposals_for(ranker, demand, requirement, blocked, today))
    proposals.sort(key=lambda item: (-item.gained_firms, -len(item.gained_products), item.text))
    return tuple(proposals[:PROPOSALS])


def _blocked_by(
    ranker: ProductRanker, demand: DemandFacts, requirement: Requirement, survey: Survey
) -> list[ProductFacts]:
    """The products that this requirement alone excludes."""
    blocked = []
    for item in survey.excluded:
        product = ranker.products[ranker.rows[item.product_id]]
        asked = by_arm(requirement, demand, product).attribute
        broken = [v.attribute for v in item.verdicts if v.hard and v.verdict is Outcome.UNMET]
        if broken == [asked]:
            blocked.append(product)
    return blocked


def _proposals_for(
    ranker: ProductRanker,
    demand: DemandFacts,
    requirement: Requirement,
    blocked: Sequence[ProductFacts],
    today: date,
) -> Iterable[Relaxation]:
    definition = ranker.definitions[requirement.attribute]
    values: list[Value | None] = [None]
    if definition.kind in (Kind.MINIMUM, Kind.MAXIMUM, Kind.IP_RATING, Kind.ORDINAL):
        values = list(_steps(ranker, demand, requirement, blocked))
    wanted = describe_value(definition, requirement.value, requirement.operator)
    seen: set[str] = set()
    for value in values:
        gained = _gained(ranker, demand, requirement, value, blocked, today)
        if not gained or set(gained) <= seen:
            continue
        seen.update(gained)
        firms = {ranker.products[ranker.rows[key]].supplier_id for key in gained}
        proposed = "" if value is None else describe_value(definition, value, requirement.operator)
        yield Relaxation(
            attribute=requirement.attribute,
            label=definition.label_zh,
            wanted=wanted,
            value=value,
            proposed=proposed,
            gained_products=gained,
            gained_firms=len(firms),
        )


def _steps(
    ranker: ProductRanker,
    demand: DemandFacts,
    requirement: Requirement,
    blocked: Sequence[ProductFacts],
) -> Iterable[Value]:
    """The values on offer, from the nearest to the farthest: each lets in who has it."""
    offered: dict[Value, None] = {}
    for product in blocked:
        key = by_arm(requirement, demand, product).attribute
        own = [item for item in product.capabilities if item.attribute == key]
        offered.update(dict.fromkeys(item.value for item in own))
    values = list(offered)
    definition = ranker.definitions[requirement.attribute]
    # A step lets in whoever satisfies it, so the more satisfy it the farther it goes.
    return sorted(
        values,
        key=lambda value: (
            sum(satisfies(definition, requirement.operator, value, other) for other in values),
            str(value),
        ),
    )


def _gained(
    ranker: ProductRanker,
    demand: DemandFacts,
    requirement: Requirement,
    value: Value | None,
    blocked: Sequence[ProductFacts],
    today: date,
) -> tuple[str, ...]:
    if not blocked:
        return ()
    changed = replace(requirement, value=value) if value is not None else None
    requirements = tuple(
        item
        for item in (changed if own == requirement else own for own in demand.requirements)
        if item is not None
    )
    survey = ranker.survey(replace(demand, requirements=requirements), today=today)
    names = {item.product_id for item in blocked}
    return tuple(
        sorted(
            item.product.product_id
            for item in survey.suitable(ranker.weights.bar)
            if item.product.product_id in names
        )
    )


def advise(ranker: ProductRanker, demand: DemandFacts, survey: Survey, *, today: date) -> str:
    """What to tell an owner whom no product fits: what is missing, what could be relaxed."""
    if not survey.profile.is_readable:
        return "未能从文字中认出要做的工作，请写明任务（如搬运、巡检、讲解）或所需产品的形态。"
    sentences = ["暂无合适供给。"]
    lacking = _lacking(survey)
    if lacking:
        sentences.append(f"现有产品在{'、'.join(lacking)}方面未满足要求或缺少资料。")
    proposals = propose_relaxations(ranker, demand, today=today, survey=survey)
    sentences.extend(f"{item.text}。" for item in proposals[:2])
    sentences.append("可将需求转为揭榜挂帅，公开征集解决方案。")
    return "".join(sentences)


def _lacking(survey: Survey) -> list[str]:
    """The requirements that the nearest products miss most often."""
    nearest = [item.verdicts for item in survey.ranked[:10]]
    nearest += [item.verdicts for item in survey.excluded if item.trade and item.trade.value > 0.3]
    counts = Counter(
        verdict.label
        for verdicts in nearest
        for verdict in verdicts
        if verdict.hard and verdict.verdict is not Outcome.MET
    )
    return [label for label, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:3]]
