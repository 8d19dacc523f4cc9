"""The programmes as data: what is selected, under which clause, and what a round starts from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import yaml

from matchmaker.errors import InvalidInput
from matchmaker.paths import SEEDS
from matchmaker.selection.rounds.rules import AttachmentDraft, CriterionDraft, GateDraft, RoundDraft

_FILE = SEEDS / "selection" / "programmes.yaml"


@dataclass(frozen=True, kw_only=True)
class Programme:
    """One yearly programme. ``instrument`` is the id of the money instrument behind it."""

    id: str
    zh: str
    short: str
    subject: str
    letters: str
    instrument: str
    document: str
    clause: str
    #: False while the text that founds it is a draft: its amounts are 测算 only.
    binding: bool
    quota: int
    summary: str
    criteria: tuple[CriterionDraft, ...]
    gates: tuple[GateDraft, ...]
    attachments: tuple[AttachmentDraft, ...]
    #: How the parts of an application are called where they differ from those of a scene.
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_scene(self) -> bool:
        """True when scenes (with investment and consortium) are selected."""
        return self.subject == "场景"


@cache
def load_programmes() -> dict[str, Programme]:
    """Every programme by id, in file order."""
    data = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {item["id"]: _build(item, data) for item in data["programmes"]}


def get_programme(programme_id: str) -> Programme:
    """The programme; raises ``InvalidInput`` for an unknown id."""
    try:
        return load_programmes()[programme_id]
    except KeyError as error:
        raise InvalidInput(
            "programme_unknown", "没有编号为“{id}”的评选项目。", field="programme", id=programme_id
        ) from error


def _build(item: dict[str, Any], data: dict[str, Any]) -> Programme:
    rubric, gates, attachments = item["rubric"], item["gates"], item["attachments"]
    plain = {
        key: value for key, value in item.items() if key not in {"rubric", "gates", "attachments"}
    }
    return Programme(
        **plain,
        criteria=tuple(
            CriterionDraft(**{**entry, "anchors": tuple(entry["anchors"])})
            for entry in data["rubrics"][rubric]
        ),
        gates=tuple(GateDraft(**entry) for entry in data["gates"][gates]),
        attachments=tuple(AttachmentDraft(**entry) for entry in data["attachments"][attachments]),
    )


def start_draft(programme: Programme, year: int) -> RoundDraft:
    """What the set-up form of a new round shows before anything is typed."""
    return RoundDraft(
        programme=programme.id,
        year=year,
        title=f"{year}年杭州市{programme.zh}评选",
        notice_text=_notice(programme, year),
        quota=programme.quota,
        shortlist_size=programme.quota * 3,
        stages=2 if programme.is_scene else 1,
        needs_district_review=programme.is_scene,
        needs_department_opinion=programme.is_scene,
        investment_from=f"{year - 1}-01-01",
        investment_to=f"{year}-06-30",
        criteria=programme.criteria,
        gates=programme.gates,
        attachments=programme.attachments,
    )


def _notice(programme: Programme, year: int) -> str:
    opinions = "区县初审、行业主管部门提出意见、" if programme.is_scene else ""
    return "\n".join(
        (
            f"根据{programme.clause}，现组织开展{year}年杭州市{programme.zh}评选。",
            "一、申报条件",
            *(f"{n}. {gate.question}" for n, gate in enumerate(programme.gates, start=1)),
            "二、评分指标",
            *(
                f"{n}. {criterion.name}（{criterion.weight}分）：{criterion.description}"
                for n, criterion in enumerate(programme.criteria, start=1)
            ),
            "三、申报材料",
            *(
                f"{n}. {attachment.name}{'' if attachment.required else '（如有）'}"
                for n, attachment in enumerate(programme.attachments, start=1)
            ),
            "四、评选程序",
            f"申报、{opinions}资格审查、专家评审、现场核查、公示、公布。",
            "评审专家与申报单位有利害关系的，应当回避。",
        )
    )
