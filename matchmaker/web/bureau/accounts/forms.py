"""Forms of the administrator's desk."""

from __future__ import annotations

from typing import Any, TypeVar

from flask_wtf import FlaskForm
from wtforms import EmailField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from matchmaker.accounts.models import User
from matchmaker.accounts.people.rules import KIND_LABELS, PersonDraft, UnitDraft
from matchmaker.accounts.rules import ROLE_LABELS
from matchmaker.actor import RoleName
from matchmaker.catalogue.vocabulary import load_vocabulary

Form = TypeVar("Form", bound="RolesForm")
ROLES = [(role.value, ROLE_LABELS[role]) for role in RoleName]


class RolesForm(FlaskForm):
    """What a person is on the platform and what bounds a reviewer."""

    roles = SelectMultipleField("身份", choices=[SelectChoice(*role) for role in ROLES])
    sectors = SelectMultipleField("所管行业领域")
    review_district = SelectField("所管区县")

    def read_roles(self, email: str = "", name: str = "", phone: str = "") -> PersonDraft:
        """The person as typed."""
        return PersonDraft(
            email=email,
            name=name,
            phone=phone,
            roles=frozenset(RoleName(role) for role in self.roles.data or ()),
            sectors=frozenset(self.sectors.data or ()),
            district=self.review_district.data or None,
        )


class PersonForm(RolesForm):
    """A person with a unit."""

    email = EmailField("登录邮箱", [DataRequired("请填写登录邮箱。"), Length(max=254)])
    name = StringField("姓名", [DataRequired("请填写姓名。"), Length(max=60)])
    phone = StringField("联系电话", [Length(max=20)])
    unit = StringField("单位名称", [Length(max=120)])
    credit_code = StringField("统一社会信用代码", [Length(max=30)])
    kind = SelectField("单位类型")
    district = SelectField("单位所在区县")

    def read_person(self) -> PersonDraft:
        """The person as typed."""
        return self.read_roles(self.email.data or "", self.name.data or "", self.phone.data or "")

    def read_unit(self) -> UnitDraft:
        """The unit as typed."""
        return UnitDraft(
            name=self.unit.data or "",
            credit_code=self.credit_code.data or "",
            kind=self.kind.data or "",
            district=self.district.data or None,
        )


def make_person_form() -> PersonForm:
    """The form with its choices."""
    form = PersonForm()
    form.kind.choices = [
        SelectChoice("", "平台上已有的单位，不用选择"),
        *(SelectChoice(kind, label) for kind, label in KIND_LABELS.items()),
    ]
    form.district.choices = list_districts("不填")
    return _with_bounds(form)


def make_roles_form(user: User, **options: Any) -> RolesForm:
    """The form, filled from the person."""
    options.setdefault(
        "data",
        {
            "roles": [role.name for role in user.roles],
            "sectors": user.review_sectors,
            "review_district": user.review_district or "",
        },
    )
    return _with_bounds(RolesForm(**options))


def _with_bounds(form: Form) -> Form:
    sectors = load_vocabulary().sectors
    form.sectors.choices = [SelectChoice(sector.id, sector.zh) for sector in sectors]
    form.review_district.choices = list_districts("不是区县审核人员")
    return form


def list_districts(blank: str) -> list[SelectChoice]:
    """The districts behind a blank choice."""
    districts = load_vocabulary().districts
    return [SelectChoice("", blank), *(SelectChoice(each.id, each.zh) for each in districts)]
