"""Forms of claims, filled in by the unit that claims."""

from __future__ import annotations

from typing import Any, TypeVar

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field, FileField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length
from wtforms.widgets import TextInput

from matchmaker.funding.models import Ledger
from matchmaker.funding.rules import CATEGORY_LABELS, Category, ItemFacts
from matchmaker.policy.amounts import format_yuan, is_plain_decimal, parse_hundredths
from matchmaker.policy.instrument import FactKind, FactSpec
from matchmaker.rewards.documents import FLAG_LABELS, WORD_LABELS
from matchmaker.web.owner.demands.fields import LegalDayField

REASON_MAX = 500


class YuanField(Field):
    """An amount typed in yuan, exact to the fen; ``data`` is fen or None."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else format_yuan(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0].strip().replace(",", "").replace("，", "") if valuelist else ""
        self.data = None
        if not text:
            return
        if not is_plain_decimal(text):
            raise ValueError("请填写以元计的金额，最多两位小数，如 186000.50。")
        self.data = parse_hundredths(text)


T = TypeVar("T")


def given(value: T | None) -> T:
    """A value that the form's validation has shown to be there."""
    if value is None:
        raise ValueError("the form was not validated")
    return value


def required_amount(label: str = "金额") -> DataRequired:
    """An amount that must be given (zero is an amount)."""
    return _AmountRequired(f"请填写{label}。")


class _AmountRequired(DataRequired):
    def __call__(self, form: Any, field: Any) -> None:
        if field.data is None and not field.errors:
            super().__call__(form, field)


class StartForm(FlaskForm):
    """A new claim that no designation stands behind."""

    instrument = SelectField("申领的奖补", [DataRequired("请选择奖补。")])
    project = StringField("项目名称", [DataRequired("请填写项目名称。"), Length(max=200)])
    same_work = SelectField("与已有申领属于同一事项", default="")


class LineForm(FlaskForm):
    """One invoice line of the ledger."""

    category = SelectField(
        "类别",
        choices=[SelectChoice(key.value, label) for key, label in CATEGORY_LABELS.items()],
    )
    description = StringField("支出内容", [DataRequired("请填写支出内容。"), Length(max=200)])
    seller = StringField("销售方", [DataRequired("请填写销售方。"), Length(max=200)])
    invoice_number = StringField("发票号码", [DataRequired("请填写发票号码。"), Length(max=60)])
    invoice_date = LegalDayField("开票日期", [DataRequired("请填写开票日期。")])
    amount_with_tax = YuanField("含税金额", [required_amount("含税金额")])
    amount_without_tax = YuanField("不含税金额", [required_amount("不含税金额")])
    payment_reference = StringField("付款凭证", [Length(max=200)])
    paid_on = LegalDayField("付款日期")
    evidence = FileField("发票和付款凭证扫描件")

    def read_facts(self) -> ItemFacts:
        """The line as it is stored; call it after ``validate``."""
        return ItemFacts(
            category=Category(self.category.data),
            description=str(self.description.data).strip(),
            seller=str(self.seller.data).strip(),
            invoice_number=str(self.invoice_number.data).strip(),
            invoice_date=given(self.invoice_date.data),
            amount_with_tax_fen=given(self.amount_with_tax.data),
            amount_without_tax_fen=given(self.amount_without_tax.data),
            payment_reference=str(self.payment_reference.data or "").strip(),
            paid_on=self.paid_on.data,
        )


class TaxForm(FlaskForm):
    """Whether amounts count with tax, and why."""

    counts_tax = RadioField(
        "计入投入的金额",
        choices=[
            SelectChoice("no", "不含税金额（进项税额可以抵扣）"),
            SelectChoice("yes", "含税金额（进项税额依法不能抵扣）"),
        ],
    )
    reason = TextAreaField("不能抵扣的原因", [Length(max=REASON_MAX)])


def make_tax_form(ledger: Ledger) -> TaxForm:
    """The form as the ledger stands."""
    return TaxForm(
        formdata=None,
        data={
            "counts_tax": "yes" if ledger.counts_tax else "no",
            "reason": ledger.counts_tax_reason,
        },
    )


class FactsForm(FlaskForm):
    """What the unit states; a subclass is made for each instrument."""

    def read_facts(self, specs: list[FactSpec]) -> dict[str, str]:
        """Texts by name of the fact."""
        return {spec.name: str(self[spec.name].data or "").strip() for spec in specs}


def make_facts_form(
    specs: list[FactSpec],
    stated: dict[str, str],
    project: str,
    *,
    sent: MultiDict[str, str] | None = None,
) -> FactsForm:
    """One field a stated fact, with its label from the law data; ``sent`` is what was typed."""
    fields = {spec.name: _fact_field(spec) for spec in specs}
    fields["project"] = StringField("项目名称", [Length(max=200)])
    form_class = type("InstrumentFactsForm", (FactsForm,), fields)
    form: FactsForm = form_class(formdata=sent, data={**stated, "project": project})
    return form


def _fact_field(spec: FactSpec) -> Any:
    if spec.kind is FactKind.FLAG:
        choices = [SelectChoice("", "请选择")]
        choices += [SelectChoice(value, label) for value, label in FLAG_LABELS.items()]
        return SelectField(spec.label, choices=choices)
    if spec.kind is FactKind.WORD:
        choices = [SelectChoice("", "请选择")]
        choices += [SelectChoice(word, WORD_LABELS.get(word, word)) for word in spec.words]
        return SelectField(spec.label, choices=choices)
    return StringField(spec.label)
