"""Reads of hearings. Judges get what is said about the applications that they may read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from matchmaker.accounts.permissions import can
from matchmaker.actor import Actor
from matchmaker.db import db
from matchmaker.errors import NotFound
from matchmaker.selection.applications.models import Application
from matchmaker.selection.applications.rules import ApplicationState
from matchmaker.selection.hearings.models import Hearing, HearingEntry, PresentationSlot
from matchmaker.selection.panels import queries as panels
from matchmaker.selection.panels.models import Assignment, PanelMember
from matchmaker.selection.panels.rules import BARRING
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.permissions import INSPECT_ROUND
from matchmaker.selection.rounds.rules import Stage

#: States in which an application has left the round: its slot is no longer on the agenda.
_GONE = (ApplicationState.WITHDRAWN, ApplicationState.REJECTED)


@dataclass(frozen=True)
class AgendaLine:
    """One presentation: its place in the order, the application and the time."""

    number: int
    application: Application
    slot: PresentationSlot

    @property
    def ends_at(self) -> datetime:
        return self.slot.starts_at + timedelta(minutes=self.slot.minutes)


def find_hearing(round_id: int) -> Hearing | None:
    """The hearing of a round, once something of it was arranged."""
    return db.session.scalar(select(Hearing).where(Hearing.round_id == round_id))


def list_agenda(round_id: int) -> list[AgendaLine]:
    """All presentations of a round in their order; for the desk and the rooms above."""
    query = (
        select(PresentationSlot, Application)
        .join(Application, Application.id == PresentationSlot.application_id)
        .where(PresentationSlot.round_id == round_id, Application.state.not_in(_GONE))
        .options(selectinload(Application.members))
        .order_by(PresentationSlot.starts_at, PresentationSlot.place)
    )
    rows = db.session.execute(query).all()
    return [AgendaLine(n, row.Application, row.PresentationSlot) for n, row in enumerate(rows, 1)]


def list_agenda_of_judge(actor: Actor, round_id: int) -> list[AgendaLine]:
    """Presentations that this judge hears, counted among themselves.

    The place in the whole order would show by a gap what is kept from the judge.
    """
    readable = {item.application_id for item in panels.list_readable(actor, round_id, Stage.FINAL)}
    own = [line for line in list_agenda(round_id) if line.application.id in readable]
    return [AgendaLine(number, line.application, line.slot) for number, line in enumerate(own, 1)]


def list_gone_slots(round_id: int) -> Sequence[PresentationSlot]:
    """Slots of applications that have left the round."""
    query = (
        select(PresentationSlot)
        .join(Application, Application.id == PresentationSlot.application_id)
        .where(PresentationSlot.round_id == round_id, Application.state.in_(_GONE))
    )
    return db.session.scalars(query).all()


def find_slot(application_id: int) -> PresentationSlot | None:
    """The presentation of an application, if there is one."""
    query = select(PresentationSlot).where(PresentationSlot.application_id == application_id)
    return db.session.scalar(query)


def visible_to(actor: Actor) -> Select[HearingEntry]:
    """Entries that the actor may read: all for the bureau, a judge's own scenes of the final stage.

    Nobody else reads the record; the applicants hear the questions in the room.
    """
    query = select(HearingEntry)
    if can(actor, INSPECT_ROUND):
        return query
    readable = (
        panels.readable_by(actor)
        .where(Assignment.stage == Stage.FINAL)
        .with_only_columns(Assignment.application_id)
    )
    return query.where(HearingEntry.application_id.in_(readable))


@dataclass(frozen=True)
class RecordLine:
    """An entry of the record with the entry that corrects it, if there is one."""

    entry: HearingEntry
    corrected_by_id: int | None


def list_record(actor: Actor, application_id: int) -> list[RecordLine]:
    """What was asked and answered about an application, in order."""
    query = visible_to(actor).where(HearingEntry.application_id == application_id)
    loaded = query.options(joinedload(HearingEntry.member).joinedload(PanelMember.expert))
    rows = db.session.scalars(loaded.order_by(HearingEntry.id)).all()
    corrected = {row.corrects_id: row.id for row in rows if row.corrects_id is not None}
    return [RecordLine(row, corrected.get(row.id)) for row in rows]


def get_entry(actor: Actor, round_id: int, entry_id: int) -> HearingEntry:
    """An entry of this round; raises ``NotFound`` for a missing, foreign or hidden one."""
    query = (
        visible_to(actor)
        .join(Application, Application.id == HearingEntry.application_id)
        .where(HearingEntry.id == entry_id, Application.round_id == round_id)
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound("entry_missing", "没有找到这条答辩记录。")
    return found


def is_corrected(entry: HearingEntry) -> bool:
    """True when a later entry corrects this one."""
    query = select(HearingEntry.id).where(HearingEntry.corrects_id == entry.id)
    return db.session.scalar(query) is not None


def count_entries(round_id: int) -> dict[int, int]:
    """How many entries each application of a round has."""
    query = (
        select(HearingEntry.application_id)
        .join(Application, Application.id == HearingEntry.application_id)
        .where(Application.round_id == round_id)
    )
    counts: dict[int, int] = {}
    for key in db.session.scalars(query):
        counts[key] = counts.get(key, 0) + 1
    return counts


def list_askers(round_: SelectionRound, application_id: int) -> list[PanelMember]:
    """Judges who may have asked: the panel without those whom a conflict bars."""
    barred = panels.list_barred_pairs(round_.id)
    return [
        member
        for member in panels.list_members(round_.id)
        if (application_id, member.id) not in barred
    ]


def map_barred_names(round_id: int) -> dict[int, list[str]]:
    """Judges who leave the room, by application: for the desk's agenda only."""
    names: dict[int, list[str]] = {}
    for row in panels.list_conflicts(round_id):
        found = names.setdefault(row.application_id, [])
        if row.state in BARRING and row.member.expert.name not in found:
            found.append(row.member.expert.name)
    return names
