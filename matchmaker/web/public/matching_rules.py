"""The public rules of matching, written from the weights that are in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.errors import NotReady
from matchmaker.matching.market.corpus import get_corpus
from matchmaker.matching.market.needs import read_text
from matchmaker.matching.parameters import SCORER
from matchmaker.matching.queries import match_text
from matchmaker.matching.ranking import PART_LABELS
from matchmaker.matching.weights import DEFAULT_WEIGHTS, RankingWeights
from matchmaker.web.shared import matching as shared

#: The worked example: a need as somebody might say it.
EXAMPLE = "地铁变电所夜间巡检，要读表计、测温，机器人能自己上下楼梯"
EXAMPLE_SECTOR = "市政巡检"

#: What a part asks, by its name.
PART_MEANINGS: Mapping[str, str] = {
    "trade": (
        "产品的形态和任务是否适合这项工作，能否适应现场地面，是否已能供货。"
        "这一项决定其他各项按多大比例计入。"
    ),
    "text": "需求文字中的字、词有多大比例出现在产品资料中，少见的词分量更重，反复出现不重复加分。",
    "sector": "产品是否面向需求所在的行业领域；相近领域部分计分。",
    "requirements": "逐项核对性能要求，必须满足的要求分量更重；未知的要求少计分，不排除。",
    "terms": "合作方式是否一致，公开价格是否在预算之内。",
    "supply": "产品参数中有来源可查的占多大比例。",
    "doubt": "必须满足的要求尚未证实的，按程度扣减前述各项（文字相近除外）。",
}

GROUPS: Mapping[str, Mapping[str, str]] = {
    "产品资料各部分的分量（计几遍）": {
        "field_model": "型号",
        "field_form": "形态",
        "field_tasks": "任务",
        "field_sectors": "应用领域",
        "field_description": "产品说明",
    },
    "文字相近": {
        "synonym": "同义词相对于原词的分量",
        "full_coverage": "覆盖度达到多少即得满分",
    },
    "行当契合": {
        "task_base": "只有形态适合、任务不符时保留的比例",
        "same_family": "同类但不同的任务相当于相同任务的比例",
        "task_in_title": "只在名称中提到的任务的分量",
        "task_in_text": "只在描述中提到的任务的分量",
        "task_decay": "任务清单中后一项相对于前一项的分量",
        "described": "只在产品说明中提到的任务相当于已列任务的比例",
        "sector_floor": "领域完全不同时保留的比例",
        "ruled_out": "产品说明写明不做的任务保留的比例",
        "focus": "主营程度在任务契合中所占的比例",
        "focus_decay": "产品任务清单中后一项相对于前一项的分量",
        "form_not_named": "需求点名其他形态时保留的比例",
        "form_missed": "需求只点名形态而产品不是该形态时保留的比例",
        "light_duty": "教学、展示类产品用于日常作业时保留的比例",
        "ground_mentioned": "只在文字中提到的地面条件的分量",
        "ground_floor": "完全不能适应的地面条件保留的比例",
        "abroad": "境外企业的产品保留的比例",
        "in_house": "企业自用、不对外供应的产品保留的比例",
        "prototype": "样机阶段的产品保留的比例",
        "maker_for_event": "短期活动中制造企业保留的比例",
        "rental_for_event": "短期活动中租赁企业的形态契合至少达到的比例",
        "rental_tasks": "短期活动中租赁企业的任务契合至少达到的比例",
        "rental_for_post": "长期岗位中租赁企业保留的比例",
    },
    "要求满足": {
        "hard_weight": "必须满足的要求的分量",
        "wish_weight": "期望满足的要求的分量",
        "level_unknown": "没有资料时的得分比例",
        "level_unproved": "须有证明而没有资料时的得分比例",
        "level_unverified": "资料达到要求但未核验时的得分比例",
        "level_needs_proof": "自述达到要求但须有证明时的得分比例",
        "level_short": "未核验的资料略低于要求时的得分比例（差得越多越低）",
        "level_without_requirements": "需求没有写要求时的得分比例",
        "doubt_floor": "必须满足的要求全无把握时保留的比例",
        "doubt_worst": "扣减时最差一项所占的比例，其余看平均",
    },
    "合作方式、预算和资料依据": {
        "mode_share": "合作方式在“合作方式与预算”中所占的比例",
        "mode_unknown": "合作方式不明时的得分比例",
        "evidence_floor": "参数全无来源时保留的比例",
    },
}
#: Weights that the page shows as points of a part or as the bar.
SHOWN_ELSEWHERE = frozenset({*PART_LABELS, "bar"} - {"doubt"})


@dataclass(frozen=True)
class WeightRow:
    """One number of the ranking with its meaning."""

    label: str
    value: str


@dataclass(frozen=True)
class PartRow:
    """One part of a score; ``points`` is None for the deduction."""

    label: str
    meaning: str
    points: str | None


@dataclass(frozen=True)
class Example:
    """A need, the best offer for it and how its score comes about."""

    text: str
    offer: shared.OfferCard
    lines: list[tuple[str, str]]
    total: str
    n_considered: int


@dataclass(frozen=True)
class RulesPage:
    """Everything that ``/about/matching`` shows."""

    parts: list[PartRow]
    groups: list[tuple[str, list[WeightRow]]]
    bar: str
    scorer: str
    example: Example | None


def make_page() -> RulesPage:
    """The page for the weights of the live ranking."""
    try:
        weights, example = get_corpus().ranker.weights, _make_example()
    except NotReady:
        weights, example = DEFAULT_WEIGHTS, None
    return RulesPage(
        parts=list_parts(weights),
        groups=list_groups(weights),
        bar=_figure(weights.bar),
        scorer=SCORER,
        example=example,
    )


def list_parts(weights: RankingWeights) -> list[PartRow]:
    """The parts with the most points that each can bring."""
    points = asdict(weights)
    return [
        PartRow(label, PART_MEANINGS[name], _figure(points[name]) if name in points else None)
        for name, label in PART_LABELS.items()
    ]


def list_groups(weights: RankingWeights) -> list[tuple[str, list[WeightRow]]]:
    """Every other number, by what it belongs to."""
    values = asdict(weights)
    return [
        (title, [WeightRow(label, _figure(values[name])) for name, label in names.items()])
        for title, names in GROUPS.items()
    ]


def _figure(value: float) -> str:
    return f"{value:g}"


def _make_example() -> Example | None:
    need = read_text(EXAMPLE, sector=EXAMPLE_SECTOR, vocabulary=load_vocabulary())
    match = match_text(need, top=1)
    if not match.ranking.results:
        return None
    best = match.ranking.results[0]
    return Example(
        text=EXAMPLE,
        offer=shared.make_card(best, match.corpus),
        lines=[(part.label, f"{part.points:.2f}") for part in best.parts if part.points],
        total=f"{best.score:.2f}",
        n_considered=match.ranking.n_considered,
    )
