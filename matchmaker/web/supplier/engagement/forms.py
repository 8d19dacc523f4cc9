"""What a firm writes to an owner."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import TextAreaField


class QuestionForm(FlaskForm):
    """A question to the owner; the room checks its length."""

    text = TextAreaField("提问")
