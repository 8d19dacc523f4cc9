"""The bureau keeps the libraries; its other people may read them."""

from __future__ import annotations

from matchmaker.accounts.permissions import Permission
from matchmaker.suppliers.permissions import is_market_officer

KEEP = Permission(
    "library.keep",
    lambda actor, _: is_market_officer(actor),
    "培育库和重点项目库由市经信局维护。",
)
READ = Permission(
    "library.read",
    lambda actor, _: actor.is_bureau,
    "培育库和重点项目库供管理部门内部使用。",
)
