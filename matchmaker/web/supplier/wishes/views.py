"""The firm's private wishes about the orders it takes."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import SelectMultipleField

from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.errors import DomainError
from matchmaker.suppliers import queries
from matchmaker.suppliers.rules import WISH_LABELS, Wish, WishKind
from matchmaker.suppliers.wishes.operations import set_wishes
from matchmaker.suppliers.wishes.queries import list_own_wishes
from matchmaker.web.base import current_actor, gate
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.owner.demands.fields import WanField, WholeField
from matchmaker.web.supplier.fields import as_choices
from matchmaker.web.supplier.without_profile import show_without_profile

bp = Blueprint("supplier_wishes", __name__, url_prefix="/supplier/wishes")
gate(bp, "supplier")


class WishesForm(FlaskForm):
    """One field a kind of wish; empty means no wish."""

    min_budget_fen = WanField(WISH_LABELS[WishKind.MIN_BUDGET_FEN])
    min_units = WholeField(WISH_LABELS[WishKind.MIN_UNITS])
    only_sectors = SelectMultipleField(WISH_LABELS[WishKind.ONLY_SECTORS])
    not_sectors = SelectMultipleField(WISH_LABELS[WishKind.NOT_SECTORS])
    only_districts = SelectMultipleField(WISH_LABELS[WishKind.ONLY_DISTRICTS])
    only_modes = SelectMultipleField(WISH_LABELS[WishKind.ONLY_MODES])

    def offer_choices(self) -> None:
        """Fill the choices from the catalogue."""
        vocabulary = load_vocabulary()
        sectors = [(s.id, s.zh) for s in vocabulary.sectors]
        self.only_sectors.choices = as_choices(sectors)
        self.not_sectors.choices = as_choices(sectors)
        self.only_districts.choices = as_choices([(d.id, d.zh) for d in vocabulary.districts])
        self.only_modes.choices = as_choices(
            [(m.id, m.zh) for m in vocabulary.modes if m.selectable]
        )

    def as_wishes(self) -> list[Wish]:
        """The wishes that a valid form holds."""
        amounts = (WishKind.MIN_BUDGET_FEN, WishKind.MIN_UNITS)
        wishes = [
            Wish(kind=kind, amount=self[kind.value].data)
            for kind in amounts
            if self[kind.value].data is not None
        ]
        wishes += [
            Wish(kind=kind, ids=frozenset(self[kind.value].data))
            for kind in WishKind
            if kind not in amounts and self[kind.value].data
        ]
        return wishes


@bp.get("")
def edit() -> ResponseReturnValue:
    actor = current_actor()
    supplier = queries.find_own_supplier(actor)
    if supplier is None:
        return show_without_profile("接单条件")
    wishes = list_own_wishes(actor, supplier)
    data: dict[str, object] = {row.kind.value: row.ids or row.amount for row in wishes}
    return _page(_make_form(data))


@bp.post("")
def save() -> ResponseReturnValue:
    actor = current_actor()
    form = _make_form({})
    if not form.validate():
        return show_invalid(lambda: _page(form))
    try:
        set_wishes(actor, queries.get_own_supplier(actor), form.as_wishes())
    except DomainError as error:
        return show_refusal(form, error, lambda: _page(form))
    flash("接单条件已保存，仅本企业可见。", "success")
    return redirect(url_for("supplier_wishes.edit"))


def _make_form(data: dict[str, object]) -> WishesForm:
    form = WishesForm(data=data)
    form.offer_choices()
    return form


def _page(form: WishesForm) -> str:
    return render_template("supplier/wishes/edit.html", form=form)
