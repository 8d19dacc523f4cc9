"""Showrooms as pages show them to everybody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import url_for

from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.clock import CHINA
from matchmaker.effects.showrooms.models import Showroom, ShowroomSlot
from matchmaker.effects.showrooms.rules import KIND_LABELS, STATE_LABELS, ShowroomState

TONES = {
    ShowroomState.DRAFT: "plain",
    ShowroomState.PUBLISHED: "good",
    ShowroomState.CLOSED: "bad",
}


def make_card(row: Showroom) -> dict[str, Any]:
    """A showroom in a list and at the head of its page."""
    vocabulary = load_vocabulary()
    return {
        "code": row.code,
        "title": row.title,
        "kind": KIND_LABELS[row.kind],
        "sector": vocabulary.sectors.get(row.sector).zh,
        "district": vocabulary.districts.get(row.district).zh,
        "address": row.address,
        "text": row.text,
        "excerpt": row.text[:80] + ("…" if len(row.text) > 80 else ""),
        "unit": row.organisation.name,
        "state": STATE_LABELS[row.state],
        "tone": TONES[row.state],
        "url": url_for("showrooms.show", code=row.code),
        "is_demo": row.is_demo,
    }


def make_slot(slot: ShowroomSlot, now: datetime) -> dict[str, Any]:
    """An open time in words, with what is left of it."""
    return {
        "id": slot.id,
        "time": format_slot(slot),
        "capacity": slot.capacity,
        "booked": slot.booked,
        "left": slot.capacity - slot.booked,
        "is_open": slot.is_open,
        "note": slot.note,
        "is_coming": slot.starts_at > now,
        "bookings": slot.bookings,
    }


def format_slot(slot: ShowroomSlot) -> str:
    """Day and hours of an open time in China."""
    first, last = slot.starts_at.astimezone(CHINA), slot.ends_at.astimezone(CHINA)
    weekday = "一二三四五六日"[first.weekday()]
    end = f"{last:%H:%M}" if last.date() == first.date() else f"次日{last:%H:%M}"
    return f"{first.year}年{first.month}月{first.day}日（星期{weekday}）{first:%H:%M}至{end}"


def list_links(rows: Sequence[Showroom]) -> list[tuple[str, str, str]]:
    """Title, address of the page and place of showrooms, for the pages of scenes and products."""
    return [
        (
            f"{KIND_LABELS[row.kind]}：{row.title}",
            url_for("showrooms.show", code=row.code),
            row.address,
        )
        for row in rows
    ]
