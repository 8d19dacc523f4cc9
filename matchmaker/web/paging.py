"""Pages of a list: how many there are and which one is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")
#: Beyond it nobody reads on; a filter is asked for instead.
LAST_PAGE = 10_000


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of one page and what the ``pagination`` macro needs."""

    rows: Sequence[Row]
    page: int
    per_page: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // self.per_page))


def read_page_number(text: str | None) -> int:
    """The page asked for; the first where the text is no sensible number."""
    if text is None or not (text.isascii() and text.isdecimal()) or len(text) > len(str(LAST_PAGE)):
        return 1
    return min(max(int(text), 1), LAST_PAGE)
