"""When a new generation is due. Pure."""

from __future__ import annotations

from matchmaker.matching.index import TAIL_LIMIT


def is_due(*, exists: bool, changes: int, withdrawals: int) -> bool:
    """Whether to write one now; whatever else has changed waits for the night.

    ``changes`` and ``withdrawals``: those after the newest generation. A withdrawn text must
    leave the statistics, so that scores tell nothing about words that are public no more.
    """
    return not exists or withdrawals > 0 or changes >= TAIL_LIMIT
