"""Which side does what in a pairing."""

from __future__ import annotations

from matchmaker.accounts.permissions import Permission
from matchmaker.engagement.contacts.permissions import side_of
from matchmaker.engagement.contacts.rules import Side

TAKE_PART = Permission(
    "pairings.take_part",
    lambda actor, pairing: side_of(actor, pairing.answer) is not None,
    "只有结对双方可以办理。",
)
AS_OWNER = Permission(
    "pairings.as_owner",
    lambda actor, pairing: side_of(actor, pairing.answer) is Side.OWNER,
    "这一步由需求发布单位办理。",
)
AS_SUPPLIER = Permission(
    "pairings.as_supplier",
    lambda actor, pairing: side_of(actor, pairing.answer) is Side.SUPPLIER,
    "这一步由企业办理。",
)
