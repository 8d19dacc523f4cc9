"""Forms of the bureau's acts on a claim; each carries a prefix, as one page holds several."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
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

from matchmaker.rewards.models import Determination
from matchmaker.rewards.rules import PAYEES_MAX, PayeeShare
from matchmaker.web.owner.demands.fields import LegalDayField
from matchmaker.web.shared.claim_forms import YuanField, required_amount

NOTE_MAX = 1000
BLANK_ROWS = 2


class LineVerdictForm(FlaskForm):
    """The auditor's amount of one line."""

    verified = YuanField("审定金额", [required_amount("审定金额")])
    reason = TextAreaField("审定意见", [Length(max=NOTE_MAX)])


class NoteForm(FlaskForm):
    """A reason."""

    note = TextAreaField("理由", [DataRequired("请写明理由。"), Length(max=NOTE_MAX)])


class LinkForm(FlaskForm):
    """Why an award of another body is or is not for the same work."""

    award = StringField("记录", [DataRequired()])
    note = TextAreaField("认定依据", [DataRequired("请写明认定依据。"), Length(max=NOTE_MAX)])


class PayeeForm(Form):
    """One payee; a row without a name is passed over."""

    name = StringField("收款单位", [Length(max=200)])
    credit_code = StringField("统一社会信用代码", [Length(max=18)])
    bank = StringField("开户银行", [Length(max=200)])
    account = StringField("账号", [Length(max=40)])
    share = YuanField("金额")


class PayeesForm(FlaskForm):
    """Everybody who is paid."""

    payees = FieldList(FormField(PayeeForm), max_entries=PAYEES_MAX)

    def read_shares(self) -> list[PayeeShare]:
        """The rows that were filled in."""
        return [
            PayeeShare(
                name=str(row["name"] or "").strip(),
                credit_code=str(row["credit_code"] or "").strip().upper(),
                bank=str(row["bank"] or "").strip(),
                account=str(row["account"] or "").strip(),
                share_fen=row["share"] or 0,
            )
            for row in self.payees.data
            if any(row[name] for name in ("name", "bank", "account", "share"))
        ]


def make_payees_form(row: Determination) -> PayeesForm:
    """The payees as they stand, with blank rows; the claimant for all of it where none stands."""
    rows = [
        {
            "name": payee.name,
            "credit_code": payee.credit_code,
            "bank": payee.bank,
            "account": payee.account,
            "share": payee.share_fen,
        }
        for payee in row.payees
    ] or [
        {
            "name": row.claim.organisation.name,
            "credit_code": row.claim.organisation.credit_code or "",
            "bank": "",
            "account": "",
            "share": row.payable_fen,
        }
    ]
    blank = {"name": "", "credit_code": "", "bank": "", "account": "", "share": None}
    room = min(BLANK_ROWS, PAYEES_MAX - len(rows))
    return PayeesForm(formdata=None, data={"payees": rows + [blank] * room})


class HandoverForm(FlaskForm):
    """The request to the finance bureau."""

    document_number = StringField("函件文号", [DataRequired("请填写函件文号。"), Length(max=80)])
    handed_on = LegalDayField("送出日期", [DataRequired("请填写送出日期。")])


class AnswerForm(FlaskForm):
    """The finance bureau's answer."""

    answer = SelectField(
        "市财政局答复",
        choices=[SelectChoice("accept", "同意拨付"), SelectChoice("return", "退回")],
    )
    answered_on = LegalDayField("答复日期", [DataRequired("请填写答复日期。")])
    note = TextAreaField("答复内容", [Length(max=NOTE_MAX)])


class PaymentForm(FlaskForm):
    """One transfer."""

    payee = SelectField("收款单位", [DataRequired("请选择收款单位。")])
    amount = YuanField("拨付金额", [required_amount("拨付金额")])
    paid_on = LegalDayField("拨付日期", [DataRequired("请填写拨付日期。")])
    voucher = StringField("拨付凭证号", [DataRequired("请填写凭证号。"), Length(max=80)])


class ClawbackForm(FlaskForm):
    """Money to be asked back; ``followup`` is the failed follow-up behind it."""

    amount = YuanField("追回金额", [required_amount("追回金额")])
    note = TextAreaField("追回理由", [DataRequired("请写明追回理由。"), Length(max=NOTE_MAX)])
    followup = HiddenField()

    @property
    def followup_id(self) -> int | None:
        """The id that was sent along, if any."""
        text = str(self.followup.data or "")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


class ApproveForm(FlaskForm):
    """A decision without further words."""

    again = BooleanField("退回的金额可以由同一事项的其他奖补重新给予（仅限误拨、重复拨付）")


class ReturnForm(FlaskForm):
    """Money that came back."""

    amount = YuanField("退回金额", [required_amount("退回金额")])
    returned_on = LegalDayField("退回日期", [DataRequired("请填写退回日期。")])


def make_case_forms(row: Determination | None, followup: str) -> dict[str, FlaskForm]:
    """The form of a new case, and those of each case that stands."""
    reason = "跟踪填报被认定为未达到要求，按规定追回奖励资金。" if followup else ""
    blank: dict[str, FlaskForm] = {
        "claw_back": ClawbackForm(
            formdata=None, prefix="claw_back", data={"followup": followup[:9], "note": reason}
        )
    }
    for case in row.clawback_cases if row else ():
        blank[f"approve{case.id}"] = ApproveForm(formdata=None, prefix=f"approve{case.id}")
        blank[f"decline{case.id}"] = NoteForm(formdata=None, prefix=f"decline{case.id}")
        blank[f"return{case.id}"] = ReturnForm(formdata=None, prefix=f"return{case.id}")
    return blank
