"""Reads of events. Every list, page and count starts from ``visible_to``."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select

from matchmaker.actor import Actor
from matchmaker.db import db
from matchmaker.errors import NotFound
from matchmaker.events.models import Event
from matchmaker.events.permissions import OVERSEERS
from matchmaker.events.rules import LIVE_STATES
from matchmaker.jobs.models import Job, JobStatus


def visible_to(actor: Actor) -> Select[Event]:
    """Events that were published, cancelled ones too; drafts for the bureau's overseers."""
    if actor.has_role(*OVERSEERS):
        return select(Event)
    return select(Event).where(Event.published_at.is_not(None))


def get_event(actor: Actor, code: str) -> Event:
    """The event with this code; raises ``NotFound`` where the actor may not know of one."""
    found = db.session.scalar(visible_to(actor).where(Event.code == code))
    if found is None:
        raise NotFound("event_missing", "没有编号为“{code}”的对接会，或尚未发布。", code=code)
    return found


def newest_first(actor: Actor) -> Select[Event]:
    """All visible events, the one held last first."""
    return visible_to(actor).order_by(Event.held_on.desc(), Event.id.desc())


def list_live(actor: Actor) -> Sequence[Event]:
    """Published events that are not over, the next one first."""
    query = visible_to(actor).where(Event.state.in_(LIVE_STATES))
    return db.session.scalars(query.order_by(Event.held_on, Event.id)).all()


def last_code_number(year: int) -> int:
    """The running number of the newest event of a year, 0 for none; call it under the lock."""
    codes = db.session.scalars(select(Event.code).where(Event.code.startswith(f"DJ{year}-")))
    return max((int(code.rpartition("-")[2]) for code in codes), default=0)


def find_job(event: Event) -> Job | None:
    """The job that plans the event's meetings, the latest one."""
    return db.session.get(Job, event.job_id) if event.job_id is not None else None


def is_planning(event: Event) -> bool:
    """True while such a job waits or runs."""
    job = find_job(event)
    return job is not None and job.status in {JobStatus.QUEUED, JobStatus.RUNNING}
