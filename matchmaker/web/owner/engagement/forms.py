"""The owner's choice; one reason for each answer is read beside it."""

from __future__ import annotations

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice

REASON = "reason_"


class OutcomeForm(FlaskForm):
    """Which result, and what was lacking where nothing fitted."""

    result = RadioField(
        "结果",
        choices=[SelectChoice("chosen", "选中应答，登记成交"), SelectChoice("none", "无合适方案")],
        default="chosen",
    )
    note = StringField("缺少什么样的产品或方案")


def read_reasons(sent: MultiDict[str, str]) -> dict[int, str]:
    """Reasons by the id of the answer."""
    return {
        int(name.removeprefix(REASON)): text
        for name, text in sent.items()
        if name.startswith(REASON) and _is_id(name.removeprefix(REASON))
    }


def read_chosen(sent: MultiDict[str, str]) -> frozenset[int]:
    """Ids of the chosen answers."""
    return frozenset(int(text) for text in sent.getlist("chosen") if _is_id(text))


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10
