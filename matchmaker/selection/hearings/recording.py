"""The record of questions and answers. After the lock of the scores only entries are added."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from matchmaker import clock
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db
from matchmaker.errors import Conflict, InvalidInput
from matchmaker.selection.applications.models import Application
from matchmaker.selection.hearings import queries, rules
from matchmaker.selection.hearings.models import HearingEntry
from matchmaker.selection.hearings.permissions import MANAGE_HEARING
from matchmaker.selection.panels.rules import check_reason
from matchmaker.selection.rounds.models import SelectionRound

_SUBJECT = "selection_application"


@dataclass(frozen=True)
class EntryDraft:
    """A question and its answer as typed; ``member_id`` names the judge who asked, if noted."""

    question: str
    answer: str
    member_id: int | None = None


def add_entry(actor: Actor, application: Application, draft: EntryDraft) -> HearingEntry:
    """Note a question and its answer while the hearing goes on."""
    require(actor, MANAGE_HEARING)
    _check_open(application)
    entry = _write(actor, application, draft)
    _keep(actor, "selection.add_hearing_entry", entry)
    return entry


def edit_entry(actor: Actor, entry: HearingEntry, draft: EntryDraft) -> None:
    """Change an entry before the lock; the old words stay in the trail."""
    require(actor, MANAGE_HEARING)
    application = _application_of(entry)
    _check_open(application)
    old = _words(entry)
    _fill(entry, application, draft)
    entry.edited_at = clock.now()
    db.session.flush()
    _keep(actor, "selection.edit_hearing_entry", entry, old=old)


def remove_entry(actor: Actor, entry: HearingEntry, reason: str) -> None:
    """Take out an entry that stands with the wrong application, before the lock."""
    require(actor, MANAGE_HEARING)
    _check_open(_application_of(entry))
    _keep(actor, "selection.remove_hearing_entry", entry, reason=check_reason(reason))
    db.session.delete(entry)
    db.session.flush()


def correct_entry(
    actor: Actor, entry: HearingEntry, draft: EntryDraft, reason: str
) -> HearingEntry:
    """After the lock: a new entry beside the old one, which stays as it was."""
    require(actor, MANAGE_HEARING)
    if queries.is_corrected(entry):
        raise Conflict("entry_corrected", "这条记录已经更正，请更正最新的一条。")
    return _supplement(actor, _application_of(entry), draft, reason, corrects=entry)


def supplement_record(
    actor: Actor, application: Application, draft: EntryDraft, reason: str
) -> HearingEntry:
    """After the lock: note what was left out, with the reason."""
    require(actor, MANAGE_HEARING)
    if queries.find_slot(application.id) is None:
        raise InvalidInput("slot_unknown", "这份申报没有安排答辩。")
    return _supplement(actor, application, draft, reason, corrects=None)


def _supplement(
    actor: Actor,
    application: Application,
    draft: EntryDraft,
    reason: str,
    *,
    corrects: HearingEntry | None,
) -> HearingEntry:
    rules.check_correctable(application.round.state)
    why = check_reason(reason)
    entry = _write(actor, application, draft, reason=why, corrects=corrects)
    act = "selection.correct_hearing_entry" if corrects else "selection.supplement_hearing_record"
    _keep(actor, act, entry, reason=why, corrects=entry.corrects_id)
    return entry


def _check_open(application: Application) -> None:
    round_: SelectionRound = application.round
    hearing = queries.find_hearing(round_.id)
    started_at = hearing.started_at if hearing else None
    rules.check_writable(round_.state, round_.stages, started_at)
    if queries.find_slot(application.id) is None:
        raise InvalidInput("slot_unknown", "这份申报没有安排答辩。")


def _application_of(entry: HearingEntry) -> Application:
    return db.session.get_one(Application, entry.application_id)


def _write(
    actor: Actor,
    application: Application,
    draft: EntryDraft,
    *,
    reason: str = "",
    corrects: HearingEntry | None = None,
) -> HearingEntry:
    entry = HearingEntry(
        application_id=application.id,
        reason=reason,
        corrects_id=corrects.id if corrects else None,
        written_by_id=actor.user_id,
    )
    _fill(entry, application, draft)
    db.session.add(entry)
    db.session.flush()
    return entry


def _fill(entry: HearingEntry, application: Application, draft: EntryDraft) -> None:
    question = rules.check_text(
        draft.question, field="question", label="提问", limit=rules.QUESTION_MAX
    )
    answer = rules.check_text(draft.answer, field="answer", label="答复", limit=rules.ANSWER_MAX)
    askers = {member.id for member in queries.list_askers(application.round, application.id)}
    if draft.member_id is not None and draft.member_id not in askers:
        raise InvalidInput(
            "asker_unknown",
            "提问人应为没有回避这份申报的评委，请重新选择。",
            field="member_id",
        )
    entry.question, entry.answer, entry.member_id = question, answer, draft.member_id


def _words(entry: HearingEntry) -> dict[str, Any]:
    return {"question": entry.question, "answer": entry.answer, "member_id": entry.member_id}


def _keep(actor: Actor, act: str, entry: HearingEntry, **more: Any) -> None:
    """The words themselves go into the trail, so that no later change can lose them."""
    record(actor, act, _SUBJECT, entry.application_id, entry_id=entry.id, **_words(entry), **more)
