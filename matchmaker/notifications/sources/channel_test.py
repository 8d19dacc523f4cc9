"""Trying one's own channels."""

from __future__ import annotations

from matchmaker import clock
from matchmaker.accounts.permissions import require
from matchmaker.accounts.queries import find_user
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.errors import Conflict
from matchmaker.notifications.channels.queries import has_channel
from matchmaker.notifications.inbox.telling import Note, tell_same
from matchmaker.notifications.permissions import RECEIVE
from matchmaker.notifications.rules import Channel, NotificationKind
from matchmaker.notifications.subjects import NOTHING


def send_test(actor: Actor) -> None:
    """Send a test by every channel that reaches the actor; raises ``Conflict`` without one."""
    require(actor, RECEIVE)
    user = find_user(actor.user_id or 0)
    if user is None or not any(has_channel(user, channel) for channel in Channel):
        raise Conflict("no_channel", "目前没有可用的邮件或群机器人通道，请先完成设置。")
    note = Note(
        kind=NotificationKind.CHANNEL_TEST,
        title="这是一条测试通知",
        path="/account/notices/settings",
        source=f"test:{clock.now().isoformat()}",
        subject=NOTHING,
        text="收到这条通知，说明通道设置正确。",
    )
    tell_same([user], note)
    record(actor, "notifications.send_test", "user", user.id)
