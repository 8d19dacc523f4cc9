"""What every form view needs: showing a refusal beside its field."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, make_response, request
from flask_wtf import FlaskForm

from matchmaker.errors import DomainError, InvalidFields, InvalidInput
from matchmaker.web.base import roll_back_refused


def show_refusal(form: FlaskForm, error: DomainError, page: Callable[[], Any]) -> Response:
    """Roll back, put each refusal beside its field (or above the form), answer with its status."""
    roll_back_refused(error)
    for refusal in _list_refusals(error):
        _place(form, refusal)
    return make_response(page(), error.http_status)


def list_wrong_fields(error: DomainError) -> dict[str, str]:
    """Text by field, for fields that are read beside the form."""
    refusals = _list_refusals(error)
    return {
        each.field: each.text for each in refusals if isinstance(each, InvalidInput) and each.field
    }


def _list_refusals(error: DomainError) -> Sequence[DomainError]:
    return error.errors if isinstance(error, InvalidFields) else (error,)


def _place(form: FlaskForm, error: DomainError) -> None:
    name = getattr(error, "field", None)
    if name and name in form:
        field = form[name]
        field.errors = [*field.errors, error.text]
    else:
        form.form_errors.append(error.text)


@dataclass(frozen=True)
class Refusal:
    """What was refused on a page with several small forms: which one, why, what was typed."""

    where: str
    text: str
    typed: Mapping[str, str]


def show_in_place(error: DomainError, where: str, page: Callable[[Refusal], Any]) -> Response:
    """Roll back, show the page again with the refusal in the form ``where`` and its input kept."""
    roll_back_refused(error)
    return make_response(page(Refusal(where, error.text, request.form)), error.http_status)


def show_invalid(page: Callable[[], Any]) -> Response:
    """The page again with 422, for a form that did not validate."""
    return make_response(page(), 422)
