"""Pure decisions about saved searches: which lists, which words of an address, how many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlencode

from matchmaker.errors import InvalidInput

NAME_MAX = 40
SEARCHES_MAX = 30
WATCHES_MAX = 200
#: Codes that a search remembers so as not to tell them again.
REMEMBERED = 500


class SearchPage(StrEnum):
    """A list whose filter can be saved."""

    DEMANDS = "demands"
    PRODUCTS = "products"
    FIRMS = "firms"


PAGE_LABELS: Mapping[SearchPage, str] = {
    SearchPage.DEMANDS: "场景需求",
    SearchPage.PRODUCTS: "机器人产品",
    SearchPage.FIRMS: "机器人企业",
}
PAGE_PATHS: Mapping[SearchPage, str] = {
    SearchPage.DEMANDS: "/demands",
    SearchPage.PRODUCTS: "/products",
    SearchPage.FIRMS: "/suppliers",
}
_ARGUMENTS: Mapping[SearchPage, Sequence[str]] = {
    SearchPage.DEMANDS: ("q", "kind", "sector", "district", "task", "mode", "budget", "phase"),
    SearchPage.PRODUCTS: ("q", "kind", "form", "sector", "task", "mode", "city", "district"),
    SearchPage.FIRMS: ("q", "kind", "sector", "mode", "city", "district"),
}
ARGUMENT_MAX = 200
#: How far back a search looks again. A row can be stored a little later than its moment says; a
#: firm's profile has no day of publication, only that of its making.
OVERLAPS: Mapping[SearchPage, timedelta] = {
    SearchPage.DEMANDS: timedelta(minutes=10),
    SearchPage.PRODUCTS: timedelta(minutes=10),
    SearchPage.FIRMS: timedelta(days=60),
}


def pick_arguments(page: SearchPage, values: Mapping[str, str]) -> dict[str, str]:
    """The words of an address that belong to the list's filter; empty ones are left out."""
    picked = {name: values.get(name, "").strip()[:ARGUMENT_MAX] for name in _ARGUMENTS[page]}
    return {name: value for name, value in picked.items() if value}


def make_path(page: SearchPage, arguments: Mapping[str, str]) -> str:
    """The address of the list with its filter, below the site's root."""
    return f"{PAGE_PATHS[page]}{f'?{urlencode(arguments)}' if arguments else ''}"


def check_name(text: str) -> str:
    """The name of a search; raises ``InvalidInput``."""
    name = " ".join(text.split())
    if not 1 <= len(name) <= NAME_MAX:
        raise InvalidInput(
            "search_name", "请填写名称（不超过 {limit} 字）。", field="name", limit=NAME_MAX
        )
    return name
