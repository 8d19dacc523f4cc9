"""What an attempt to send can end with."""

from __future__ import annotations

DETAIL_MAX = 300


class SendingFailed(Exception):
    """An attempt failed. ``is_final``: another one would fail alike; ``is_too_often``: wait."""

    def __init__(self, detail: str, *, is_final: bool = False, is_too_often: bool = False) -> None:
        super().__init__(detail)
        self.detail = detail[:DETAIL_MAX]
        self.is_final = is_final
        self.is_too_often = is_too_often
