"""Wishes belong to the firm alone; not even the bureau reads them."""

from __future__ import annotations

from matchmaker.accounts.permissions import Permission
from matchmaker.suppliers.permissions import is_own

KEEP_WISHES = Permission(
    "suppliers.keep_wishes", is_own, "接单条件仅本企业可见，其他单位和管理部门都不能查看。"
)
