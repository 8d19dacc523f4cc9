"""The forms of an application, for owners and firms alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask_wtf import FlaskForm
from wtforms import (
    FieldList,
    Form,
    FormField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from matchmaker.policy.amounts import format_yuan
from matchmaker.policy.facts import parse_yuan
from matchmaker.selection.applications.models import ConsortiumMember
from matchmaker.selection.applications.rules import (
    CONTENT_LABELS,
    TEXT_MAX,
    ApplicationContent,
    MemberDraft,
    Side,
)

LONG = (
    "background",
    "technology",
    "fit",
    "effects",
    "safety",
    "replication",
    "operation",
    "investment_note",
)
HELPS = {
    "background": "已从场景需求带入，可补充。",
    "technology": "关键技术、核心部件来源、检测报告编号。",
    "fit": "在用台数、运行时长、中断次数、人机协同方式。",
    "effects": "用数字说明前后对比，并写明数据来源。",
    "safety": "作业安全、应急处置、数据和个人信息保护。",
    "replication": "可推广的单位、条件和意向。",
    "operation": "运维队伍、备件、经费和合同期限。",
    "investment_note": "整机、改造、软件、调试等构成，不含土地、厂房。",
    "in_use_since": "如 2026年3月1日。",
    "other_support": "没有的填“无”。",
    "contact": "只供市经信局联系，不提供给评委，不公开。",
}


class ContentForm(FlaskForm):
    """What the applicant says."""

    revision = HiddenField()
    title = StringField(CONTENT_LABELS["title"], [Length(max=200)])
    background = TextAreaField(CONTENT_LABELS["background"], [Length(max=TEXT_MAX)])
    technology = TextAreaField(CONTENT_LABELS["technology"], [Length(max=TEXT_MAX)])
    fit = TextAreaField(CONTENT_LABELS["fit"], [Length(max=TEXT_MAX)])
    effects = TextAreaField(CONTENT_LABELS["effects"], [Length(max=TEXT_MAX)])
    safety = TextAreaField(CONTENT_LABELS["safety"], [Length(max=TEXT_MAX)])
    replication = TextAreaField(CONTENT_LABELS["replication"], [Length(max=TEXT_MAX)])
    operation = TextAreaField(CONTENT_LABELS["operation"], [Length(max=TEXT_MAX)])
    investment = StringField(CONTENT_LABELS["investment_fen"], [Length(max=20)])
    investment_note = TextAreaField(CONTENT_LABELS["investment_note"], [Length(max=TEXT_MAX)])
    in_use_since = StringField(CONTENT_LABELS["in_use_since"], [Length(max=60)])
    other_support = StringField(CONTENT_LABELS["other_support"], [Length(max=300)])
    contact = StringField(CONTENT_LABELS["contact"], [Length(max=120)])

    def read(self) -> ApplicationContent:
        """The typed content; raises ``InvalidInput`` for an amount that is none."""
        typed = (self.investment.data or "").replace(",", "").replace("，", "").strip()
        amount = parse_yuan(typed, name="investment", label="实际投入") if typed else None
        texts = {
            name: (self[name].data or "").strip()
            for name in CONTENT_LABELS
            if name != "investment_fen"
        }
        return ApplicationContent(investment_fen=amount, **texts)


def make_content_form(
    content: ApplicationContent, save_number: int, labels: Mapping[str, str]
) -> ContentForm:
    """The form filled from what is stored, unless it was sent; with the programme's own labels."""
    data = {name: getattr(content, name) for name in CONTENT_LABELS if name != "investment_fen"}
    amount = content.investment_fen
    form = ContentForm(
        data={
            **data,
            "investment": "" if amount is None else format_yuan(amount),
            "revision": str(save_number),
        }
    )
    for name, text in labels.items():
        form[name].label.text = text
    return form


class StartForm(FlaskForm):
    """Choosing the scene and the firms that an application starts from."""

    demand = SelectField("场景需求", [DataRequired("请选择场景。")], validate_choice=True)
    firm_1 = SelectField("机器人企业")
    firm_2 = SelectField("机器人企业（第二家，如有）")

    def offer(self, scenes: Iterable[tuple[str, str]], firms: Iterable[tuple[str, str]]) -> None:
        """Let the owner choose among their own scenes and the platform's firms."""
        listed = [SelectChoice(code, name) for code, name in firms]
        self.demand.choices = [
            SelectChoice("", "请选择"),
            *(SelectChoice(code, f"{code} {title}") for code, title in scenes),
        ]
        self.firm_1.choices = [SelectChoice("", "已部署的场景自动带入，其他请选择"), *listed]
        self.firm_2.choices = [SelectChoice("", "无"), *listed]


class CommunityStartForm(FlaskForm):
    """A community is no scene: its name starts the application."""

    title = StringField("社区名称", [DataRequired("请填写社区名称。"), Length(max=120)])


class PartnerForm(Form):
    """One further unit of the consortium."""

    name = StringField("单位名称", [Length(max=120)])
    credit_code = StringField("统一社会信用代码", [Length(max=18)])
    side = SelectField(
        "类别",
        choices=[
            SelectChoice(Side.SUPPLIER.value, "机器人企业"),
            SelectChoice(Side.OWNER.value, "场景业主"),
        ],
    )


class PartnersForm(FlaskForm):
    """The units of the consortium other than the lead."""

    partners = FieldList(FormField(PartnerForm), min_entries=2, max_entries=10)

    def read(self, known: Iterable[ConsortiumMember]) -> list[MemberDraft]:
        """The typed units; ids stay with the units that the platform knew by name."""
        by_name = {member.name: member for member in known}
        found = []
        for entry in self.partners:
            name = (entry.form.name.data or "").strip()
            if not name:
                continue
            old = by_name.get(name)
            found.append(
                MemberDraft(
                    side=Side(entry.form.side.data),
                    name=name,
                    credit_code=(entry.form.credit_code.data or "").strip() or None,
                    organisation_id=old.organisation_id if old else None,
                    supplier_id=old.supplier_id if old else None,
                    product_ids=tuple(old.product_ids) if old else (),
                )
            )
        return found


def make_partners_form(members: Iterable[ConsortiumMember]) -> PartnersForm:
    """The form filled with the units other than the lead."""
    others = [
        {"name": m.name, "credit_code": m.credit_code or "", "side": m.side.value}
        for m in members
        if not m.is_lead
    ]
    return PartnersForm(formdata=None, data={"partners": others})
