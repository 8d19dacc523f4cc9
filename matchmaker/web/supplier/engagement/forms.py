"""What a firm writes to an owner."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, RadioField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from matchmaker.engagement.answers.models import Answer
from matchmaker.engagement.answers.rules import AnswerContent
from matchmaker.web.supplier.fields import YuanField


class QuestionForm(FlaskForm):
    """A question to the owner; the room checks its length."""

    text = TextAreaField("提问")


class AnswerForm(FlaskForm):
    """A sealed answer; the room checks what it says."""

    version = HiddenField()
    products = SelectMultipleField("应答产品", validate_choice=False)
    mode = RadioField("合作方式", validate_choice=False, validators=[Optional()])
    amount_fen = YuanField("报价总额")
    delivery_days = IntegerField("交付周期", validators=[Optional()])
    text = TextAreaField("应答说明")


def make_answer_form(
    answer: Answer | None,
    products: Iterable[tuple[str, str]],
    modes: Iterable[tuple[str, str]],
) -> AnswerForm:
    """The form, filled from the answer that stands unless it was sent."""
    form = AnswerForm(data=_answer_data(answer))
    form.products.choices = [SelectChoice(code, label) for code, label in products]
    form.mode.choices = [SelectChoice(id_, label) for id_, label in modes]
    return form


def _answer_data(answer: Answer | None) -> dict[str, Any]:
    if answer is None:
        return {"version": "0"}
    return {
        "version": str(answer.version),
        "products": [row.product.code for row in answer.products],
        "mode": answer.mode,
        "amount_fen": answer.amount_fen,
        "delivery_days": answer.delivery_days,
        "text": answer.text,
    }


def read_content(form: AnswerForm) -> AnswerContent:
    """What the form says."""
    return AnswerContent(
        products=tuple(form.products.data or ()),
        mode=form.mode.data or "",
        amount_fen=form.amount_fen.data,
        delivery_days=form.delivery_days.data,
        text=form.text.data or "",
    )


def read_version(form: AnswerForm) -> int:
    """The version that the form was filled from; one that never fits where it says none."""
    text = form.version.data or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1
