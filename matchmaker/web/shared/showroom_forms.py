"""Forms of showrooms: what is shown, open times, a visit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import TextInput

from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.clock import CHINA
from matchmaker.effects.showrooms.models import Showroom
from matchmaker.effects.showrooms.rules import KIND_LABELS, ShowroomDraft, ShowroomKind
from matchmaker.engagement.contacts.rules import Contact
from matchmaker.web.owner.demands.fields import LegalDayField, WholeField

_TIME = re.compile(r"([01]?\d|2[0-3])[:：]([0-5]\d)", re.ASCII)


class ClockField(Field):
    """A time of day, typed or picked as 09:30; ``data`` is a time or None."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data:%H:%M}"

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not text:
            return
        found = _TIME.fullmatch(text)
        if found is None:
            raise ValueError("请填写时间，如 09:30。")
        self.data = time(int(found[1]), int(found[2]))


class ShowroomForm(FlaskForm):
    """What a visitor finds there."""

    kind = SelectField(
        "类型", choices=[SelectChoice(kind.value, label) for kind, label in KIND_LABELS.items()]
    )
    title = StringField("名称")
    sector = SelectField("行业领域", validate_choice=False)
    district = SelectField("所在区县", validate_choice=False)
    address = StringField("地址")
    text = TextAreaField("展示内容和参观须知")
    designation = SelectField("展示的入选场景", validate_choice=False)
    product = StringField("展示的产品编号")

    def read(self) -> ShowroomDraft:
        """The showroom as typed."""
        scene = str(self.designation.data or "")
        return ShowroomDraft(
            kind=ShowroomKind(str(self.kind.data)),
            title=self.title.data or "",
            sector=str(self.sector.data or ""),
            district=str(self.district.data or ""),
            address=self.address.data or "",
            text=self.text.data or "",
            designation_id=int(scene) if scene.isascii() and scene.isdecimal() else None,
            product_code=self.product.data or "",
        )


def make_showroom_form(
    scenes: Iterable[tuple[int, str]], row: Showroom | None = None, **options: Any
) -> ShowroomForm:
    """The form with its choices, filled from a showroom where there is one."""
    if row is not None:
        options["data"] = {
            "kind": row.kind.value,
            "title": row.title,
            "sector": row.sector,
            "district": row.district,
            "address": row.address,
            "text": row.text,
            "designation": str(row.designation_id or ""),
            "product": row.product_code,
        }
    form = ShowroomForm(**options)
    vocabulary = load_vocabulary()
    blank = SelectChoice("", "请选择")
    form.sector.choices = [blank, *(SelectChoice(s.id, s.zh) for s in vocabulary.sectors)]
    form.district.choices = [blank, *(SelectChoice(d.id, d.zh) for d in vocabulary.districts)]
    form.designation.choices = [
        SelectChoice("", "不是入选场景"),
        *(SelectChoice(str(key), title) for key, title in scenes),
    ]
    return form


class SlotForm(FlaskForm):
    """One open time."""

    day = LegalDayField("日期")
    begins = ClockField("开始时间")
    ends = ClockField("结束时间")
    capacity = WholeField("可接待人数")

    @property
    def starts_at(self) -> datetime | None:
        """The first moment."""
        return self._moment(self.begins.data)

    @property
    def ends_at(self) -> datetime | None:
        """The last moment."""
        return self._moment(self.ends.data)

    def _moment(self, hour: time | None) -> datetime | None:
        if self.day.data is None or hour is None:
            return None
        return datetime.combine(self.day.data, hour, tzinfo=CHINA)


class VisitForm(FlaskForm):
    """A visit of one or more people."""

    slot = SelectField("场次", validate_choice=False)
    name = StringField("联系人姓名")
    phone = StringField("联系电话")
    unit = StringField("单位（可不填）")
    party = WholeField("参观人数")

    @property
    def contact(self) -> Contact:
        """Who comes."""
        return Contact(" ".join((self.name.data or "").split()), (self.phone.data or "").strip())
