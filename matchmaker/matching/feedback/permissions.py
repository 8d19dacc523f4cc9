"""Feedback on a match is given by those who posted the need."""

from __future__ import annotations

from matchmaker.accounts.permissions import Permission
from matchmaker.demands.permissions import is_own

GIVE_FEEDBACK = Permission(
    "matching.give_feedback", is_own, "只有发布单位可以评价这条需求的匹配结果。"
)
