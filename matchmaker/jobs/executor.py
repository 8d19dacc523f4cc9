"""The executor: huey wakes up, delivers the outbox and runs the jobs. The tables are the queue."""

from __future__ import annotations

import signal
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import structlog
from flask import Flask
from huey import Huey, MemoryHuey, SqliteHuey, crontab

from matchmaker.jobs.operations import Runner, run_queued_jobs
from matchmaker.outbox import Handler, deliver_outbox

log = structlog.get_logger(__name__)
#: What huey's consumer takes over when it starts.
CONSUMER_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
#: 02:30 in Asia/Shanghai.
NIGHT_HOUR_UTC = "18"


def init_executor(
    app: Flask,
    handlers: Mapping[str, Sequence[Handler]],
    runners: Mapping[str, Runner],
    nightly: Sequence[Callable[[], None]],
    sweeps: Sequence[Callable[[], None]],
    *,
    queue_file: Path,
) -> None:
    """Attach the executor. In tests it works at once, in the caller's thread."""
    huey = _make_huey(queue_file, immediate=bool(app.testing))

    def work() -> None:
        with app.app_context():
            deliver_outbox(handlers)
            _run_each(sweeps)
            run_queued_jobs(runners, between=lambda: deliver_outbox(handlers))

    def work_nightly() -> None:
        with app.app_context():
            _run_each(nightly)

    poke = huey.task(name="work")(work)
    huey.periodic_task(crontab(minute="*"), name="sweep")(work)
    huey.periodic_task(crontab(hour=NIGHT_HOUR_UTC, minute="30"), name="nightly")(work_nightly)
    app.extensions["huey"] = huey
    app.extensions["poke_executor"] = poke


def _run_each(tasks: Sequence[Callable[[], None]]) -> None:
    """Run each of the tasks; one that fails stops none of the others."""
    for task in tasks:
        try:
            task()
        except Exception:
            log.exception("periodic task failed", task=task.__qualname__)


def _make_huey(queue_file: Path, *, immediate: bool) -> Huey:
    if immediate:
        return MemoryHuey("matchmaker", immediate=True)
    queue_file.parent.mkdir(parents=True, exist_ok=True)
    return SqliteHuey("matchmaker", filename=str(queue_file), fsync=False)


def start_consumer(app: Flask) -> None:
    """Run the executor's threads inside this process (one server process only)."""
    consumer = app.extensions["huey"].create_consumer(
        workers=1, worker_type="thread", periodic=True
    )
    handlers = {number: signal.getsignal(number) for number in CONSUMER_SIGNALS}
    consumer.start()
    for number, handler in handlers.items():
        signal.signal(number, handler)  # huey's own would keep the server from ending
    app.extensions["huey_consumer"] = consumer
    app.extensions["poke_executor"]()
