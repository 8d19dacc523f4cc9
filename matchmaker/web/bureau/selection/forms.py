"""The forms of the bureau's selection desk."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.clock import CHINA
from matchmaker.errors import InvalidInput
from matchmaker.selection.official import ScoreRule
from matchmaker.selection.panels.models import Expert
from matchmaker.selection.panels.operations import ExpertDraft
from matchmaker.selection.rounds.rules import (
    RULE_LABELS,
    TIE_CHAIN,
    AttachmentDraft,
    CriterionDraft,
    GateDraft,
    RoundDraft,
)
from matchmaker.selection.scoring.rules import format_score, parse_score

BLANK_ROWS = 3


class CriterionForm(Form):
    """One criterion; a row without a name is left out."""

    name = StringField("指标", [Length(max=60)])
    weight = IntegerField("权重", [Optional(), NumberRange(1, 100, "权重应为 1 至 100。")])
    inspection_points = IntegerField(
        "其中现场核查", [Optional(), NumberRange(0, 99, "现场核查分值应为 0 至 99。")]
    )
    basis = StringField("依据", [Length(max=120)])
    description = TextAreaField("评分要点", [Length(max=2000)])
    anchor_1 = StringField("95分档", [Length(max=300)])
    anchor_2 = StringField("85分档", [Length(max=300)])
    anchor_3 = StringField("75分档", [Length(max=300)])
    anchor_4 = StringField("65分档", [Length(max=300)])
    anchor_5 = StringField("50分档", [Length(max=300)])

    def read(self) -> CriterionDraft:
        return CriterionDraft(
            name=(self.name.data or "").strip(),
            weight=self.weight.data or 0,
            inspection_points=self.inspection_points.data or 0,
            basis=(self.basis.data or "").strip(),
            description=(self.description.data or "").strip(),
            anchors=tuple((self[f"anchor_{n}"].data or "").strip() for n in range(1, 6)),
        )


class GateForm(Form):
    """One yes/no requirement; a row without a name is left out."""

    name = StringField("资格条件", [Length(max=60)])
    question = StringField("要求", [Length(max=500)])
    basis = StringField("依据", [Length(max=120)])


class AttachmentForm(Form):
    """One line of the checklist; a row without a name is left out."""

    name = StringField("材料名称", [Length(max=80)])
    required = BooleanField("必交")
    note = StringField("要求说明", [Length(max=200)])


def _whole(label: str, low: int, high: int) -> IntegerField:
    return IntegerField(
        label,
        [
            InputRequired(f"请填写{label}。"),
            NumberRange(low, high, f"{label}应在 {low} 至 {high} 之间。"),
        ],
    )


class RoundForm(FlaskForm):
    """Everything the bureau sets for one round."""

    revision = HiddenField()
    title = StringField("评选名称", [DataRequired("请填写评选名称。"), Length(max=120)])
    notice_text = TextAreaField("通知正文", [Length(max=20000)])
    opens_at = DateTimeLocalField("申报开始", [Optional()], format="%Y-%m-%dT%H:%M")
    closes_at = DateTimeLocalField("申报截止", [Optional()], format="%Y-%m-%dT%H:%M")
    investment_from = StringField("投入计算起始日", [Length(max=10)])
    investment_to = StringField("投入计算截止日", [Length(max=10)])
    quota = _whole("名额", 1, 100)
    stages = RadioField(
        "评审轮次", choices=[SelectChoice("1", "一轮"), SelectChoice("2", "初评、复评两轮")]
    )
    judges_per_scene = _whole("初评每个申报的评委数", 1, 15)
    panel_size = _whole("评审组人数", 1, 50)
    quorum_preliminary = _whole("初评最少有效评分", 1, 15)
    quorum_final = _whole("复评最少有效评分", 1, 50)
    shortlist_size = _whole("入围数量", 1, 300)
    rule = RadioField(
        "成绩计算", choices=[SelectChoice(rule.value, RULE_LABELS[rule]) for rule in ScoreRule]
    )
    pass_mark = StringField("总分及格线", [Length(max=6)])
    item_pass_percent = _whole("单项及格线（百分比）", 0, 100)
    consortium_max = _whole("联合体最多单位数", 2, 10)
    publicity_days = _whole("公示工作日数", 1, 60)
    needs_district_review = BooleanField("资格审查须有区县初审意见")
    needs_department_opinion = BooleanField("资格审查须有行业主管部门意见")
    tie_chain = SelectMultipleField(
        "同分处理（按下列顺序比较）",
        choices=[SelectChoice(key, text) for key, text in TIE_CHAIN.items()],
    )
    criteria = FieldList(FormField(CriterionForm))
    gates = FieldList(FormField(GateForm))
    attachments = FieldList(FormField(AttachmentForm))

    def read(self, programme: str, year: int) -> RoundDraft:
        """The typed settings."""
        mark = parse_score(self.pass_mark.data or "", name="总分及格线")
        return RoundDraft(
            programme=programme,
            year=year,
            title=(self.title.data or "").strip(),
            notice_text=(self.notice_text.data or "").replace("\r\n", "\n").strip(),
            quota=self.quota.data,
            rule=ScoreRule(self.rule.data),
            stages=int(self.stages.data),
            judges_per_scene=self.judges_per_scene.data,
            panel_size=self.panel_size.data,
            quorum_preliminary=self.quorum_preliminary.data,
            quorum_final=self.quorum_final.data,
            shortlist_size=self.shortlist_size.data,
            pass_mark=mark,
            item_pass_percent=self.item_pass_percent.data,
            consortium_max=self.consortium_max.data,
            publicity_days=self.publicity_days.data,
            needs_district_review=bool(self.needs_district_review.data),
            needs_department_opinion=bool(self.needs_department_opinion.data),
            tie_chain=tuple(step for step in TIE_CHAIN if step in (self.tie_chain.data or ())),
            opens_at=_in_china(self.opens_at.data),
            closes_at=_in_china(self.closes_at.data),
            investment_from=(self.investment_from.data or "").strip(),
            investment_to=(self.investment_to.data or "").strip(),
            criteria=tuple(
                e.form.read() for e in self.criteria if (e.form["name"].data or "").strip()
            ),
            gates=tuple(
                GateDraft(
                    (e.form["name"].data or "").strip(),
                    (e.form.question.data or "").strip(),
                    (e.form.basis.data or "").strip(),
                )
                for e in self.gates
                if (e.form["name"].data or "").strip()
            ),
            attachments=tuple(
                AttachmentDraft(
                    (e.form["name"].data or "").strip(),
                    bool(e.form.required.data),
                    (e.form.note.data or "").strip(),
                )
                for e in self.attachments
                if (e.form["name"].data or "").strip()
            ),
        )


def _in_china(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=CHINA) if moment else None


def make_round_form(draft: RoundDraft, revision: int) -> RoundForm:
    """The form filled from settings, with blank rows to add to; unless it was sent."""
    lists: dict[str, list[dict[str, Any]]] = {
        "criteria": [
            {
                **{k: getattr(c, k) for k in ("name", "weight", "inspection_points", "basis")},
                "description": c.description,
                **{f"anchor_{n}": text for n, text in enumerate(c.anchors, start=1)},
            }
            for c in draft.criteria
        ],
        "gates": [{"name": g.name, "question": g.question, "basis": g.basis} for g in draft.gates],
        "attachments": [
            {"name": a.name, "required": a.required, "note": a.note} for a in draft.attachments
        ],
    }
    plain = {
        name: getattr(draft, name)
        for name in RoundDraft.__dataclass_fields__
        if name not in {*lists, "opens_at", "closes_at", "stages", "rule", "pass_mark", "tie_chain"}
    }
    return RoundForm(
        data={
            **plain,
            **{name: rows + [{}] * BLANK_ROWS for name, rows in lists.items()},
            "stages": str(draft.stages),
            "rule": draft.rule.value,
            "pass_mark": "" if draft.pass_mark is None else format_score(draft.pass_mark),
            "tie_chain": list(draft.tie_chain),
            "opens_at": draft.opens_at.astimezone(CHINA) if draft.opens_at else None,
            "closes_at": draft.closes_at.astimezone(CHINA) if draft.closes_at else None,
            "revision": str(revision),
        }
    )


class ExpertForm(FlaskForm):
    """An expert of the pool."""

    name = StringField("姓名", [DataRequired("请填写姓名。"), Length(max=60)])
    title = StringField("职称", [Length(max=60)])
    employer = StringField("工作单位", [DataRequired("请填写工作单位。"), Length(max=120)])
    employer_credit_code = StringField("单位统一社会信用代码", [Length(max=18)])
    email = StringField("平台账号（邮箱）", [Length(max=254)])
    other_units = TextAreaField("兼职、持股等其他单位", [Length(max=2000)])
    other_credit_codes = TextAreaField("其他单位的统一社会信用代码", [Length(max=2000)])
    sectors = SelectMultipleField("熟悉的行业领域")
    fields = TextAreaField("专业方向", [Length(max=2000)])
    is_active = BooleanField("在库，可选聘")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.sectors.choices = [
            SelectChoice(item.id, item.zh) for item in load_vocabulary().sectors
        ]

    def read(self, user_id: int | None, organisation_id: int | None) -> ExpertDraft:
        """The typed expert."""
        return ExpertDraft(
            name=(self.name.data or "").strip(),
            title=(self.title.data or "").strip(),
            employer=(self.employer.data or "").strip(),
            employer_credit_code=(self.employer_credit_code.data or "").strip() or None,
            other_units=_lines(self.other_units.data),
            other_credit_codes=_lines(self.other_credit_codes.data),
            sectors=tuple(self.sectors.data or ()),
            fields=(self["fields"].data or "").strip(),
            is_active=bool(self.is_active.data),
            user_id=user_id,
            organisation_id=organisation_id,
        )


def _lines(text: str | None) -> tuple[str, ...]:
    return tuple(line.strip() for line in (text or "").splitlines() if line.strip())


def make_expert_form(expert: Expert | None, email: str) -> ExpertForm:
    """The form filled from an expert, or blank."""
    if expert is None:
        return ExpertForm(data={"is_active": True})
    return ExpertForm(
        data={
            "name": expert.name,
            "title": expert.title,
            "employer": expert.employer,
            "employer_credit_code": expert.employer_credit_code or "",
            "email": email,
            "other_units": "\n".join(expert.other_units),
            "other_credit_codes": "\n".join(expert.other_credit_codes),
            "sectors": list(expert.sectors),
            "fields": expert.fields,
            "is_active": expert.is_active,
        }
    )


class InspectionForm(FlaskForm):
    """The record of a site visit, filled in on a phone."""

    inspected_on = DateField("核查日期", [DataRequired("请填写核查日期。")])
    place = StringField("核查地点", [DataRequired("请填写核查地点。"), Length(max=200)])
    inspectors = StringField("核查人员", [DataRequired("请填写核查人员。"), Length(max=200)])
    units_seen = _whole("在用台数", 0, 10000)
    running_hours = StringField("累计运行时长", [Length(max=40)])
    findings = TextAreaField("核查情况", [DataRequired("请填写核查情况。"), Length(max=2000)])
    score = StringField("核查得分", [DataRequired("请填写核查得分。"), Length(max=6)])

    def read_score(self) -> int:
        """Hundredths of the typed score."""
        value = parse_score(self.score.data or "", name="核查得分")
        if value is None:
            raise InvalidInput("score_missing", "请填写核查得分。", field="score")
        return value


class NewRoundForm(FlaskForm):
    """Which programme and year."""

    programme = SelectField("评选项目")
    year = _whole("年度", 2020, 2100)

    def offer(self, programmes: list[tuple[str, str]]) -> None:
        """The programmes to choose from."""
        self.programme.choices = [SelectChoice(key, name) for key, name in programmes]
