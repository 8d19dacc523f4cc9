"""A saved filter in the words of its page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.demands.browsing.rules import BUDGET_BANDS, PHASE_LABELS
from matchmaker.demands.rules import KIND_LABELS
from matchmaker.notifications.subscriptions.rules import SearchPage


def describe_arguments(page: SearchPage, arguments: Mapping[str, str]) -> str:
    """``关键词：巡检；行业领域：市政巡检``; ``全部`` for a filter that keeps everything."""
    words = [
        f"{label}：{_say(page, name, arguments[name])}"
        for name, label in _LABELS.items()
        if name in arguments
    ]
    return "；".join(words) or "全部"


_LABELS = {
    "q": "关键词",
    "kind": "类别",
    "form": "形态",
    "sector": "行业领域",
    "district": "所在区县",
    "city": "城市",
    "task": "任务",
    "mode": "合作方式",
    "budget": "预算",
    "phase": "状态",
}


def _say(page: SearchPage, name: str, value: str) -> str:
    vocabulary = load_vocabulary()
    shelves: dict[str, Any] = {
        "form": vocabulary.forms,
        "sector": vocabulary.sectors,
        "district": vocabulary.districts,
        "city": vocabulary.cities,
        "task": vocabulary.tasks,
        "mode": vocabulary.modes,
    }
    if name in shelves:
        entry = shelves[name].find(value)
        return entry.zh if entry else value
    if name == "kind":
        return _say_kind(page, value)
    labels = {
        "budget": {band.id: band.label for band in BUDGET_BANDS},
        "phase": {phase.value: label for phase, label in PHASE_LABELS.items()},
    }
    return labels.get(name, {}).get(value, value)


def _say_kind(page: SearchPage, value: str) -> str:
    if page is SearchPage.DEMANDS:
        return {kind.value: label for kind, label in KIND_LABELS.items()}.get(value, value)
    entry = load_vocabulary().classes.find(value)
    return entry.zh if entry else value
