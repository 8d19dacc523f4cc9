"""A1 of needs, answers and pairings: each change of state has exactly one entry in the trail.

The entries about a row are followed from its first state; each must begin where the one before
it ended, and the last must end in the state that the row has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from matchmaker.audit.models import AuditEntry
from matchmaker.audit.queries import map_histories
from matchmaker.audit.rules import Violation
from matchmaker.db import db
from matchmaker.demands.models import DemandListing
from matchmaker.engagement.answers.models import Answer
from matchmaker.engagement.answers.rules import RESUBMITTED_FROM, AnswerState
from matchmaker.engagement.answers.rules import TRANSITIONS as ANSWER_TRANSITIONS
from matchmaker.engagement.answers.rules import Step as AnswerStep
from matchmaker.engagement.deployments.models import Pairing
from matchmaker.engagement.deployments.rules import TRANSITIONS as PAIRING_TRANSITIONS
from matchmaker.engagement.deployments.rules import Stage
from matchmaker.engagement.deployments.rules import Step as PairingStep

#: What begins a need → the state that it begins in. An id of a discarded draft may come again.
_BEGINNINGS = {
    "demands.create_draft": "draft",
    "demands.copy_listing": "draft",
    "demands.create_challenge": "draft",
    "demands.import_draft": "draft",
    "demands.seed": "published",
}
#: Their ``before`` and ``after`` are names of files.
_NOT_STEPS = frozenset({"demands.add_attachments", "demands.remove_attachment"})
_ANSWER_STEPS = {
    "answers.change": AnswerStep.EDIT,
    "answers.withdraw": AnswerStep.WITHDRAW,
    "answers.shortlist": AnswerStep.SHORTLIST,
    "answers.drop": AnswerStep.DROP,
}
_ANSWER_ACTS = frozenset({"answers.submit", "answers.give_outcome", *_ANSWER_STEPS})
#: What may follow when one side accepts a trial's result: nothing yet, passed, ended.
_ACCEPTED = (PairingStep.ACCEPT, PairingStep.END)


def find_violations() -> list[Violation]:
    """Needs, answers and pairings whose state the trail does not account for."""
    return [*_check_demands(), *_check_answers(), *_check_pairings()]


def _check_demands() -> Iterator[Violation]:
    histories = map_histories("demand")
    rows = select(DemandListing.id, DemandListing.code, DemandListing.status)
    for key, code, status in db.session.execute(rows.order_by(DemandListing.id)):
        state = ""
        for entry in histories.get(str(key), ()):
            if entry.action in _BEGINNINGS:
                state = _BEGINNINGS[entry.action]
            elif "before" in entry.data and entry.action not in _NOT_STEPS:
                if entry.data["before"] != state:
                    yield _make_gap(code, entry)
                state = entry.data["after"]
        if state != status.value:
            yield Violation("A1", code, "需求状态与办理记录不符")


def _make_gap(subject: str, entry: AuditEntry) -> Violation:
    return Violation("A1", subject, f"第 {entry.seq} 条与前一状态不相接")


def _check_answers() -> Iterator[Violation]:
    histories = map_histories("listing_answer")
    for key, state in db.session.execute(select(Answer.id, Answer.state).order_by(Answer.id)):
        subject = f"listing_answer {key}"
        found: AnswerState | None = None
        for entry in histories.get(str(key), ()):
            if entry.action not in _ANSWER_ACTS:
                continue
            following = _follow_answer(found, entry)
            if following is None:
                yield _make_gap(subject, entry)
                break
            found = following
        else:
            if found is not state:
                yield Violation("A1", subject, "应答状态与办理记录不符")


def _follow_answer(state: AnswerState | None, entry: AuditEntry) -> AnswerState | None:
    """The state after an entry; None where the entry cannot follow."""
    if entry.action == "answers.submit":
        begins = state is None or state in RESUBMITTED_FROM
        return AnswerState.SUBMITTED if begins else None
    if state is None:
        return None
    if entry.action == "answers.give_outcome":
        # Older entries, which nobody may change, hold the choice in the outcome's column.
        choice = entry.data.get("choice", entry.outcome)
        step = AnswerStep.CHOOSE if choice == AnswerState.CHOSEN.value else AnswerStep.DECLINE
        following = ANSWER_TRANSITIONS.get((state, step))
        return following if following and following.value == choice else None
    return ANSWER_TRANSITIONS.get((state, _ANSWER_STEPS[entry.action]))


def _check_pairings() -> Iterator[Violation]:
    histories = map_histories("pairing")
    for key, stage in db.session.execute(select(Pairing.id, Pairing.stage).order_by(Pairing.id)):
        subject = f"pairing {key}"
        found: Stage | None = None
        for entry in (each for each in histories.get(str(key), ()) if "stage" in each.data):
            told = Stage(entry.data["stage"])
            if told not in _list_following(found, entry.action.removeprefix("pairings.")):
                yield _make_gap(subject, entry)
            found = told
        if found is not stage:
            yield Violation("A1", subject, "结对状态与办理记录不符")


def _list_following(stage: Stage | None, act: str) -> Sequence[Stage | None]:
    """The stages that an act may lead to."""
    if act == "propose":
        return [Stage.PROPOSED] if stage is None else []
    if stage is None:
        return []
    if act == "accept_result":
        return [stage, *(PAIRING_TRANSITIONS.get((stage, step)) for step in _ACCEPTED)]
    return [PAIRING_TRANSITIONS.get((stage, PairingStep(act)))]
