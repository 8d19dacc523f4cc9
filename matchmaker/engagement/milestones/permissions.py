"""Which side does what with a milestone."""

from __future__ import annotations

from matchmaker.accounts.permissions import Permission
from matchmaker.engagement.contacts.permissions import side_of
from matchmaker.engagement.contacts.rules import Side

PLAN = Permission(
    "milestones.plan",
    lambda actor, pairing: side_of(actor, pairing.answer) is Side.OWNER,
    "里程碑由发榜单位设置和验收。",
)
REPORT = Permission(
    "milestones.report",
    lambda actor, pairing: side_of(actor, pairing.answer) is Side.SUPPLIER,
    "里程碑成果由揭榜企业提交。",
)
