"""The form of a firm's profile."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from matchmaker.catalogue.concepts import ProductClass
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.suppliers.facts import SupplierFacts
from matchmaker.suppliers.models import Supplier
from matchmaker.web.owner.demands.fields import WholeField
from matchmaker.web.supplier.fields import as_choices, choice_field


class ProfileForm(FlaskForm):
    """What a firm says of itself."""

    legal_name = StringField("企业全称", [DataRequired("请填写企业全称。"), Length(max=120)])
    short_name = StringField("企业简称", [DataRequired("请填写企业简称。"), Length(max=60)])
    kind = choice_field("主营类别", validators=[DataRequired("请选择主营类别。")])
    city = choice_field("所在城市")
    district = choice_field("杭州区县")
    other_district = StringField("其他城市的区县", [Length(max=40)])
    founded_year = WholeField("成立年份")
    website = StringField("企业网站", [Length(max=300)])
    introduction = TextAreaField("企业介绍", [Length(max=3000)])
    modes = SelectMultipleField("合作方式")

    def offer_choices(self) -> None:
        """Fill the choices from the catalogue."""
        vocabulary = load_vocabulary()
        self.kind.choices = as_choices(
            [("", "请选择"), *((c.id, c.zh) for c in vocabulary.classes)]
        )
        self.city.choices = as_choices([("", "请选择"), *((c.id, c.zh) for c in vocabulary.cities)])
        self.district.choices = as_choices(
            [("", "不在杭州"), *((d.id, d.zh) for d in vocabulary.districts)]
        )
        self.modes.choices = as_choices([(m.id, m.zh) for m in vocabulary.modes if m.selectable])

    def as_facts(self) -> SupplierFacts:
        """The facts that a valid form holds."""
        return SupplierFacts(
            legal_name=(self.legal_name.data or "").strip(),
            short_name=(self.short_name.data or "").strip(),
            kind=ProductClass(self.kind.data),
            city=self.city.data or None,
            district=self.district.data or None,
            other_district=(self.other_district.data or "").strip() or None,
            founded_year=self.founded_year.data,
            introduction=(self.introduction.data or "").strip(),
            website=(self.website.data or "").strip() or None,
            modes=tuple(self.modes.data or ()),
        )


def make_profile_form(supplier: Supplier | None) -> ProfileForm:
    """The form, filled from the profile unless it was sent."""
    data: dict[str, object] = {}
    if supplier is not None:
        names = ("legal_name", "short_name", "city", "district", "other_district")
        data = {name: getattr(supplier, name) for name in names}
        data |= {
            "kind": supplier.kind.value,
            "founded_year": supplier.founded_year,
            "website": supplier.website,
            "introduction": supplier.introduction,
            "modes": [row.mode for row in supplier.modes],
        }
    form = ProfileForm(data=data)
    form.offer_choices()
    return form
