"""Everybody who is signed in has an inbox, and only their own."""

from __future__ import annotations

from matchmaker.accounts.permissions import Permission

RECEIVE = Permission(
    "notifications.receive",
    lambda actor, _: actor.is_signed_in,
    "请先登录，再查看和设置自己的通知。",
)
