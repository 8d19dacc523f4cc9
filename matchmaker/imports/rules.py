"""Pure decisions about an import that runs in the background."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum


class ImportState(StrEnum):
    """The life of a confirmed import."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    #: The check just before storing found faults, or a row was refused; see what was stored.
    STOPPED = "stopped"
    #: Stopped, and the rest was given up.
    CLOSED = "closed"


STATE_LABELS: Mapping[ImportState, str] = {
    ImportState.WAITING: "等待导入",
    ImportState.RUNNING: "正在导入",
    ImportState.DONE: "导入完成",
    ImportState.STOPPED: "导入中止",
    ImportState.CLOSED: "部分导入，其余已放弃",
}
UNFINISHED = frozenset({ImportState.WAITING, ImportState.RUNNING})

#: Rows stored in the first write transaction; later ones take what fits into ``CHUNK_SECONDS``.
FIRST_CHUNK, SMALLEST_CHUNK, LARGEST_CHUNK = 10, 5, 200
CHUNK_SECONDS = 0.1
#: A job works so long, then goes to the end of the queue, so that nothing waits behind it.
SLICE_SECONDS = 15.0
#: A worker that has stored nothing for so long is taken for dead, and another goes on.
SILENT = timedelta(minutes=2)
#: So long a finished import can be looked at.
KEPT = timedelta(days=90)
#: More faults than this help nobody.
FAULTS_KEPT = 2000


def compute_chunk(rows: int, seconds: float) -> int:
    """How many rows to store next, when ``rows`` took ``seconds``; at most twice as many.

    >>> compute_chunk(10, 0.2), compute_chunk(10, 0.001), compute_chunk(200, 0.1)
    (5, 20, 200)
    """
    fitting = int(rows * CHUNK_SECONDS / seconds) if seconds > 0 else LARGEST_CHUNK
    return max(SMALLEST_CHUNK, min(fitting, 2 * rows, LARGEST_CHUNK))
