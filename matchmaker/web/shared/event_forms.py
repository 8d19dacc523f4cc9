"""What participants type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from matchmaker.actor import Actor
from matchmaker.demands import queries as demands
from matchmaker.demands.rules import OPEN_STATUSES
from matchmaker.events.models import Event
from matchmaker.events.outcomes.models import MeetingOutcome
from matchmaker.events.outcomes.rules import VERDICT_LABELS, OutcomeContent
from matchmaker.events.parties.models import EventParty
from matchmaker.events.parties.operations import list_roles
from matchmaker.events.parties.queries import find_own
from matchmaker.events.parties.rules import Registration
from matchmaker.events.requests.rules import Wish
from matchmaker.events.rules import SIDE_LABELS, Side
from matchmaker.suppliers import queries as suppliers
from matchmaker.suppliers.rules import ProfileState

Choices = Iterable[tuple[str, str]]


class RegistrationForm(FlaskForm):
    """What a unit brings to an event."""

    side = RadioField("参会身份", [InputRequired("请选择参会身份。")], validate_choice=False)
    topic = TextAreaField("参会意图", [InputRequired("请写明参会意图。")])
    demands = SelectMultipleField("带来的需求", validate_choice=False)
    products = SelectMultipleField("带来的产品", validate_choice=False)
    contact_name = StringField("联系人", [InputRequired("请填写联系人。")])
    contact_phone = StringField("联系电话", [InputRequired("请填写联系电话。")])


def make_registration_form(
    party: EventParty | None, sides: list[Side], demands: Choices, products: Choices
) -> RegistrationForm:
    """The form, filled from the registration that stands unless it was sent."""
    data: dict[str, Any] = {"side": sides[0].value if sides else None}
    if party is not None:
        data = {
            "side": party.side.value,
            "topic": party.topic,
            "contact_name": party.contact_name,
            "contact_phone": party.contact_phone,
            "demands": [each.listing.code for each in party.demands],
            "products": [each.product.code for each in party.products],
        }
    form = RegistrationForm(data=data)
    form.side.choices = [SelectChoice(side.value, SIDE_LABELS[side]) for side in sides]
    form.demands.choices = [SelectChoice(code, label) for code, label in demands]
    form.products.choices = [SelectChoice(code, label) for code, label in products]
    return form


def read_registration(form: RegistrationForm) -> Registration:
    """What the validated form says; an unknown side is taken for the needing one and refused."""
    side = form.side.data
    return Registration(
        side=Side(side) if side in set(Side) else Side.NEED,
        topic=form.topic.data or "",
        contact_name=form.contact_name.data or "",
        contact_phone=form.contact_phone.data or "",
        demands=tuple(form.demands.data or ()),
        products=tuple(form.products.data or ()),
    )


class OutcomeForm(FlaskForm):
    """What came of a meeting."""

    verdict = RadioField("洽谈结果", validate_choice=False, validators=[Optional()])
    note = TextAreaField("洽谈情况")
    next_step = StringField("下一步")


def make_outcome_form(row: MeetingOutcome | None) -> OutcomeForm:
    """The form, filled from what was said before."""
    data: dict[str, Any] = {}
    if row is not None:
        data = {"verdict": row.verdict.value, "note": row.note, "next_step": row.next_step}
    form = OutcomeForm(data=data)
    form.verdict.choices = [SelectChoice(v.value, label) for v, label in VERDICT_LABELS.items()]
    return form


def read_outcome(form: OutcomeForm) -> OutcomeContent:
    """What the form says."""
    return OutcomeContent(form.verdict.data or "", form.note.data or "", form.next_step.data or "")


def read_wishes(form: Mapping[str, str]) -> dict[int, Wish | None]:
    """Wishes from fields such as ``wish-12``; an empty choice takes a wish back."""
    found: dict[int, Wish | None] = {}
    for name, value in form.items():
        number = name.removeprefix("wish-")
        if name.startswith("wish-") and number.isascii() and number.isdecimal():
            found[int(number)] = Wish(value) if value in set(Wish) else None
    return found


def make_own_form(actor: Actor, event: Event) -> RegistrationForm:
    """The registration of the actor's unit, with the demands and products that it may bring."""
    supplier = suppliers.find_own_supplier(actor)
    products = suppliers.list_products_of(actor, supplier) if supplier else ()
    return make_registration_form(
        find_own(actor, event),
        list(dict.fromkeys(side for side, _ in list_roles(actor, event))),
        [
            (row.code, f"{row.title}（{row.code}）")
            for row in demands.list_own(actor)
            if row.status in OPEN_STATUSES
        ],
        [(row.code, row.model) for row in products if row.state is ProfileState.PUBLISHED],
    )
