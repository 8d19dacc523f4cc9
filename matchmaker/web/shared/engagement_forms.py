"""Forms of the two sides of an answer: contact, trial, contract, deployment, hours."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.engagement.deployments.models import Contract
from matchmaker.web.supplier.fields import YuanField


def _day(label: str) -> DateField:
    return DateField(label, validators=[Optional()])


def _whole(label: str) -> IntegerField:
    return IntegerField(label, validators=[Optional()])


class ContactForm(FlaskForm):
    """Whom the other side may call."""

    name = StringField("联系人")
    phone = StringField("联系电话")


class TrialForm(FlaskForm):
    """The plan of the first use."""

    plan = TextAreaField("试用方案")
    site = StringField("试用地点")
    starts_on = _day("开始日期")
    ends_on = _day("结束日期")


class ResultForm(FlaskForm):
    """How the trial went."""

    result = TextAreaField("试用结果")
    has_passed = RadioField(
        "结论",
        choices=[SelectChoice("yes", "达到验收要求"), SelectChoice("no", "未达到验收要求")],
        default="yes",
    )


class ContractForm(FlaskForm):
    """What was signed."""

    number = StringField("合同编号")
    mode = SelectField("合作方式", validate_choice=False)
    value_fen = YuanField("合同金额")
    units = _whole("台（套）数")
    signed_on = _day("签订日期")


class ContractCorrectionForm(ContractForm):
    """What was signed, put right."""

    reason = StringField("更正原因")


class DeploymentForm(FlaskForm):
    """Where the robots went to work."""

    site = StringField("部署地点")
    units = _whole("台（套）数")
    started_on = _day("投运日期")


class DeploymentCorrectionForm(DeploymentForm):
    """Where the robots went to work, put right."""

    reason = StringField("更正原因")


class HoursForm(FlaskForm):
    """Cumulative hours on a day."""

    as_of = _day("统计日期")
    hours = _whole("累计运行时长")


def make_contract_form(mode: str) -> ContractForm:
    """The form of a contract; the answer's mode stands first."""
    form = ContractForm(data={"mode": mode})
    form.mode.choices = _list_modes()
    return form


def make_contract_correction(contract: Contract | None) -> ContractCorrectionForm:
    """The form that puts a contract right, filled from what stands unless it was sent."""
    form = ContractCorrectionForm(obj=contract)
    form.mode.choices = _list_modes()
    return form


def _list_modes() -> list[SelectChoice]:
    return [SelectChoice(each.id, each.zh) for each in load_vocabulary().modes if each.selectable]
