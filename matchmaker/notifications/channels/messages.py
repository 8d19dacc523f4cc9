"""The words of a message that leaves the house: one notice, or several as a digest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matchmaker.notifications.rules import NotificationKind, mask_contacts


@dataclass(frozen=True)
class Item:
    """One notice in a message."""

    kind: NotificationKind
    title: str
    text: str
    url: str


@dataclass(frozen=True)
class Message:
    """Subject and text. Names, numbers and addresses of people are in neither."""

    subject: str
    text: str


def write_message(items: Sequence[Item], *, site_name: str, settings_url: str) -> Message:
    """One message for all of the items, which must not be empty."""
    first = items[0]
    headline = first.title if len(items) == 1 else f"{len(items)}条通知：{first.title}等"
    lines = [_write_item(item, number) for number, item in enumerate(items, start=1)]
    if len(items) == 1:
        lines = [_write_item(first, None)]
    text = "\n\n".join([*lines, f"——{site_name}\n通知设置：{settings_url}"])
    return Message(mask_contacts(f"【{site_name}】{headline}"), mask_contacts(text))


def _write_item(item: Item, number: int | None) -> str:
    start = "" if number is None else f"{number}. "
    return "\n".join(line for line in (f"{start}{item.title}", item.text, item.url) if line)
