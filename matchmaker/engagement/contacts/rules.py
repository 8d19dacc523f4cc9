"""Pure decisions about contacts: what may be given, and how it is masked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from matchmaker.errors import InvalidInput

_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_LANDLINE = re.compile(r"0\d{2,3}-?\d{7,8}", re.ASCII)
NAME_MAX = 30


class Side(StrEnum):
    """The two sides of an answer."""

    OWNER = "owner"
    SUPPLIER = "supplier"


@dataclass(frozen=True)
class Contact:
    """A person and the number they give to the other side."""

    name: str
    phone: str


def check_contact(contact: Contact) -> None:
    """Raise ``InvalidInput`` for a missing name or what is no Chinese telephone number."""
    if not 1 <= len(contact.name) <= NAME_MAX:
        raise InvalidInput("contact_name", "请填写联系人姓名（30字以内）。", field="name")
    if not (_MOBILE.fullmatch(contact.phone) or _LANDLINE.fullmatch(contact.phone)):
        raise InvalidInput(
            "contact_phone",
            "请填写11位手机号码，或带区号的固定电话，如 0571-12345678。",
            field="phone",
        )


def mask(contact: Contact) -> Contact:
    """The contact as it is shown before both consent and the number is asked for.

    >>> mask(Contact("王小明", "13812345678"))
    Contact(name='王**', phone='138****5678')
    >>> mask(Contact("李", "0571-12345678"))
    Contact(name='*', phone='057****5678')
    """
    name = contact.name[:1] + "*" * (len(contact.name) - 1) if len(contact.name) > 1 else "*"
    return Contact(name, f"{contact.phone[:3]}****{contact.phone[-4:]}")
