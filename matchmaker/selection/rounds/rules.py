"""Pure decisions about a round: its states, what may be set in which, and whether it is complete.

A round is written in ``draft``. Opening the applications freezes everything that decides who wins
(criteria, weights, gates, quota, rule of the score, quorum, tie chain, pass marks, publicity days).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from matchmaker.errors import IllegalTransition, InvalidInput
from matchmaker.selection.official import ScoreRule

#: Points are stored as whole hundredths: 8750 is 87.50.
HUNDREDTHS = 100
FULL_SCORE = 100 * HUNDREDTHS
#: Scores at which a criterion's anchors are described.
ANCHOR_LEVELS = (95, 85, 75, 65, 50)


class RoundState(StrEnum):
    """Where a round stands."""

    DRAFT = "draft"
    OPEN = "open"
    REVIEW = "review"
    PRELIMINARY = "preliminary"
    SHORTLIST = "shortlist"
    FINAL = "final"
    RANKED = "ranked"
    PUBLICITY = "publicity"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class Stage(StrEnum):
    """Which scoring a sheet belongs to."""

    CALIBRATION = "calibration"
    PRELIMINARY = "preliminary"
    FINAL = "final"


STATE_LABELS: Mapping[RoundState, str] = {
    RoundState.DRAFT: "编制中",
    RoundState.OPEN: "申报中",
    RoundState.REVIEW: "资格审查",
    RoundState.PRELIMINARY: "初评",
    RoundState.SHORTLIST: "入围与现场核查",
    RoundState.FINAL: "复评",
    RoundState.RANKED: "拟定名单",
    RoundState.PUBLICITY: "公示中",
    RoundState.CONFIRMED: "已公布结果",
    RoundState.CANCELLED: "已取消",
}

STAGE_LABELS: Mapping[Stage, str] = {
    Stage.CALIBRATION: "试评",
    Stage.PRELIMINARY: "初评",
    Stage.FINAL: "复评",
}

RULE_LABELS: Mapping[ScoreRule, str] = {
    ScoreRule.TRIMMED: "去掉一个最高分和一个最低分后取平均（不足 5 个有效分时取全部平均）",
    ScoreRule.MEAN: "全部有效分取平均",
}

#: The fixed order in which equal official scores are separated.
TIE_CHAIN: Mapping[str, str] = {
    "criterion": "权重最大的指标得分",
    "untrimmed_mean": "不去高低分的平均分",
    "head_to_head": "两两比较中胜出的次数",
    "ballot": "评审组投票（记录在案）",
    "lot": "公开抽签（事先公布种子）",
}

_NEXT: Mapping[RoundState, tuple[RoundState, ...]] = {
    RoundState.DRAFT: (RoundState.OPEN, RoundState.CANCELLED),
    RoundState.OPEN: (RoundState.REVIEW, RoundState.CANCELLED),
    RoundState.REVIEW: (RoundState.PRELIMINARY, RoundState.FINAL, RoundState.CANCELLED),
    RoundState.PRELIMINARY: (RoundState.SHORTLIST,),
    RoundState.SHORTLIST: (RoundState.FINAL,),
    RoundState.FINAL: (RoundState.RANKED,),
    RoundState.RANKED: (RoundState.PUBLICITY,),
    RoundState.PUBLICITY: (RoundState.CONFIRMED, RoundState.RANKED),
    RoundState.CONFIRMED: (),
    RoundState.CANCELLED: (),
}

#: What is true once a round has been in a state.
_DONE: Mapping[RoundState, str] = {
    RoundState.OPEN: "申报已经开始",
    RoundState.REVIEW: "申报已经结束",
    RoundState.PRELIMINARY: "初评已经开始",
    RoundState.SHORTLIST: "初评已经结束",
    RoundState.FINAL: "评审已经开始",
    RoundState.RANKED: "名单已经拟定",
    RoundState.PUBLICITY: "名单已经公示",
    RoundState.CONFIRMED: "结果已经公布",
}

#: States in which judges score, and the stage that they score.
SCORING_STAGES: Mapping[RoundState, Stage] = {
    RoundState.PRELIMINARY: Stage.PRELIMINARY,
    RoundState.FINAL: Stage.FINAL,
}


def check_transition(now: RoundState, target: RoundState, *, stages: int) -> None:
    """Raise ``IllegalTransition`` unless a round with so many scoring stages may go there."""
    allowed = now in _NEXT and target in _NEXT[now]
    if now is RoundState.REVIEW and allowed and target is not RoundState.CANCELLED:
        wanted = RoundState.PRELIMINARY if stages == 2 else RoundState.FINAL
        allowed = target is wanted
    if not allowed:
        _refuse_passed(now, target)
        raise IllegalTransition(
            "round_step",
            "年度评选当前为“{now}”，不能转为“{target}”。请先完成前面的步骤。",
            now=STATE_LABELS[now],
            target=STATE_LABELS[target],
        )


def _refuse_passed(now: RoundState, target: RoundState) -> None:
    """Say what is, where the step was taken before or the round has ended without a result."""
    if now is RoundState.CANCELLED:
        raise IllegalTransition("round_cancelled", "评选已经取消，不能再办理。")
    order = list(RoundState)
    if target in _DONE and order.index(target) <= order.index(now):
        raise IllegalTransition("round_step_done", "{done}，无须重复操作。", done=_DONE[target])


def is_frozen(state: RoundState) -> bool:
    """True once the applications have opened: the rules of the round no longer change."""
    return state is not RoundState.DRAFT


def check_editable(state: RoundState) -> None:
    """Raise ``IllegalTransition`` when the rules of the round are frozen."""
    if is_frozen(state):
        raise IllegalTransition(
            "round_frozen",
            "申报已经开始，评选规则、指标和权重不能再修改。如确有错误，请发布更正公告。",
        )


@dataclass(frozen=True)
class CriterionDraft:
    """One criterion as typed. ``weight`` in whole points of 100; ``basis`` names its source.

    ``inspection_points`` of the weight come from the site inspection in the final stage; before
    an inspection exists (first stage) the judge gives the whole weight.
    """

    name: str
    weight: int
    description: str = ""
    basis: str = ""
    inspection_points: int = 0
    anchors: tuple[str, ...] = ("", "", "", "", "")


@dataclass(frozen=True)
class GateDraft:
    """One yes/no requirement as typed."""

    name: str
    question: str
    basis: str


@dataclass(frozen=True)
class AttachmentDraft:
    """One line of the attachments checklist."""

    name: str
    required: bool = True
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class RoundDraft:
    """Everything the bureau sets for one round."""

    programme: str
    year: int
    title: str
    notice_text: str
    quota: int
    rule: ScoreRule = ScoreRule.TRIMMED
    stages: int = 2
    judges_per_scene: int = 3
    panel_size: int = 7
    quorum_preliminary: int = 3
    quorum_final: int = 5
    shortlist_size: int = 15
    pass_mark: int | None = 70 * HUNDREDTHS
    item_pass_percent: int = 50
    consortium_max: int = 3
    publicity_days: int = 5
    #: Opinions that the notice asks for before an application qualifies.
    needs_district_review: bool = True
    needs_department_opinion: bool = True
    tie_chain: tuple[str, ...] = tuple(TIE_CHAIN)
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    investment_from: str = ""
    investment_to: str = ""
    criteria: tuple[CriterionDraft, ...] = ()
    gates: tuple[GateDraft, ...] = ()
    attachments: tuple[AttachmentDraft, ...] = ()


def check_numbers(draft: RoundDraft) -> None:
    """Raise ``InvalidInput`` for a number outside what a round can have."""
    bounds = (
        ("year", draft.year, 2020, 2100, "年度"),
        ("quota", draft.quota, 1, 100, "名额"),
        ("stages", draft.stages, 1, 2, "评审轮次"),
        ("judges_per_scene", draft.judges_per_scene, 1, 15, "初评每个场景的评委数"),
        ("panel_size", draft.panel_size, 1, 50, "评审组人数"),
        ("quorum_preliminary", draft.quorum_preliminary, 1, 15, "初评法定有效分数"),
        ("quorum_final", draft.quorum_final, 1, 50, "复评法定有效分数"),
        ("shortlist_size", draft.shortlist_size, 1, 300, "入围数量"),
        ("item_pass_percent", draft.item_pass_percent, 0, 100, "单项及格线"),
        ("consortium_max", draft.consortium_max, 2, 10, "联合体单位数"),
        ("publicity_days", draft.publicity_days, 1, 60, "公示工作日数"),
    )
    for field, value, low, high, label in bounds:
        if not low <= value <= high:
            raise InvalidInput(
                "round_number",
                "{label}应在 {low} 至 {high} 之间，现为 {value}。",
                field=field,
                label=label,
                low=low,
                high=high,
                value=value,
            )
    if draft.pass_mark is not None and not 0 <= draft.pass_mark <= FULL_SCORE:
        raise InvalidInput("pass_mark", "总分及格线应在 0 至 100 之间。", field="pass_mark")


def check_relations(draft: RoundDraft) -> None:
    """Raise ``InvalidInput`` when two settings of the round contradict each other."""
    if draft.quorum_final > draft.panel_size:
        raise InvalidInput(
            "quorum_above_panel", "复评法定有效分数不能多于评审组人数。", field="quorum_final"
        )
    if draft.stages == 2 and draft.quorum_preliminary > draft.judges_per_scene:
        raise InvalidInput(
            "quorum_above_judges",
            "初评法定有效分数不能多于每个场景的评委数。",
            field="quorum_preliminary",
        )
    if draft.stages == 2 and draft.shortlist_size < draft.quota:
        raise InvalidInput("shortlist_small", "入围数量不能少于名额。", field="shortlist_size")
    if draft.opens_at and draft.closes_at and draft.closes_at <= draft.opens_at:
        raise InvalidInput("dates_order", "申报截止时间应晚于开始时间。", field="closes_at")
    unknown = [step for step in draft.tie_chain if step not in TIE_CHAIN]
    if unknown or len(set(draft.tie_chain)) != len(draft.tie_chain):
        raise InvalidInput("tie_chain", "同分处理顺序有未知或重复的步骤。", field="tie_chain")


def check_draft(draft: RoundDraft) -> None:
    """Raise ``InvalidInput`` for a setting that no round may have, complete or not."""
    if not draft.title.strip():
        raise InvalidInput("title_missing", "请填写评选名称。", field="title")
    check_numbers(draft)
    check_relations(draft)
    names = [criterion.name for criterion in draft.criteria]
    if len(set(names)) != len(names):
        raise InvalidInput("criterion_twice", "评分指标名称不能重复。", field="criteria")
    for criterion in draft.criteria:
        if not 1 <= criterion.weight <= 100:
            raise InvalidInput(
                "criterion_weight",
                "指标“{name}”的权重应为 1 至 100 的整数。",
                field="criteria",
                name=criterion.name,
            )
        if not 0 <= criterion.inspection_points < criterion.weight:
            raise InvalidInput(
                "inspection_points",
                "指标“{name}”中现场核查的分值应小于该指标的权重。",
                field="criteria",
                name=criterion.name,
            )
